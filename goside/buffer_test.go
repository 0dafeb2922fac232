// SPDX-License-Identifier: MIT

package ringcall

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"ringcall/goside/internal/layout"
	"ringcall/goside/rt"
)

// servesParts returns the constructor of a handler with an output of parts.
func servesParts(impl func(ctx context.Context, out *parts) error) func() rt.Handler {
	return func() rt.Handler { return &partsHandler{impl: impl} }
}

// pattern fills bytes so that a part in a wrong place differs.
func pattern(bytes []byte) []byte {
	for i := range bytes {
		bytes[i] = byte(i*7 + len(bytes))
	}
	return bytes
}

// sendAt sends a call with so much reply space at an offset of the payload space.
func (h *fakeHost) sendAt(id uint32, offset, bytes uint64) {
	h.send(0, inlineFlags(16)|layout.SlotSpace, id, [5]uint64{4: bytes<<32 | offset})
}

// part returns the bytes of a part of a reply at offset, after checking that they lie in it.
func (h *fakeHost) part(reply layout.Descriptor, pointer, length uint64) []byte {
	h.t.Helper()
	offset, bytes := reply.Body[0]&0xffffffff, reply.Body[0]>>32
	if reply.Flags != 0 || pointer+length > bytes {
		h.t.Fatalf("a part of %d bytes at %d in reply %+v", length, pointer, reply)
	}
	return h.payload()[offset+pointer:][:length]
}

func TestBufferIsSentFromWhereItIs(t *testing.T) {
	var at uint64
	var ok bool
	var h *fakeHost
	h = newFake(t, false, servesParts(func(ctx context.Context, out *parts) error {
		out.Bytes = pattern(Buffer(ctx, 1000))
		at, ok = offsetOf(h, out.Bytes)
		if len(out.Bytes) != 1000 || cap(out.Bytes) != 1000 {
			return fmt.Errorf("%d of %d bytes", len(out.Bytes), cap(out.Bytes))
		}
		return nil
	}))
	for id := range uint32(100) {
		space := uint64(id) * 64
		h.sendAt(id, space, 2048)
		h.lane.take(h.lane.poller.Load())
		reply := h.receive()
		root := h.root(space)
		if !ok || root.Bytes.Pointer+space != at || at%8 != 0 {
			t.Fatalf("filled at %d (%v), sent from %d", at, ok,
				root.Bytes.Pointer+space)
		}
		if reply.Body[0] != (partsBytes+1000)<<32|space {
			t.Fatalf("reply %+v; want %d bytes", reply, partsBytes+1000)
		}
		got := h.part(reply, root.Bytes.Pointer, root.Bytes.Length)
		if !bytes.Equal(got, pattern(make([]byte, 1000))) {
			t.Fatal("the bytes differ")
		}
	}
}

// Each output is made of buffers and of other memory; the message has to say the same.
func TestPartsOfBuffersAreSentFromWhereTheyAre(t *testing.T) {
	outputs := map[string]func(ctx context.Context, out *parts){
		"parts of one buffer": func(ctx context.Context, out *parts) {
			b := pattern(Buffer(ctx, 301))
			out.Bytes, out.Text = b[1:100], textOf(b[50:])
		},
		"a buffer, twice": func(ctx context.Context, out *parts) {
			out.Bytes = pattern(Buffer(ctx, 301))
			out.Text = textOf(out.Bytes)
		},
		"three buffers": func(ctx context.Context, out *parts) {
			out.Text = textOf(pattern(Buffer(ctx, 13)))
			out.Numbers = BufferOf[uint32](ctx, 25)
			out.Numbers[24] = 7
			out.Bytes = pattern(Buffer(ctx, 1))
		},
		"a buffer and copies": func(ctx context.Context, out *parts) {
			out.Text = strings.Repeat("copied", 9)
			out.Bytes = pattern(Buffer(ctx, 99))
			out.Numbers = []uint32{1, 2, 3}
		},
		"a string made of a buffer": func(ctx context.Context, out *parts) {
			out.Text = string(pattern(Buffer(ctx, 99)))
		},
		"a buffer that is not sent": func(ctx context.Context, out *parts) {
			Buffer(ctx, 99)
			out.Text = "short"
		},
		"a buffer that outgrew itself": func(ctx context.Context, out *parts) {
			out.Bytes = append(pattern(Buffer(ctx, 99)), "more"...)
		},
		"only values of an enum": func(ctx context.Context, out *parts) {
			out.Bytes = pattern(make([]byte, 300))
			out.Choices = pattern(Buffer(ctx, 299))
		},
		"the empty end of a buffer": func(ctx context.Context, out *parts) {
			out.Bytes = Buffer(ctx, 99)[99:]
			out.Text = textOf(Buffer(ctx, 0))
		},
		"what does not fit any more": func(ctx context.Context, out *parts) {
			out.Bytes = pattern(Buffer(ctx, 800))
			out.Text = textOf(pattern(Buffer(ctx, 800)))
		},
		// Written from the front of the space, the first part would go over the second.
		"copies that do not fit behind a buffer": func(ctx context.Context, out *parts) {
			b := pattern(Buffer(ctx, 900))
			out.Bytes, out.Text = b[300:], textOf(b[:100])
			out.Numbers = make([]uint32, 30)
		},
	}
	for name, output := range outputs {
		t.Run(name, func(t *testing.T) { expectParts(t, output) })
	}
}

// expectParts serves an output with 1024 bytes of reply space and compares what arrives.
func expectParts(t *testing.T, output func(ctx context.Context, out *parts)) {
	var want parts
	h := newFake(t, false, servesParts(func(ctx context.Context, out *parts) error {
		output(ctx, out)
		want.Bytes = bytes.Clone(out.Bytes)
		want.Text = strings.Clone(out.Text)
		want.Numbers = append([]uint32(nil), out.Numbers...)
		want.Choices = bytes.Clone(out.Choices)
		return nil
	}))
	copy(h.payload()[64+1024:], "the next")
	h.sendAt(7, 64, 1024)
	h.lane.take(h.lane.poller.Load())
	reply, space := h.receive(), uint64(64)
	if reply.Flags == layout.SlotFetch {
		space = 4096
		h.send(0, layout.SlotFetch|layout.SlotSpace, 7, [5]uint64{4: 4096<<32 | space})
		h.lane.take(h.lane.poller.Load())
		reply = h.receive()
	}
	if reply.Status != 0 {
		t.Fatal(h.errorText(reply))
	}
	root := h.root(space)
	got := h.part(reply, root.Bytes.Pointer, root.Bytes.Length)
	if !bytes.Equal(got, want.Bytes) {
		t.Errorf("bytes are %q; want %q", got, want.Bytes)
	}
	got = h.part(reply, root.Text.Pointer, root.Text.Length)
	if string(got) != want.Text {
		t.Errorf("the text is %q; want %q", got, want.Text)
	}
	got = h.part(reply, root.Choices.Pointer, root.Choices.Length)
	if !bytes.Equal(got, want.Choices) {
		t.Errorf("choices are %q; want %q", got, want.Choices)
	}
	numbers := h.part(reply, root.Numbers.Pointer, 4*root.Numbers.Length)
	if len(numbers) != 4*len(want.Numbers) || root.Numbers.Pointer%4 != 0 {
		t.Fatalf("%d bytes of numbers at %d", len(numbers), root.Numbers.Pointer)
	}
	for i, number := range want.Numbers {
		if numbers[4*i] != byte(number) {
			t.Errorf("number %d is %d; want %d", i, numbers[4*i], number)
		}
	}
	if !bytes.HasPrefix(h.payload()[64+1024:], []byte("the next")) {
		t.Error("it wrote behind the reply space")
	}
}

func TestBufferAllocatesNothing(t *testing.T) {
	h := newFake(t, false, servesParts(func(ctx context.Context, out *parts) error {
		out.Bytes = Buffer(ctx, 10000)
		out.Bytes[9999]++
		out.Numbers = BufferOf[uint32](ctx, 100)
		return nil
	}))
	serve := func() {
		h.sendAt(7, 0, 16384)
		h.lane.take(h.lane.poller.Load())
		if reply := h.receive(); reply.Flags != 0 || reply.Status != 0 {
			t.Fatalf("reply %+v", reply)
		}
	}
	serve()
	if allocations := testing.AllocsPerRun(200, serve); allocations != 0 {
		t.Errorf("%v allocations a call", allocations)
	}
}

// wantHeap fails unless a buffer has its size, is zero, and lies on the Go heap.
func wantHeap(t *testing.T, h *fakeHost, buffer []byte, size int) {
	t.Helper()
	if _, ok := offsetOf(h, buffer); ok || len(buffer) != size {
		t.Errorf("a buffer of %d bytes, in the payload space: %v", len(buffer), ok)
	}
	if !bytes.Equal(buffer, make([]byte, size)) {
		t.Error("it is not zero")
	}
}

func TestBufferWithoutReplySpaceIsOnTheHeap(t *testing.T) {
	var h *fakeHost
	h = newFake(t, false,
		servesParts(func(ctx context.Context, out *parts) error {
			wantHeap(t, h, Buffer(ctx, 100), 100)
			wantHeap(t, h, Buffer(ctx, 0), 0)
			return nil
		}),
		// An output without parts: nothing of it could lie in a buffer.
		handler(func(call *rt.Call) error {
			wantHeap(t, h, Buffer(call.Context(), 100), 100)
			_, err := call.Reply(8)
			return err
		}))
	pattern(h.payload())
	h.send(0, inlineFlags(16), 7, [5]uint64{})
	h.lane.take(h.lane.poller.Load())
	h.receive()
	h.send(1, inlineFlags(16)|layout.SlotSpace, 8, [5]uint64{4: 4096 << 32})
	h.lane.take(h.lane.poller.Load())
	h.receive()
	wantHeap(t, h, Buffer(context.Background(), 100), 100)
}

func TestBufferBeyondTheReplySpaceIsOnTheHeap(t *testing.T) {
	const space = 4096
	var h *fakeHost
	h = newFake(t, false, servesParts(func(ctx context.Context, out *parts) error {
		wantHeap(t, h, Buffer(ctx, space), space)
		wantHeap(t, h, Buffer(ctx, space-int(partsBytes)+1), space-int(partsBytes)+1)
		if all := Buffer(ctx, space-int(partsBytes)); len(all) > 0 {
			if _, ok := offsetOf(h, all); !ok {
				t.Error("what fits exactly is on the heap")
			}
		}
		wantHeap(t, h, Buffer(ctx, 1), 1)
		return nil
	}))
	pattern(h.payload())
	h.sendAt(7, 0, space)
	h.lane.take(h.lane.poller.Load())
	h.receive()
}

func TestBufferOfAnImpossibleSizePanics(t *testing.T) {
	h := serveFake(t, false, servesParts(func(ctx context.Context, out *parts) error {
		for _, take := range []func(){
			func() { Buffer(ctx, -1) },
			func() { Buffer(ctx, math.MinInt) },
			func() { Buffer(ctx, math.MaxInt) },
			func() { BufferOf[uint64](ctx, -1) },
			func() { BufferOf[uint64](ctx, math.MaxInt/8+1) },
			func() { BufferOf[uint64](ctx, 1<<61) },
			func() { BufferOf[uint64](ctx, math.MaxInt) },
		} {
			if !panics(take) {
				return errors.New("it did not panic")
			}
		}
		return nil
	}))
	h.sendAt(7, 0, 4096)
	if reply := h.receive(); reply.Status != 0 {
		t.Error(h.errorText(reply))
	}
}

func panics(f func()) (panicked bool) {
	defer func() { panicked = recover() != nil }()
	f()
	return false
}

func TestBufferOfADerivedContextIsInTheReplySpace(t *testing.T) {
	type key struct{}
	var h *fakeHost
	h = newFake(t, false, servesParts(func(ctx context.Context, out *parts) error {
		child, cancel := context.WithCancel(context.WithValue(ctx, key{}, 1))
		defer cancel()
		if _, ok := offsetOf(h, Buffer(child, 10)); !ok {
			return errors.New("it is on the heap")
		}
		if ctx.Value(key{}) != nil {
			return errors.New("a call has a value")
		}
		return nil
	}))
	h.start()
	for id := range uint32(10) { // each with a context of its own, because Done was called
		h.sendAt(id, 0, 4096)
		if reply := h.receive(); reply.Status != 0 {
			t.Fatal(h.errorText(reply))
		}
	}
}

func TestBuffersOfSeveralGoroutinesAreApart(t *testing.T) {
	const goroutines, each, size = 8, 500, 9
	var h *fakeHost
	h = newFake(t, true, servesParts(func(ctx context.Context, out *parts) error {
		var taken [goroutines][each][]byte
		var group sync.WaitGroup
		var ready atomic.Int32
		for g := range goroutines {
			group.Add(1)
			go func() {
				defer group.Done()
				for ready.Add(1); ready.Load() < goroutines; {
					runtime.Gosched()
				}
				for i := range taken[g] {
					taken[g][i] = Buffer(ctx, size)
					for j := range taken[g][i] {
						taken[g][i][j] = byte(g*each + i)
					}
				}
			}()
		}
		group.Wait()
		for g := range taken {
			for i, buffer := range taken[g] {
				want := bytes.Repeat([]byte{byte(g*each + i)}, size)
				if _, ok := offsetOf(h, buffer); !ok || !bytes.Equal(buffer, want) {
					return fmt.Errorf("buffer %d of goroutine %d: %v", i, g,
						buffer)
				}
			}
		}
		out.Bytes = taken[0][0]
		return nil
	}))
	h.start()
	for id := range uint32(50) {
		h.sendAt(id, 0, 1<<16)
		if reply := h.receive(); reply.Status != 0 {
			t.Fatal(h.errorText(reply))
		}
	}
}

func TestBufferAfterTheHandlerIsOnTheHeap(t *testing.T) {
	endings := map[string]func(ctx context.Context) error{
		"return":        func(ctx context.Context) error { return nil },
		"error":         func(ctx context.Context) error { return errors.New("no") },
		"panic":         func(ctx context.Context) error { panic("no") },
		"return, asked": func(ctx context.Context) error { ctx.Done(); return nil },
	}
	for name, end := range endings {
		t.Run(name, func(t *testing.T) {
			contexts := make(chan context.Context, 1)
			impl := func(ctx context.Context, out *parts) error {
				Buffer(ctx, 10)
				contexts <- ctx
				return end(ctx)
			}
			h := serveFake(t, false, servesParts(impl))
			h.sendAt(7, 0, 4096)
			ctx := <-contexts
			h.receive()
			before := bytes.Clone(h.payload())
			buffer := Buffer(ctx, 100)
			wantHeap(t, h, buffer, 100)
			pattern(buffer)
			if !bytes.Equal(before, h.payload()) {
				t.Error("the payload space changed")
			}
		})
	}
}

// A context that was asked for Done serves one call; a goroutine that kept it gets nothing of the
// calls that follow.
func TestBufferOfAnEarlierCallIsOnTheHeap(t *testing.T) {
	var first context.Context
	var h *fakeHost
	h = newFake(t, false, servesParts(func(ctx context.Context, out *parts) error {
		if first == nil {
			first = ctx
			ctx.Done()
			return nil
		}
		if _, ok := offsetOf(h, Buffer(ctx, 100)); !ok {
			t.Error("a buffer of this call is on the heap")
		}
		wantHeap(t, h, Buffer(first, 100), 100)
		return nil
	}))
	for id := range uint32(2) {
		h.sendAt(id, 0, 4096)
		h.lane.take(h.lane.poller.Load())
		h.receive()
	}
}

// A host may give reply space that is the request, or shared by two calls. It harms its own bytes.
func TestReplySpaceThatOverlapsTheRequestIsHarmless(t *testing.T) {
	h := serveFake(t, true, func() rt.Handler {
		return handlerFunc(func(call *rt.Call) error {
			inner := partsHandler{impl: func(ctx context.Context, out *parts) error {
				reader := call.Reader()
				if root := reader.Root(64); root == nil {
					return reader.Err()
				}
				out.Bytes = pattern(Buffer(ctx, 2000))
				out.Numbers = BufferOf[uint32](ctx, 300)
				out.Text = strings.Repeat("x", 200)
				return nil
			}}
			return inner.Serve(call)
		})
	})
	for id := range uint32(100) {
		body := [5]uint64{0: 4096<<32 | uint64(id%8)*8, 4: 4096<<32 | uint64(id%4)*8}
		h.send(0, layout.SlotSpace, id, body)
		if reply := h.receive(); reply.Status != 0 && reply.Status != statusProto {
			t.Fatalf("reply %+v", reply)
		}
	}
}

func TestErrorAfterABufferArrives(t *testing.T) {
	h := serveFake(t, false, servesParts(func(ctx context.Context, out *parts) error {
		out.Bytes = pattern(Buffer(ctx, 3000))
		return errors.New("what went wrong")
	}))
	h.sendAt(7, 0, 4096)
	if reply := h.receive(); h.errorText(reply) != "what went wrong" {
		t.Errorf("the text is %q", h.errorText(reply))
	}
}
