// SPDX-License-Identifier: MIT

package ringcall

import (
	"sync/atomic"

	"ringcall/goside/internal/layout"
	"ringcall/goside/internal/shm"
)

// How replies go to the ring together; cside/stage.h has the reason.
//
// A small reply waits in private memory while the next request is already there. It goes to the
// ring with those of the calls behind it: when there are stageSlots of them, when no request is
// there, before a request of another kind is served, and before any other reply. A handler that
// keeps them waiting is in the way of others, so the watch sends them when it takes the lane over,
// or finds that it cannot. Where calls take long, none waits.

const (
	stageSlots = 8  // replies that go together: four lines
	stagePace  = 32 // calls between two looks at the clock; a power of two

	// Where a call takes longer than this, its reply is sent at once.
	stageShortNs = 500
)

// A stage has the replies that wait. It is the poller's, or guarded by the lane's mu while its
// runner is marked; only `waiting` is read by others.
type stage struct {
	slots   [stageSlots]layout.Slot
	waiting uint64 // how many; see count
	most    uint64 // that come together; see pace
	pacedAt int64
}

// count returns how many replies wait. Any goroutine may ask.
func (s *stage) count() uint32 { return uint32(atomic.LoadUint64(&s.waiting)) }

// put adds the reply of a call, with the flags of its slot. It reports whether the flush is due.
func (s *stage) put(flags uint16, call uint32, body *[5]uint64) bool {
	waiting := s.waiting
	slot := &s.slots[waiting%stageSlots]
	setHeadWord(slot, uint64(flags)<<48)
	setCall(slot, call, 0)
	slot.Body[0], slot.Body[1] = body[0], body[1]
	shm.Release(&s.waiting, waiting+1)
	return waiting+1 >= s.most
}

// pace sets how many replies come together, from the clock and from what a request says: where few
// calls are in flight, replies that wait for each other are missed. A lane does so each stagePace
// requests.
func (s *stage) pace(wanted int32) {
	at := now()
	s.most = 1
	if at-s.pacedAt < stagePace*stageShortNs {
		s.most = uint64(min(max(wanted, 1), stageSlots))
	}
	s.pacedAt = at
}

// flush sends the replies that wait, and wakes the host if it sleeps for one of them. The lane is
// locked.
func (l *lane) flush() {
	count := uint32(l.stage.waiting)
	if count == 0 {
		return
	}
	first := l.replies.position
	l.replies.commitStaged(&l.stage.slots, count)
	shm.Release(&l.stage.waiting, 0)
	if position, due := l.host.among(first, count); due {
		slot := (*layout.Slot)(l.replies.at(position))
		l.wakeHost(&slot.Sequence)
	}
}

// flushAs is flush for the poller's runner, at a time when it runs no handler.
func (l *lane) flushAs(r *runner) {
	if l.stage.waiting != 0 {
		locked := l.lock(r)
		l.flush()
		l.unlock(locked)
	}
}
