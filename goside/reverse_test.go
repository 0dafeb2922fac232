// SPDX-License-Identifier: MIT

package ringcall

import (
	"context"
	"errors"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"ringcall/goside/internal/layout"
	"ringcall/goside/rt"
)

// A reverseHost is the host's end of a reverse lane.
type reverseHost struct {
	t        *testing.T
	mu       sync.Mutex // for the race detector: the rings pass from goroutine to goroutine
	lane     *lane
	requests ring
	replies  ring
	waker    waker
	client   rt.HostClient
}

// The methods of the host that a reverseHost plays.
const (
	methodDouble = iota
	methodTell   // one-way
	methodText
)

var testHostService = rt.HostService{
	Name: "test_host",
	Methods: []rt.HostMethod{
		{Name: "test_host.double", ReplyBytes: 8},
		{Name: "test_host.tell", OneWay: true},
		{Name: "test_host.text", ReplyBytes: 16, Keeps: true},
	},
}

const testHostFirst = 100 // number of the first method

func newReverseHost(t *testing.T) *reverseHost {
	h := newFake(t, false)
	r := h.lane.reverse
	host := &reverseHost{
		t: t, lane: h.lane,
		requests: ringOf(r.wire.requests, layout.ReverseSlotsMin, 0),
		replies:  ringOf(r.wire.replies, layout.ReverseSlotsMin, 0),
		waker:    waker{waiting: &r.wire.words.WorkerPark.Waiting, fence: true},
	}
	t.Cleanup(r.close)
	h.worker.lanes[0] = h.lane
	anyLane := &laneHost{h.worker, noLane}
	ctx := context.WithValue(context.Background(), rt.HostKey{}, anyLane)
	bound := make(chan struct{})
	go func() {
		host.client = rt.NewHostClient(ctx, &testHostService)
		close(bound)
	}()
	request := host.next()
	if request.Method != layout.HostNumberBind {
		t.Errorf("the first request is of method %d", request.Method)
	}
	answer := layout.HostBound{First: testHostFirst, Methods: 3}
	host.answer(&request, 0, [5]uint64{*(*uint64)(unsafe.Pointer(&answer))}, 16)
	<-bound
	return host
}

// next returns the next request.
func (h *reverseHost) next() layout.Descriptor {
	h.t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	deadline := time.Now().Add(20 * time.Second)
	for !h.requests.ready() {
		if time.Now().After(deadline) {
			h.t.Fatal("no request")
		}
		time.Sleep(10 * time.Microsecond)
	}
	return readSlot(&h.requests)
}

// reply commits a reply.
func (h *reverseHost) reply(request *layout.Descriptor, status status, flags uint16,
	body [5]uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	slot, position := h.replies.slot(), h.replies.position
	h.replies.commit(h.replies.fill(request.Call, status, flags, 0, &body))
	if h.waker.due(position) {
		futexWake(&slot.Sequence)
	}
}

func (h *reverseHost) answer(request *layout.Descriptor, status status, body [5]uint64,
	bytes uint16) {
	h.reply(request, status, inlineFlags(bytes), body)
}

// double calls test_host.double.
func (h *reverseHost) double(value uint64) (uint64, error) {
	call, err := h.client.Begin(methodDouble)
	if err != nil {
		return 0, err
	}
	*(*uint64)(call.Plain(8).Root(8)) = value
	if err := call.Run(); err != nil {
		return 0, err
	}
	doubled := *(*uint64)(call.Root())
	call.End()
	return doubled, nil
}

// with has the client's calls made with another context.
func (h *reverseHost) with(ctx context.Context) *reverseHost {
	anyLane := &laneHost{h.lane.worker, noLane}
	ctx = context.WithValue(ctx, rt.HostKey{}, anyLane)
	return &reverseHost{client: rt.NewHostClient(ctx, &testHostService)}
}

// serve answers calls of double until as many have come; shuffled answers two in reverse order.
func (h *reverseHost) serve(calls int, shuffled bool) {
	var held *layout.Descriptor
	for range calls {
		request := h.next()
		if shuffled && held == nil {
			held = &request
			continue
		}
		h.answer(&request, 0, [5]uint64{2 * request.Body[0]}, 8)
		if held != nil {
			h.answer(held, 0, [5]uint64{2 * held.Body[0]}, 8)
			held = nil
		}
	}
}

func TestHostCallsOfManyGoroutinesEachGetTheirOwnReply(t *testing.T) {
	const goroutines, each = 8, 300
	host := newReverseHost(t)
	var all sync.WaitGroup
	for g := range goroutines {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := range each {
				value := uint64(g*each + i)
				doubled, err := host.double(value)
				if doubled != 2*value || err != nil {
					t.Errorf("double(%d) is %d, %v", value, doubled, err)
					return
				}
			}
		}()
	}
	host.serve(goroutines*each/2, false)
	host.serve(goroutines*each/4, true)
	host.serve(goroutines*each/4, false)
	all.Wait()
	if r := host.lane.reverse; r.freeLeft != uint32(len(r.records)) {
		t.Errorf("%d of %d records are free in the end", r.freeLeft, len(r.records))
	}
}

func TestHostCallThatSleepsIsWoken(t *testing.T) {
	host := newReverseHost(t)
	host.lane.reverse.spin.limitNs = 0
	for i := range uint64(20) {
		go host.serve(1, false)
		if doubled, err := host.double(i); doubled != 2*i || err != nil {
			t.Fatalf("double(%d) is %d, %v", i, doubled, err)
		}
	}
}

func expectErrno(t *testing.T, err error, errno syscall.Errno, says string) {
	t.Helper()
	var failed *CallError
	if !errors.As(err, &failed) || failed.Errno != errno ||
		!strings.Contains(failed.Text, says) {
		t.Errorf("error %v; want errno %v and %q", err, errno, says)
	}
}

// A host that does not answer: the call ends by its context, and its late reply is forgotten.
func TestHostCallEndsWithItsContext(t *testing.T) {
	host := newReverseHost(t)
	for _, end := range []struct {
		make  func() (context.Context, context.CancelFunc)
		errno syscall.Errno
	}{
		{func() (context.Context, context.CancelFunc) {
			return context.WithTimeout(context.Background(), 20*time.Millisecond)
		}, syscall.ETIMEDOUT},
		{func() (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(context.Background())
			time.AfterFunc(20*time.Millisecond, cancel)
			return ctx, cancel
		}, syscall.ECANCELED},
	} {
		ctx, cancel := end.make()
		_, err := host.with(ctx).double(1)
		expectErrno(t, err, end.errno, "it may still run")
		_, err = host.with(ctx).double(1)
		expectErrno(t, err, end.errno, "it was not sent")
		cancel()
		go host.serve(2, false)
		if doubled, err := host.double(7); doubled != 14 || err != nil {
			t.Errorf("the call after it: %d, %v", doubled, err)
		}
	}
	if r := host.lane.reverse; r.freeLeft != uint32(len(r.records)) {
		t.Errorf("%d of %d records are free in the end", r.freeLeft, len(r.records))
	}
}

func TestHostCallCarriesItsDeadline(t *testing.T) {
	host := newReverseHost(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	before := monotonicNow()
	go host.with(ctx).double(1)
	request := host.next()
	if request.DeadlineNs < before+uint64(59*time.Minute) ||
		request.DeadlineNs > monotonicNow()+uint64(time.Hour) {
		t.Errorf("deadline %d at %d", request.DeadlineNs, before)
	}
	host.answer(&request, 0, [5]uint64{}, 8)
}

func TestHostCallFailsWhenItsLaneCloses(t *testing.T) {
	host := newReverseHost(t)
	failed := make(chan error)
	for range 3 {
		go func() {
			_, err := host.double(1)
			failed <- err
		}()
	}
	for range 3 {
		host.next()
	}
	host.lane.reverse.close()
	for range 3 {
		expectErrno(t, <-failed, syscall.ENOTCONN, "it may have run")
	}
}

// Calls without a handler leave a quarter of the records to those with one; what does not get one
// waits, and goes on when one comes back.
func TestHostCallsWaitForARecord(t *testing.T) {
	host := newReverseHost(t)
	r := host.lane.reverse
	const calls = 100
	usable := len(r.records) - len(r.records)/4
	done := make(chan error, calls)
	for range calls {
		go func() {
			_, err := host.double(1)
			done <- err
		}()
	}
	var held []layout.Descriptor
	for range usable {
		held = append(held, host.next())
	}
	time.Sleep(time.Millisecond)
	host.mu.Lock()
	if host.requests.ready() {
		t.Errorf("more than %d calls are in flight", usable)
	}
	host.mu.Unlock()
	for i := range held {
		host.answer(&held[i], 0, [5]uint64{2}, 8)
	}
	host.serve(calls-usable, false)
	for range calls {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// One-way calls are not waited for, and their records come back.
func TestOneWayHostCallsComeBack(t *testing.T) {
	host := newReverseHost(t)
	const calls = 500
	go func() {
		for range calls {
			request := host.next()
			if request.Flags&layout.SlotOneWay == 0 {
				t.Errorf("flags %#x", request.Flags)
			}
			host.answer(&request, 0, [5]uint64{}, 0)
		}
	}()
	for range calls {
		call, err := host.client.Begin(methodTell)
		if err == nil {
			call.Plain(0)
			err = call.Run()
		}
		if err != nil {
			t.Fatal(err)
		}
		call.End()
	}
}

// A reply that has no room is asked for again, and the next one has room.
func TestHostReplyThatDoesNotFitIsFetched(t *testing.T) {
	host := newReverseHost(t)
	r := host.lane.reverse
	const bytes = 5000
	text := strings.Repeat("x", bytes-16)
	tell := func(slot *layout.Descriptor) {
		span := slot.Body[4]
		base := unsafe.Add(r.wire.payload.Base, span&0xffffffff)
		*(*rt.WireString)(base) = rt.WireString{Pointer: 16, Length: uint64(len(text))}
		copy(unsafe.Slice((*byte)(unsafe.Add(base, 16)), len(text)), text)
		host.reply(slot, 0, 0, [5]uint64{span&0xffffffff | bytes<<32})
	}
	ask := func() {
		call, err := host.client.Begin(methodText)
		if err == nil {
			call.Plain(0)
			err = call.Run()
		}
		if err != nil {
			t.Error(err)
			return
		}
		root := *(*rt.WireString)(call.Root())
		if root.Length != uint64(len(text)) {
			t.Errorf("the reply's text has %d bytes", root.Length)
		}
		call.End()
	}
	for turn := range 2 {
		done := make(chan struct{})
		go func() {
			ask()
			close(done)
		}()
		request := host.next()
		if turn == 0 {
			host.reply(&request, 0, layout.SlotFetch, [5]uint64{bytes << 32})
			fetch := host.next()
			if fetch.Flags&layout.SlotFetch == 0 || fetch.Call != request.Call {
				t.Errorf("flags %#x of call %d; want a fetch", fetch.Flags,
					fetch.Call)
			}
			request = fetch
		}
		if request.Body[4]>>32 < bytes {
			t.Fatalf("turn %d: space of %d bytes", turn, request.Body[4]>>32)
		}
		tell(&request)
		<-done
	}
	if len(r.spans.free) != 1 {
		t.Errorf("free payload space in the end: %+v", r.spans.free)
	}
}

// A reply larger than all payload space is dropped, and said to be lost.
func TestHostReplyThatNeverFitsIsDropped(t *testing.T) {
	host := newReverseHost(t)
	failed := make(chan error)
	go func() {
		_, err := host.double(1)
		failed <- err
	}()
	request := host.next()
	host.reply(&request, 0, layout.SlotFetch, [5]uint64{1 << 62})
	drop := host.next()
	if drop.Flags&layout.SlotDrop == 0 {
		t.Errorf("flags %#x; want a drop", drop.Flags)
	}
	expectErrno(t, <-failed, syscall.EMSGSIZE, "its reply of")
	host.answer(&drop, 0, [5]uint64{}, 0)
	go host.serve(1, false)
	if doubled, err := host.double(7); doubled != 14 || err != nil {
		t.Errorf("the call after it: %d, %v", doubled, err)
	}
}
