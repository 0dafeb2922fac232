// SPDX-License-Identifier: MIT

package ringcall

import (
	"context"
	"errors"
	"sync"
	"syscall"
	"testing"

	"ringcall/goside/internal/layout"
	"ringcall/goside/rt"
)

// handlerClient returns a client as a handler of the lane has it.
func (h *reverseHost) handlerClient() *rt.HostClient {
	client := rt.NewHostClient(h.lane.poller.Load().context, &testHostService)
	return &client
}

// doubleSmall calls test_host.double as generated code does.
func doubleSmall(client *rt.HostClient, value uint64) (uint64, error) {
	words, err := client.CallSmall(methodDouble, 8, 8, rt.Words{W0: value})
	return words.W0, err
}

// answerAhead replies to the next small call before it is made.
func (h *reverseHost) answerAhead(value uint64) {
	h.t.Helper()
	h.replyAhead(0, 0, inlineFlags(8), value)
}

// replyAhead is answerAhead with any reply, to a call whose id differs by so much.
func (h *reverseHost) replyAhead(other uint32, status status, flags uint16, value uint64) {
	h.t.Helper()
	r := h.lane.reverse
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.freeLeft != uint32(len(r.records)) {
		h.t.Fatalf("%d of %d records are free", r.freeLeft, len(r.records))
	}
	id := r.records[r.free].id.Load() + other
	h.replies.commit(h.replies.fill(id, status, flags, 0, &[5]uint64{value}))
}

// wantSent wants the next request to be a small call of double.
func (h *reverseHost) wantSent(value uint64) layout.Descriptor {
	h.t.Helper()
	slot := h.next()
	flags := inlineFlags(8) | layout.SlotNested
	if slot.Method != testHostFirst+methodDouble || slot.Flags != flags ||
		slot.DeadlineNs != 0 || slot.Body[0] != value {
		h.t.Fatalf("request %+v; want double of %d", slot, value)
	}
	return slot
}

func TestSmallHostCallIsOneStep(t *testing.T) {
	h := newReverseHost(t)
	client := h.handlerClient()
	calls := uint64(3 * layout.ReverseSlotsMin)
	ids := make(map[uint32]bool)
	for value := range calls {
		h.answerAhead(2 * value)
		if doubled, err := doubleSmall(client, value); err != nil || doubled != 2*value {
			t.Fatalf("double of %d is %d, error %v", value, doubled, err)
		}
		if id := h.wantSent(value).Call; ids[id] {
			t.Fatalf("two calls have the id %d", id)
		} else {
			ids[id] = true
		}
	}
	if parent := h.lane.poller.Load().request.call; parent != 0 {
		t.Errorf("the handler's call is %d; the test wants 0", parent)
	}
}

func TestSmallHostCallAllocatesNothing(t *testing.T) {
	h := newReverseHost(t)
	client := h.handlerClient()
	allocations := testing.AllocsPerRun(1000, func() {
		h.answerAhead(6)
		if doubled, err := doubleSmall(client, 3); err != nil || doubled != 6 {
			t.Fatalf("double of 3 is %d, error %v", doubled, err)
		}
		h.wantSent(3)
	})
	if allocations != 0 {
		t.Errorf("%v allocations a call", allocations)
	}
}

// startSmall makes a small call, and returns what gets its result.
func startSmall(client *rt.HostClient, value uint64) (doubled chan uint64, failed chan error) {
	doubled, failed = make(chan uint64, 1), make(chan error, 1)
	go func() {
		if result, err := doubleSmall(client, value); err != nil {
			failed <- err
		} else {
			doubled <- result
		}
	}()
	return doubled, failed
}

func TestSmallHostCallIsWaitedFor(t *testing.T) {
	h := newReverseHost(t)
	client := h.handlerClient()
	for value := range uint64(2 * layout.ReverseSlotsMin) {
		doubled, failed := startSmall(client, value)
		request := h.wantSent(value)
		await(t, func() bool { return h.lane.reverse.parked.Load() > 0 })
		h.answer(&request, 0, [5]uint64{2 * value}, 8)
		select {
		case result := <-doubled:
			if result != 2*value {
				t.Fatalf("double of %d is %d", value, result)
			}
		case err := <-failed:
			t.Fatal(err)
		}
	}
	h.answerAhead(10) // wants all records to be free
	if doubled, err := doubleSmall(client, 5); err != nil || doubled != 10 {
		t.Errorf("double of 5 is %d, error %v", doubled, err)
	}
}

func TestFailureOfASmallHostCallIsItsError(t *testing.T) {
	h := newReverseHost(t)
	client := h.handlerClient()
	for range layout.ReverseSlotsMin + 1 {
		_, failed := startSmall(client, 1)
		request := h.next()
		var body [5]uint64
		body[0] = 42 // struct rc_remote_error: code, bytes of the text
		h.answer(&request, statusRemote, body, 16)
		var failure *HostError
		if err := <-failed; !errors.As(err, &failure) || failure.Code != 42 {
			t.Fatalf("error %v; want that of the function", err)
		}
	}
}

// A reply that is there at once is looked at as one that comes later.
func TestSmallHostCallTakesNoOtherReply(t *testing.T) {
	h := newReverseHost(t)
	client := h.handlerClient()
	for range layout.ReverseSlotsMin + 1 {
		h.replyAhead(layout.ReverseSlotsMin, 0, inlineFlags(8), 99) // of no call
		h.answerAhead(6)
		if doubled, err := doubleSmall(client, 3); err != nil || doubled != 6 {
			t.Fatalf("double of 3 is %d, error %v", doubled, err)
		}
		h.replyAhead(0, statusRemote, inlineFlags(16), 42)
		var failure *HostError
		_, err := doubleSmall(client, 3)
		if !errors.As(err, &failure) || failure.Code != 42 {
			t.Fatalf("error %v; want that of the function", err)
		}
		h.replyAhead(0, statusNoMethod, inlineFlags(8), 1)
		if _, err := doubleSmall(client, 3); !errors.Is(err, syscall.ENOSYS) {
			t.Fatalf("error %v; want %v", err, syscall.ENOSYS)
		}
		h.replyAhead(0, 0, inlineFlags(4), 1)
		if _, err := doubleSmall(client, 3); !errors.Is(err, syscall.EPROTO) {
			t.Fatalf("error %v; want %v", err, syscall.EPROTO)
		}
	}
}

func TestShortReplyToASmallHostCallIsRefused(t *testing.T) {
	h := newReverseHost(t)
	_, failed := startSmall(h.handlerClient(), 1)
	request := h.next()
	h.answer(&request, 0, [5]uint64{}, 4)
	if err := <-failed; !errors.Is(err, syscall.EPROTO) {
		t.Errorf("error %v; want %v", err, syscall.EPROTO)
	}
}

func TestSmallHostCallsOfManyGoroutinesEachGetTheirOwnReply(t *testing.T) {
	const callers, calls = 8, 200
	h := newReverseHost(t)
	client := h.handlerClient()
	var done sync.WaitGroup
	for caller := range uint64(callers) {
		done.Add(1)
		go func() {
			defer done.Done()
			for value := caller << 32; value < caller<<32+calls; value++ {
				doubled, err := doubleSmall(client, value)
				if err != nil || doubled != 2*value {
					t.Errorf("double of %d is %d: %v", value, doubled, err)
					return
				}
			}
		}()
	}
	h.serve(callers*calls, false)
	done.Wait()
}

func TestSmallHostCallCarriesItsDeadline(t *testing.T) {
	h := newReverseHost(t)
	handler := h.lane.poller.Load().context
	handler.deadline = monotonicNow() + 1e12
	client := rt.NewHostClient(handler, &testHostService)
	_, failed := startSmall(&client, 1)
	request := h.next()
	if request.DeadlineNs != handler.deadline {
		t.Errorf("deadline %d; want %d", request.DeadlineNs, handler.deadline)
	}
	h.answer(&request, -status(syscall.ETIMEDOUT), [5]uint64{}, 0)
	if err := <-failed; !errors.Is(err, syscall.ETIMEDOUT) {
		t.Errorf("error %v; want %v", err, syscall.ETIMEDOUT)
	}
	handler.deadline = 0
}

func TestSmallHostCallFailsWhenItsLaneCloses(t *testing.T) {
	h := newReverseHost(t)
	client := h.handlerClient()
	_, failed := startSmall(client, 1)
	h.next()
	h.lane.reverse.close()
	if err := <-failed; !errors.Is(err, syscall.ENOTCONN) {
		t.Errorf("in flight: error %v; want %v", err, syscall.ENOTCONN)
	}
	if _, err := doubleSmall(client, 1); !errors.Is(err, syscall.ENOTCONN) {
		t.Errorf("afterwards: error %v; want %v", err, syscall.ENOTCONN)
	}
}

func TestSmallHostCallOfNoHandlerIsAnswered(t *testing.T) {
	h := newReverseHost(t)
	anyLane := &laneHost{h.lane.worker, noLane}
	ctx := context.WithValue(context.Background(), rt.HostKey{}, anyLane)
	client := rt.NewHostClient(ctx, &testHostService)
	doubled, failed := startSmall(&client, 4)
	request := h.next()
	if request.Flags != inlineFlags(8) {
		t.Errorf("flags %#x; want %#x", request.Flags, inlineFlags(8))
	}
	h.answer(&request, 0, [5]uint64{8}, 8)
	select {
	case result := <-doubled:
		if result != 8 {
			t.Errorf("double of 4 is %d", result)
		}
	case err := <-failed:
		t.Error(err)
	}
}
