// SPDX-License-Identifier: MIT

package ringcall

import (
	"sync/atomic"
	"testing"
)

// stopWatch keeps the watch from looking by itself.
func (h *fakeHost) stopWatch() {
	h.worker.watch.ticking.Store(true)
	h.worker.watch.timer.set(0, 0)
}

// holdOne has the lane's poller run a handler that blocks, with another call behind it. The watch
// has not looked.
func holdOne(t *testing.T) (*fakeHost, *latch) {
	l := newLatch(t)
	h := newFake(t, false, l.holding(waysToBlock["channel"], 16), replyWith(8))
	h.stopWatch()
	h.start()
	h.send(0, inlineFlags(16), 1, [5]uint64{})
	h.send(1, inlineFlags(16), 2, [5]uint64{})
	l.awaitHeld(t, 1)
	return h, l
}

func TestHostThatAsksIsServed(t *testing.T) {
	for _, asleep := range []bool{false, true} {
		h, l := holdOne(t)
		h.worker.watch.asked(asleep)
		if reply := h.receive(); reply.Call != 2 {
			t.Fatalf("asleep %v: reply of call %d; want 2", asleep, reply.Call)
		}
		l.release()
		h.receive()
	}
}

func (h *fakeHost) looks() uint32 {
	return atomic.LoadUint32(&h.lane.wire.words.WorkerPark.Looks)
}

// It sees that it need not ask again, until the looks are rare again.
func TestHostThatSleepsIsToldThatLooksAreFrequent(t *testing.T) {
	h, l := holdOne(t)
	h.worker.watch.asked(false)
	h.receive()
	if h.looks() != 0 {
		t.Error("looks are said to be frequent for a host that can ask again")
	}
	h.worker.watch.asked(true)
	await(t, func() bool { return h.looks() == 1 })
	l.release()
	h.receive()
	await(t, func() bool {
		h.send(1, inlineFlags(16), 3, [5]uint64{}) // a lane that sleeps is not looked at
		h.receive()
		return h.looks() == 0
	})
}
