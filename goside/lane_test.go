// SPDX-License-Identifier: MIT

package ringcall

import (
	"context"
	"errors"
	"io"
	"log"
	"math"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"ringcall/goside/internal/layout"
	"ringcall/goside/rt"
)

// A fakeHost is the other side of one lane, in the same process.
type fakeHost struct {
	t        testing.TB
	worker   *worker
	lane     *lane
	requests ring
	replies  ring
	waker    waker
	deadline uint64 // of the requests it sends; 0: none
	company  int32  // what they say of how many replies may come together
}

const testSlots = 16

// serveFake starts a lane that serves the given handlers, by method.
func serveFake(t *testing.T, concurrent bool, handlers ...func() rt.Handler) *fakeHost {
	t.Helper()
	h := newFake(t, concurrent, handlers...)
	h.start()
	return h
}

// start polls the lane until the test ends.
func (h *fakeHost) start() {
	h.worker.watch.start()
	go h.lane.poll(h.lane.poller.Load())
	h.t.Cleanup(func() {
		if !h.t.Failed() { // else handlers may be held for ever
			h.lane.close()
		}
	})
}

// newFake makes a lane and its host; nobody polls it yet.
func newFake(t testing.TB, concurrent bool, handlers ...func() rt.Handler) *fakeHost {
	t.Helper()
	return newFakeSlots(t, testSlots, concurrent, handlers...)
}

// newFakeSlots is newFake with so many slots a ring.
func newFakeSlots(t testing.TB, slots uint32, concurrent bool,
	handlers ...func() rt.Handler) *fakeHost {
	t.Helper()
	log.SetOutput(io.Discard)
	t.Cleanup(func() { log.SetOutput(os.Stderr) })
	w := &worker{
		lanes:      make(map[uint32]*lane),
		geometry:   testGeometry(1, slots),
		membarrier: membarrierRegister(),

		handlersMax: math.MaxInt,
	}
	w.watch = newWatch(w)
	if err := w.watch.open(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.watch.close)
	region, err := syscall.Mmap(-1, 0, int(w.geometry.RegionBytes),
		syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED|syscall.MAP_ANON)
	if err != nil {
		t.Fatal(err)
	}
	w.region = region
	for _, handler := range handlers {
		w.methods = append(w.methods, method{
			name: "test.method", new: handler, concurrent: concurrent,
			requestBytes: 16, replyBytes: 16})
	}
	l := newLane(w, &layout.ControlLane{})
	w.mu.Lock()
	w.watched = append(w.watched, l)
	w.mu.Unlock()
	return &fakeHost{
		t: t, worker: w, lane: l,
		requests: ringOf(l.wire.requests, slots, 0),
		replies:  ringOf(l.wire.replies, slots, 0),
		waker:    waker{waiting: &l.wire.words.WorkerPark.Waiting, fence: true},
	}
}

func testGeometry(lanes, slots uint32) layout.Region {
	g := layout.Region{
		Magic:           layout.RegionMagic,
		Version:         layout.VersionMax,
		Lanes:           lanes,
		RingSlots:       slots,
		FirstLaneOffset: 4096,
		PayloadOffset:   4096 + 2*uint64(ringBytes(slots)),
		PayloadBytes:    1 << 16,
		SpinLimitNs:     20000,
	}
	g.ReverseSlots = layout.ReverseSlotsMin
	g.ReverseOffset = g.PayloadOffset + g.PayloadBytes
	g.ReversePayloadOffset = g.ReverseOffset + 3*4096
	g.ReversePayloadBytes = 1 << 16
	g.LaneStrideBytes = g.ReversePayloadOffset + uint64(g.ReversePayloadBytes)
	g.RegionBytes = g.FirstLaneOffset + uint64(lanes)*g.LaneStrideBytes
	return g
}

// send commits a request whose message is two words.
func (h *fakeHost) send(method uint16, flags uint16, id uint32, body [5]uint64) {
	slot, position := h.requests.slot(), h.requests.position
	if h.deadline != 0 {
		flags |= layout.SlotDeadline
	}
	slot.Method = method
	h.requests.commit(h.requests.fill(id, h.company, flags, h.deadline, &body))
	if h.waker.due(position) {
		futexWake(&slot.Sequence)
	}
}

// readSlot copies the next slot of a ring, which is there, and leaves it.
func readSlot(from *ring) layout.Descriptor {
	var copied request
	status := from.slot().Status
	method, flags := copied.read(from)
	return layout.Descriptor{Method: method, Flags: flags, Call: copied.call, Status: status,
		DeadlineNs: copied.deadline, Body: copied.body}
}

// receive waits for the next reply.
func (h *fakeHost) receive() layout.Descriptor {
	h.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !h.replies.ready() {
		if time.Now().After(deadline) {
			h.t.Fatal("no reply")
		}
		runtime.Gosched()
	}
	return readSlot(&h.replies)
}

// receiveAck adds the calls of the next reply, which has to be an ack, to those seen.
func (h *fakeHost) receiveAck(seen map[uint32]bool) {
	h.t.Helper()
	ack := h.receive()
	calls := ack.Call
	if ack.Flags != layout.SlotAck || calls == 0 || calls > layout.AckCalls {
		h.t.Fatalf("reply %+v; want an ack", ack)
	}
	for _, acked := range idsIn(&ack.Body)[:calls] {
		if seen[acked] {
			h.t.Fatalf("call %d is acknowledged twice", acked)
		}
		seen[acked] = true
	}
}

// errorText returns what an error reply in the payload space says.
func (h *fakeHost) errorText(reply layout.Descriptor) string {
	h.t.Helper()
	if reply.Status != statusRemote {
		h.t.Fatalf("status %d; want an error reply", reply.Status)
	}
	if reply.Flags&layout.SlotInline != 0 {
		return bodyText(&reply.Body)[16 : reply.Flags>>layout.SlotInlineShift]
	}
	return h.text(reply.Body[0]&0xffffffff+16, reply.Body[0]>>32-16)
}

// sendSpaced sends a call with reply space of all the payload.
func (h *fakeHost) sendSpaced(method uint16, id uint32) {
	body := [5]uint64{1, 2, 4: h.worker.geometry.PayloadBytes << 32}
	h.send(method, inlineFlags(16)|layout.SlotSpace, id, body)
}

// A handlerFunc is a handler without scratch.
type handlerFunc func(call *rt.Call) error

func (f handlerFunc) Serve(call *rt.Call) error { return f(call) }

func handler(f handlerFunc) func() rt.Handler { return func() rt.Handler { return f } }

// replyWith replies with that many bytes of nothing.
func replyWith(bytes uint64) func() rt.Handler {
	return handler(func(call *rt.Call) error {
		_, err := call.Reply(bytes)
		return err
	})
}

func TestReplyThatFitsTheSlotIsInline(t *testing.T) {
	h := serveFake(t, false, replyWith(40))
	h.send(0, inlineFlags(16), 7, [5]uint64{1, 2})
	reply := h.receive()
	if reply.Call != 7 || reply.Status != 0 || reply.Flags != inlineFlags(40) {
		t.Errorf("reply %+v; want call 7 with 40 bytes inline", reply)
	}
}

func TestReplyThatFitsTheSpaceLiesThere(t *testing.T) {
	h := serveFake(t, false, replyWith(1000))
	h.sendSpaced(0, 7)
	if reply := h.receive(); reply.Flags != 0 || reply.Body[0] != 1000<<32 {
		t.Errorf("reply %+v; want 1000 bytes at offset 0", reply)
	}
}

func TestReplyThatFitsNothingIsKeptAndFetched(t *testing.T) {
	h := serveFake(t, false, replyWith(1000))
	h.send(0, inlineFlags(0), 7, [5]uint64{})
	if reply := h.receive(); reply.Flags != layout.SlotFetch || reply.Body[0]>>32 != 1000 {
		t.Fatalf("reply %+v; want one that announces 1000 bytes", reply)
	}
	h.send(0, layout.SlotFetch|layout.SlotSpace, 7, [5]uint64{4: 1024<<32 | 64})
	if reply := h.receive(); reply.Status != 0 || reply.Body[0] != 1000<<32|64 {
		t.Errorf("reply %+v; want 1000 bytes at offset 64", reply)
	}
	h.lane.close()
	if len(h.lane.kept) != 0 {
		t.Errorf("%d replies are still kept", len(h.lane.kept))
	}
}

func TestKeptReplyIsDropped(t *testing.T) {
	h := serveFake(t, false, replyWith(1000))
	h.send(0, inlineFlags(0), 7, [5]uint64{})
	h.receive()
	h.send(0, layout.SlotFetch|layout.SlotDrop, 7, [5]uint64{})
	if reply := h.receive(); reply.Status != 0 || reply.Flags != inlineFlags(0) {
		t.Errorf("reply %+v; want an empty one", reply)
	}
	h.lane.close()
	if len(h.lane.kept) != 0 {
		t.Errorf("%d replies are still kept", len(h.lane.kept))
	}
}

func TestFetchOfNothingIsRefused(t *testing.T) {
	h := serveFake(t, false, replyWith(0))
	h.send(0, layout.SlotFetch|layout.SlotSpace, 9, [5]uint64{4: 1024 << 32})
	if reply := h.receive(); reply.Status != statusProto {
		t.Errorf("status %d; want %d", reply.Status, statusProto)
	}
}

func TestUnknownMethodIsENOSYS(t *testing.T) {
	h := serveFake(t, false, replyWith(0))
	h.send(1, inlineFlags(0), 7, [5]uint64{})
	if reply := h.receive(); reply.Status != statusNoMethod {
		t.Errorf("status %d; want %d", reply.Status, statusNoMethod)
	}
}

func TestUnknownMethodGivesItsCreditBack(t *testing.T) {
	for _, concurrent := range []bool{false, true} {
		h := serveFake(t, concurrent, replyWith(0))
		for id := uint32(0); id < testSlots; id++ {
			method := uint16(1 + id*4369) // up to 65535, the last that can be sent
			h.send(method, inlineFlags(0)|layout.SlotOneWay, id, [5]uint64{})
		}
		for seen := make(map[uint32]bool); len(seen) < testSlots; {
			h.receiveAck(seen)
		}
		h.send(65535, inlineFlags(0)|layout.SlotSpace, 7, [5]uint64{4: ^uint64(0)})
		if reply := h.receive(); reply.Status != statusNoMethod || reply.Call != 7 {
			t.Errorf("concurrent %v: call %d has status %d", concurrent, reply.Call,
				reply.Status)
		}
	}
}

func TestMessageOutsideOfThePayloadIsRefused(t *testing.T) {
	h := serveFake(t, false, replyWith(0))
	payload := h.worker.geometry.PayloadBytes
	for name, body := range map[string][5]uint64{
		"beyond the end":        {(payload-8)<<0 | 16<<32},
		"longer than all":       {(payload + 1) << 32},
		"largest of both":       {0xffffffff<<32 | 0xfffffff8},
		"offset is not aligned": {4 | 8<<32},
	} {
		h.send(0, 0, 7, body)
		if reply := h.receive(); reply.Status != statusProto {
			t.Errorf("%s: status %d; want %d", name, reply.Status, statusProto)
		}
	}
	h.send(0, inlineFlags(41), 7, [5]uint64{})
	if reply := h.receive(); reply.Status != statusProto {
		t.Errorf("41 bytes inline: status %d; want %d", reply.Status, statusProto)
	}
	h.send(0, inlineFlags(0)|layout.SlotSpace, 7, [5]uint64{4: (payload + 1) << 32})
	if reply := h.receive(); reply.Status != statusProto {
		t.Errorf("space too large: status %d; want %d", reply.Status, statusProto)
	}
}

func TestErrorReplyHasCodeAndText(t *testing.T) {
	h := serveFake(t, false, handler(func(*rt.Call) error {
		return Errorf(42, "no such %s", "key")
	}))
	h.sendSpaced(0, 7)
	reply := h.receive()
	if text := h.errorText(reply); text != "no such key" {
		t.Errorf("text %q", text)
	}
	if code := reply.Body[0]; code != 42 {
		t.Errorf("code %d; want 42", code)
	}
}

func TestMalformedRequestIsEPROTO(t *testing.T) {
	h := serveFake(t, false, handler(func(*rt.Call) error { return &rt.MessageError{} }))
	h.send(0, inlineFlags(16), 7, [5]uint64{})
	if reply := h.receive(); reply.Status != statusProto {
		t.Errorf("status %d; want %d", reply.Status, statusProto)
	}
}

func testDeathOfHandler(t *testing.T, concurrent bool, die func(), want string) {
	dying := handler(func(*rt.Call) error { die(); return nil })
	h := serveFake(t, concurrent, dying, replyWith(8))
	for id := uint32(0); id < 3; id++ {
		h.sendSpaced(0, id)
		if text := h.errorText(h.receive()); !strings.Contains(text, want) {
			t.Errorf("text %q; want %q in it", text, want)
		}
		h.send(1, inlineFlags(0), id, [5]uint64{})
		if reply := h.receive(); reply.Status != 0 || reply.Call != id {
			t.Errorf("reply after it: %+v", reply)
		}
	}
}

func TestPanicIsAnErrorReplyInline(t *testing.T) {
	testDeathOfHandler(t, false, func() { panic("boom") }, "panic: boom")
}

func TestPanicIsAnErrorReplyConcurrent(t *testing.T) {
	testDeathOfHandler(t, true, func() { panic("boom") }, "panic: boom")
}

func TestGoexitIsAnErrorReplyInline(t *testing.T) {
	testDeathOfHandler(t, false, runtime.Goexit, "runtime.Goexit")
}

func TestGoexitIsAnErrorReplyConcurrent(t *testing.T) {
	testDeathOfHandler(t, true, runtime.Goexit, "runtime.Goexit")
}

func TestOneWayCallsAreAcknowledgedEachOnce(t *testing.T) {
	h := serveFake(t, false, replyWith(0))
	seen := make(map[uint32]bool)
	for id := uint32(0); id < 100; id++ {
		h.send(0, inlineFlags(0)|layout.SlotOneWay, id, [5]uint64{})
		for len(seen) < int(id)+1-testSlots/2 || id == 99 && len(seen) < 100 {
			h.receiveAck(seen)
		}
	}
}

func TestConcurrentCallsOvertakeEachOther(t *testing.T) {
	release := make(chan struct{})
	var once sync.Once
	waiting := handler(func(*rt.Call) error { <-release; return nil })
	h := serveFake(t, true, waiting, replyWith(8))
	t.Cleanup(func() { once.Do(func() { close(release) }) })
	h.send(0, inlineFlags(0), 1, [5]uint64{})
	h.send(1, inlineFlags(0), 2, [5]uint64{})
	if reply := h.receive(); reply.Call != 2 {
		t.Fatalf("first reply is of call %d; want 2", reply.Call)
	}
	once.Do(func() { close(release) })
	if reply := h.receive(); reply.Call != 1 {
		t.Errorf("second reply is of call %d; want 1", reply.Call)
	}
}

func TestRequestsBeforeCloseAreServed(t *testing.T) {
	started, release := make(chan struct{}), make(chan struct{})
	var served atomic.Int32
	h := serveFake(t, false, handler(func(*rt.Call) error {
		if served.Add(1) == 1 {
			close(started)
			<-release
		}
		return nil
	}))
	for id := uint32(0); id < 5; id++ {
		h.send(0, inlineFlags(0), id, [5]uint64{})
	}
	<-started
	go h.lane.close()
	for !h.lane.closing.Load() {
		runtime.Gosched()
	}
	close(release)
	<-h.lane.left
	if served.Load() != 5 {
		t.Errorf("%d of 5 requests were served", served.Load())
	}
}

func TestContextEndsAtItsDeadlineOrWithTheCall(t *testing.T) {
	var kept context.Context
	results := make(chan error, 1)
	h := serveFake(t, false, handler(func(call *rt.Call) error {
		kept = call.Context()
		if _, ok := kept.Deadline(); ok {
			<-kept.Done()
			results <- kept.Err()
		} else {
			kept.Done()
			results <- kept.Err()
		}
		return nil
	}))
	h.deadline = monotonicNow() + 1000
	h.send(0, inlineFlags(0), 1, [5]uint64{})
	h.receive()
	if err := <-results; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("at the deadline: %v", err)
	}
	h.deadline = 0
	h.send(0, inlineFlags(0), 2, [5]uint64{})
	h.receive()
	if err := <-results; err != nil {
		t.Errorf("during the call: %v", err)
	}
	if err := kept.Err(); !errors.Is(err, context.Canceled) {
		t.Errorf("after the call: %v", err)
	}
	<-kept.Done()
}

// A handler that asked for Err may have kept its context: that one serves no other call.
func TestContextThatWasAskedForErrEndsWithItsCall(t *testing.T) {
	contexts := make(chan context.Context, 1)
	h := serveFake(t, false, handler(func(call *rt.Call) error {
		select {
		case contexts <- call.Context():
			return call.Context().Err()
		default:
			return nil
		}
	}))
	h.send(0, inlineFlags(0), 0, [5]uint64{})
	if reply := h.receive(); reply.Status != 0 {
		t.Fatalf("reply %+v", reply)
	}
	kept := <-contexts
	contexts <- kept // it is the only one
	for id := uint32(1); id < 100; id++ {
		h.send(0, inlineFlags(0), id, [5]uint64{})
		if err := kept.Err(); !errors.Is(err, context.Canceled) {
			t.Fatalf("after the call: %v", err)
		}
		h.receive()
	}
	<-kept.Done()
}

func TestServingAllocatesNothing(t *testing.T) {
	h := serveFake(t, false, handler(func(call *rt.Call) error {
		if deadline, ok := call.Context().Deadline(); ok {
			return errors.New(deadline.String())
		}
		_, err := call.Reply(16)
		return err
	}))
	allocations := testing.AllocsPerRun(1000, func() {
		h.send(0, inlineFlags(16), 7, [5]uint64{1, 2})
		h.receive()
	})
	if allocations != 0 {
		t.Errorf("%v allocations a call", allocations)
	}
}
