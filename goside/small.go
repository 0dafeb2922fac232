// SPDX-License-Identifier: MIT

package ringcall

import (
	"ringcall/goside/internal/layout"
	"ringcall/goside/internal/shm"
	"ringcall/goside/rt"
)

// Most calls have messages that are their roots alone. With many of them in flight, what is
// executed for each decides how fast they are, so here is what such a call needs when nothing is
// out of the ordinary, and nothing else.

// A small is a method whose handler is a rt.SmallHandler.
type small struct {
	handler rt.SmallHandler // nil: it is none, or was not called yet
	takes   uint16          // the flags of its requests' slots, but for SlotIdempotent
	gives   uint16          // and of its replies'
	slots   uint32          // that its reply takes
}

func newSmall(handler rt.SmallHandler, m *method) small {
	return small{
		handler: handler,
		takes:   inlineFlags(m.requestBytes),
		gives:   inlineFlags(m.replyBytes),
		slots:   slotsOf(inlineFlags(m.replyBytes)),
	}
}

// smallOf returns the method of a request with these flags; nil: it is out of the ordinary.
func (r *runner) smallOf(method, flags uint16) *small {
	if int(method) >= len(r.small) {
		return nil
	}
	m := &r.small[method]
	if m.handler == nil || m.takes != flags&^(layout.SlotIdempotent|layout.SlotDeadline) {
		return nil
	}
	return m
}

// serveSmall serves the call in r.request, whose flags the method takes, as that turn, and sends
// its reply. It reports whether r still polls.
func (r *runner) serveSmall(m *small, turn uint64) bool {
	r.context.deadline = r.request.deadline
	r.call.BeginSmall()
	r.running.begin(turn)
	err := m.handler.ServeSmall(&r.call, pointerTo(&r.request.body), pointerTo(&r.call.Body))
	if err != nil || r.context.asked.Load() {
		return r.concludeSmall(m, err)
	}
	r.running.end()
	delayPoint()
	if r.marked.Load() != 0 {
		return r.concludeSmall(m, nil)
	}
	l := r.lane
	replies := &l.replies
	slot, position := replies.slot(), replies.position
	setCall(slot, r.request.call, 0)
	slot.Body[0], slot.Body[1] = r.call.Body[0], r.call.Body[1]
	if m.slots == 2 {
		replies.fillRest(0, &r.call.Body)
	}
	next := position + m.slots
	replies.position = next
	if (position^next)&shm.AheadSlots != 0 {
		shm.FetchAhead(replies.at(next))
	}
	commitHead(slot, position, 0, m.gives)
	if l.host.due(position) {
		l.wakeHost(&slot.Sequence)
	}
	return true
}

// concludeSmall ends a call where something is out of the ordinary. It reports whether r still
// polls.
func (r *runner) concludeSmall(m *small, err error) bool {
	r.call.SmallReply(uint64(m.gives >> layout.SlotInlineShift))
	return r.conclude(err)
}
