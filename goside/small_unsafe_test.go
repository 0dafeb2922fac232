// SPDX-License-Identifier: MIT

package ringcall

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"unsafe"

	"ringcall/goside/internal/layout"
	"ringcall/goside/rt"
)

// A smallFunc is a rt.SmallHandler of two words each way, as newFakeSlots says.
type smallFunc func(ctx context.Context, in, out *words) error

func (f smallFunc) Serve(call *rt.Call) error { return call.ServeSmall(f, 16, 16) }

func (f smallFunc) ServeSmall(call *rt.Call, request, reply unsafe.Pointer) error {
	out := twoWords(reply)
	*out = words{}
	return f(call.Context(), twoWords(request), out)
}

func small2(f smallFunc) func() rt.Handler { return func() rt.Handler { return f } }

type words = [2]uint64

func swap(_ context.Context, in, out *words) error {
	out[0], out[1] = in[1], in[0]
	return nil
}

// wantSwapped wants the reply to a call of swap with {id, ^id}.
func (h *fakeHost) wantSwapped(id uint32) {
	h.t.Helper()
	reply := h.receive()
	if reply.Call != id || reply.Status != 0 || reply.Flags != inlineFlags(16) ||
		words(reply.Body[:2]) != (words{^uint64(id), uint64(id)}) {
		h.t.Fatalf("reply %+v; want that of call %d", reply, id)
	}
}

func (h *fakeHost) sendSwap(method uint16, id uint32) {
	h.send(method, inlineFlags(16), id, [5]uint64{uint64(id), ^uint64(id)})
}

func TestSmallCallsAreAnswered(t *testing.T) {
	eachFence(t, func(t *testing.T, fence bool) {
		h := newFake(t, false, small2(swap))
		startFenced(h, fence)
		for id := uint32(1); id < 5*testSlots; id++ {
			h.sendSwap(0, id)
			h.wantSwapped(id)
		}
	})
}

// The slot of a reply has what the last user of its line left.
func TestSmallReplyAfterAnErrorIsASuccess(t *testing.T) {
	fails := small2(func(context.Context, *words, *words) error {
		return Errorf(7, "no")
	})
	h := serveFake(t, false, small2(swap), fails)
	for id := range uint32(3 * testSlots) {
		h.sendSwap(0, id)
		h.wantSwapped(id)
		h.send(1, inlineFlags(16), id, [5]uint64{})
		if text := h.errorText(h.receive()); text != "no" {
			t.Fatalf("text %q", text)
		}
	}
}

// A host with another header has another root. A longer one begins with ours.
func TestSmallHandlerServesARequestOfAnotherSize(t *testing.T) {
	h := serveFake(t, false, small2(swap))
	for id := range uint32(3) {
		h.sendSwap(0, id)
		h.wantSwapped(id)
		h.send(0, inlineFlags(24), id, [5]uint64{uint64(id), ^uint64(id), 99})
		h.wantSwapped(id)
		h.send(0, inlineFlags(8), id, [5]uint64{1})
		if reply := h.receive(); reply.Status != statusProto {
			t.Fatalf("8 bytes of 16: reply %+v; want status %d", reply, statusProto)
		}
	}
}

func TestDeathOfASmallHandlerIsAnErrorReply(t *testing.T) {
	var made atomic.Int32
	var dies atomic.Bool
	h := serveFake(t, false, func() rt.Handler {
		made.Add(1)
		return smallFunc(func(ctx context.Context, in, out *words) error {
			if dies.Load() {
				panic("boom")
			}
			return swap(ctx, in, out)
		})
	})
	for id := range uint32(3) {
		dies.Store(false)
		h.sendSwap(0, id)
		h.wantSwapped(id)
		dies.Store(true)
		h.sendSwap(0, id)
		reply := h.receive()
		if reply.Flags == layout.SlotFetch { // it does not fit a slot
			h.send(0, layout.SlotFetch|layout.SlotSpace, id,
				[5]uint64{4: h.worker.geometry.PayloadBytes << 32})
			reply = h.receive()
		}
		if text := h.errorText(reply); !strings.Contains(text, "panic: boom") {
			t.Fatalf("text %q", text)
		}
	}
	// The last one has died.
	if made.Load() != 3 {
		t.Errorf("%d handlers were made; want a new one after each panic", made.Load())
	}
}

// A small call has no reply space; that of the call before may be in use again.
func TestErrorOfASmallCallLeavesEarlierReplySpaceAlone(t *testing.T) {
	text := strings.Repeat("long ", 20)
	h := serveFake(t, false, replyWith(64),
		small2(func(context.Context, *words, *words) error { return errors.New(text) }))
	for id := range uint32(3) {
		h.sendSpaced(0, id)
		h.receive()
		h.send(1, inlineFlags(16), id, [5]uint64{})
		if reply := h.receive(); reply.Flags != layout.SlotFetch {
			t.Fatalf("reply %+v; want one that is kept", reply)
		}
		h.send(1, layout.SlotFetch|layout.SlotDrop, id, [5]uint64{})
		h.receive()
	}
}

func TestBlockedSmallHandlerDelaysNoOtherCall(t *testing.T) {
	eachFence(t, func(t *testing.T, fence bool) {
		l := newLatch(t)
		h := newFake(t, false, small2(func(ctx context.Context, in, out *words) error {
			if in[0] == 7 {
				l.held.Add(1)
				<-l.ch
			}
			return swap(ctx, in, out)
		}))
		startFenced(h, fence)
		h.sendSwap(0, 1)
		h.wantSwapped(1)
		h.sendSwap(0, 7)
		l.awaitHeld(t, 1)
		// The ring goes round, over the slots of its request and its reply.
		for id := uint32(1000); id < 1000+5*testSlots; id++ {
			h.sendSwap(0, id)
			h.wantSwapped(id)
		}
		l.release()
		h.wantSwapped(7)
		for id := uint32(1000); id < 1100; id++ {
			h.sendSwap(0, id)
			h.wantSwapped(id)
		}
	})
}

func TestContextOfASmallCallEndsWithIt(t *testing.T) {
	var asks atomic.Bool
	contexts := make(chan context.Context, 1)
	h := serveFake(t, false, small2(func(ctx context.Context, in, out *words) error {
		if asks.Load() {
			ctx.Done()
			contexts <- ctx
		}
		return swap(ctx, in, out)
	}))
	h.sendSwap(0, 1)
	h.wantSwapped(1)
	asks.Store(true)
	h.sendSwap(0, 2)
	h.wantSwapped(2)
	<-(<-contexts).Done()
}

func TestDeadlineOfASmallCallReachesItsHandler(t *testing.T) {
	has := make(chan bool, 1)
	h := serveFake(t, false, small2(func(ctx context.Context, in, out *words) error {
		_, ok := ctx.Deadline()
		has <- ok
		return swap(ctx, in, out)
	}))
	for id := range uint32(3 * testSlots) {
		want := id%2 == 1
		h.deadline = 0
		if want {
			h.deadline = monotonicNow() + 1e12
		}
		h.sendSwap(0, id)
		h.wantSwapped(id)
		if got := <-has; got != want {
			t.Fatalf("call %d has a deadline: %v; want %v", id, got, want)
		}
	}
}

func TestServingSmallCallsAllocatesNothing(t *testing.T) {
	h := serveFake(t, false, small2(swap))
	allocations := testing.AllocsPerRun(1000, func() {
		h.sendSwap(0, 7)
		h.wantSwapped(7)
	})
	if allocations != 0 {
		t.Errorf("%v allocations a call", allocations)
	}
}
