// SPDX-License-Identifier: MIT

package ringcall

import (
	"testing"

	"ringcall/goside/rt"
)

// A swapper does what a generated handler of two words does.
type swapper struct {
	in, out [2]uint64
	err     error
}

func (s *swapper) Serve(call *rt.Call) error {
	s.in = *twoWords(call.Reader().Root(16))
	s.out[0], s.out[1] = s.in[1], s.in[0]
	writer, err := call.Reply(16)
	if err != nil {
		return err
	}
	root := twoWords(writer.Root(16))
	root[0], root[1] = s.out[0], s.out[1]
	return s.err
}

// BenchmarkTake measures what the worker does for one call, without the other CPU: one goroutine
// is host and worker by turns.
func BenchmarkTake(b *testing.B) {
	benchmarkTake(b, func() rt.Handler { return new(swapper) })
}

// BenchmarkTakeSmall is the same with a handler of small calls.
func BenchmarkTakeSmall(b *testing.B) { benchmarkTake(b, small2(swap)) }

func benchmarkTake(b *testing.B, handler func() rt.Handler) {
	h := newFake(b, false, handler)
	b.ReportAllocs()
	for range b.N {
		slot := h.requests.slot()
		slot.Flags, slot.Call, slot.Body = inlineFlags(16), 7, [2]uint64{1, 2}
		h.requests.commit(1)
		if !h.lane.requests.ready() {
			b.Fatal("the request is not there")
		}
		h.lane.serveSmalls(h.lane.poller.Load())
		if h.lane.requests.ready() {
			h.lane.take(h.lane.poller.Load())
		}
		if !h.replies.ready() {
			b.Fatal("the reply is not there")
		}
		h.replies.advance(1)
	}
}

// BenchmarkHost measures the host's half of the same.
func BenchmarkHost(b *testing.B) {
	h := newFake(b, false, func() rt.Handler { return new(swapper) })
	for range b.N {
		slot := h.requests.slot()
		slot.Flags, slot.Call, slot.Body = inlineFlags(16), 7, [2]uint64{1, 2}
		h.requests.commit(1)
		h.lane.replies.slot().Body = [2]uint64{2, 1}
		h.lane.replies.commit(1)
		if !h.replies.ready() {
			b.Fatal("the reply is not there")
		}
		h.replies.advance(1)
	}
}
