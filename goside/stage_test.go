// SPDX-License-Identifier: MIT

package ringcall

import (
	"context"
	"fmt"
	"math"
	"sync/atomic"
	"testing"

	"ringcall/goside/rt"
)

// newStaging makes a lane whose small replies wait for each other, and has each handler called once
// before: the first call of a method is not a small one.
func newStaging(t *testing.T, handlers ...func() rt.Handler) *fakeHost {
	t.Helper()
	h := newFake(t, false, handlers...)
	for method := range handlers {
		h.sendSwap(uint16(method), 0)
		h.lane.take(h.lane.poller.Load())
		h.wantSwapped(0)
	}
	h.company = stageSlots
	h.expectShort()
	return h
}

// expectShort has the next stagePace calls taken for short ones, however long they take.
func (h *fakeHost) expectShort() {
	h.lane.stage.most = stageSlots
	h.lane.stage.pacedAt = math.MaxInt64
}

func TestRepliesComeTogetherWhileRequestsAreThere(t *testing.T) {
	var h *fakeHost
	var served int
	early := false
	h = newStaging(t, small2(func(ctx context.Context, in, out *words) error {
		if h != nil {
			early = early || h.replies.ready() != (served >= stageSlots)
			served++
		}
		return swap(ctx, in, out)
	}))
	id := uint32(1)
	for round := range 20 * testSlots {
		calls := round%testSlots + 1
		for i := range calls {
			h.sendSwap(0, id+uint32(i))
		}
		served = 0
		h.expectShort()
		h.lane.serveSmalls(h.lane.poller.Load())
		if early {
			t.Fatalf("of %d calls a reply came before or after its group", calls)
		}
		for range calls {
			h.wantSwapped(id)
			id++
		}
		if h.replies.ready() {
			t.Fatal("there is one reply more")
		}
	}
}

// What a request says of that is not trusted.
func TestAsManyRepliesComeTogetherAsRequestsSay(t *testing.T) {
	for company, want := range map[int32]uint32{math.MinInt32: 1, -1: 1, 0: 1, 1: 1, 2: 2, 7: 7,
		stageSlots: stageSlots, stageSlots + 1: stageSlots, math.MaxInt32: stageSlots} {
		var h *fakeHost
		most := uint32(0)
		h = newStaging(t, small2(func(ctx context.Context, in, out *words) error {
			if h != nil {
				most = max(most, h.lane.stage.count()+1)
			}
			return swap(ctx, in, out)
		}))
		h.company = company
		for id := uint32(1); id < 3*stagePace; id += stageSlots {
			most = 0
			h.lane.stage.pacedAt = math.MaxInt64 // as expectShort
			for i := range uint32(stageSlots) {
				h.sendSwap(0, id+i)
			}
			h.lane.serveSmalls(h.lane.poller.Load())
			for i := range uint32(stageSlots) {
				h.wantSwapped(id + i)
			}
		}
		if most != want {
			t.Errorf("of requests that say %d, %d come together; want %d", company,
				most, want)
		}
	}
}

func TestReplyGoesAtOnceWhereCallsTakeLong(t *testing.T) {
	var h *fakeHost
	late := false
	h = newStaging(t, small2(func(ctx context.Context, in, out *words) error {
		late = late || in[0] > 1 && !h.replies.ready()
		return swap(ctx, in, out)
	}))
	h.lane.stage.most = 1
	for id := uint32(1); id <= 4; id++ {
		h.sendSwap(0, id)
	}
	h.lane.serveSmalls(h.lane.poller.Load())
	if late {
		t.Error("a reply waited for the next call's")
	}
	for id := uint32(1); id <= 4; id++ {
		h.wantSwapped(id)
	}
}

// Other replies are sent behind those that wait.
func TestRepliesKeepTheirOrderBehindThoseThatWait(t *testing.T) {
	fails := atomic.Bool{}
	h := newStaging(t, small2(swap), small2(func(ctx context.Context, in, out *words) error {
		if fails.Load() {
			return Errorf(7, "no")
		}
		return swap(ctx, in, out)
	}), handler(func(call *rt.Call) error {
		return call.ServeSmall(smallFunc(swap), 16, 16)
	}))
	fails.Store(true)
	for id := uint32(1); id < 10*testSlots; id += 4 {
		h.sendSwap(0, id)
		h.sendSwap(1, id+1) // an error
		h.sendSwap(0, id+2)
		h.sendSwap(2, id+3) // no small call
		for h.lane.requests.ready() {
			r := h.lane.poller.Load()
			if h.lane.serveSmalls(r); h.lane.requests.ready() {
				h.lane.take(r)
			}
		}
		h.wantSwapped(id)
		if text := h.errorText(h.receive()); text != "no" {
			t.Fatalf("text %q", text)
		}
		h.wantSwapped(id + 2)
		h.wantSwapped(id + 3)
	}
}

// A handler that blocks is not waited for by replies of calls before it: neither where the lane is
// taken over from it, nor where it cannot be.
func TestBlockedHandlerKeepsNoRepliesWaiting(t *testing.T) {
	for name, limit := range map[string]func(h *fakeHost){
		"takeover":    func(h *fakeHost) {},
		"one handler": func(h *fakeHost) { h.worker.handlersMax = 1 },
		"inline":      func(h *fakeHost) { h.worker.methods[1].inline = true },
		"no membarrier": func(h *fakeHost) {
			h.worker.watch.fence = false
			h.lane.poller.Load().marked.Store(1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLatch(t)
			var blocks atomic.Bool
			h := newStaging(t, small2(swap),
				small2(func(ctx context.Context, in, out *words) error {
					if blocks.Load() {
						l.held.Add(1)
						<-l.ch
					}
					return swap(ctx, in, out)
				}))
			limit(h)
			blocks.Store(true)
			for id := uint32(1); id <= 3; id++ {
				h.sendSwap(0, id)
			}
			h.sendSwap(1, 4)
			h.start()
			l.awaitHeld(t, 1)
			for id := uint32(1); id <= 3; id++ {
				h.wantSwapped(id)
			}
			l.release()
			h.wantSwapped(4)
			for id := uint32(5); id <= 3*testSlots; id++ {
				h.sendSwap(0, id)
				h.wantSwapped(id)
			}
		})
	}
}

func TestPanickingHandlerLosesNoReplyThatWaits(t *testing.T) {
	var panics atomic.Bool
	h := newStaging(t, small2(swap), small2(func(ctx context.Context, in, out *words) error {
		if panics.Load() {
			panic("on purpose")
		}
		return swap(ctx, in, out)
	}))
	panics.Store(true)
	h.sendSwap(0, 1)
	h.sendSwap(1, 2)
	h.sendSwap(0, 3)
	h.start()
	h.wantSwapped(1)
	if text := h.errorText(h.receive()); text != "panic: on purpose" {
		t.Errorf("text %q", text)
	}
	h.wantSwapped(3)
}

func TestWakerSeesASleepAmongSlots(t *testing.T) {
	for _, first := range []uint32{0, 5, math.MaxInt32 - 1, math.MaxUint32 - 1} {
		for behind := uint32(0); behind < 6; behind++ {
			sleepsFor := first - 1 + behind
			t.Run(fmt.Sprintf("%d of %d", sleepsFor, first), func(t *testing.T) {
				waiting := parkWord(sleepsFor)
				w := waker{waiting: &waiting, fence: true}
				position, due := w.among(first, 4)
				if due != (behind >= 1 && behind <= 4) {
					t.Errorf("due is %v", due)
				}
				// The top bit of a position is no part of a slot's number.
				if due && position<<1 != sleepsFor<<1 {
					t.Errorf("position %d", position)
				}
			})
		}
		waiting := uint32(0)
		w := waker{waiting: &waiting, fence: true}
		if _, due := w.among(first, 4); due {
			t.Errorf("from %d: nobody sleeps", first)
		}
	}
}
