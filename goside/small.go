// SPDX-License-Identifier: MIT

package ringcall

import (
	"sync/atomic"

	"ringcall/goside/internal/layout"
	"ringcall/goside/rt"
)

// Most calls have messages that are their roots alone. With many of them in flight, what is
// executed for each decides how fast they are, so here is what such a call needs when nothing is
// out of the ordinary, and nothing else.

// A small is a method whose handler is a rt.SmallHandler, and has been called.
type small struct {
	handler rt.SmallHandler
	takes   uint16 // the flags of its requests' slots, but for mayTake
	plain   uint16 // these flags, if a request that has none of mayTake needs no rest; else 0
	gives   uint16 // the flags of its replies' slots
	slots   uint16 // that a reply takes
}

// The flags that a small request may have.
const mayTake = layout.SlotIdempotent | layout.SlotDeadline

func newSmall(handler rt.SmallHandler, m *method) *small {
	takes, gives := inlineFlags(m.requestBytes), inlineFlags(m.replyBytes)
	plain := takes
	if slotsOf(takes) == 2 {
		plain = 0
	}
	return &small{handler, takes, plain, gives, uint16(slotsOf(gives))}
}

func (m *small) replyBytes() uint64 { return uint64(m.gives >> layout.SlotInlineShift) }

// serveSmalls serves the small calls that are there, up to the first request that is none. It
// reports whether r still polls. It is one function, in which next to nothing but handlers is
// called: what each call would store and load around functions takes longer than what they do.
func (l *lane) serveSmalls(r *runner) bool {
	requests := &l.requests
	for {
		position := requests.position
		slot := (*layout.Slot)(requests.at(position))
		// As ready of ring.
		if atomic.LoadUint32(&slot.Sequence) != sequenceOf(position) {
			l.flushAs(r)
			return true
		}
		head := headIn(slot)
		method, flags := uint(uint16(head)), uint16(head>>16)
		if method >= uint(len(r.small)) {
			return true
		}
		m := r.small[method]
		if m == nil || m.takes != flags&^mayTake {
			return true
		}
		r.request.setHead(head)
		*(*[2]uint64)(r.request.body[:]) = slot.Body
		position++
		deadline := uint64(0)
		if flags != m.plain {
			r.request.deadline = 0
			position += r.request.readRest(requests, flags)
			deadline = r.request.deadline
		}
		requests.position = position
		*l.taken = position // see take
		if position%stagePace == 0 {
			l.stage.pace(slot.Status)
		}
		if r.context.deadline != deadline {
			r.context.deadline = deadline
		}
		r.call.BeginSmall()
		r.running.begin(turnOf(position))
		in, out := pointerTo(&r.request.body), pointerTo(&r.call.Body)
		err := m.handler.ServeSmall(&r.call, in, out)
		if err != nil || r.context.asked.Load() {
			if !r.concludeSmall(m, err) {
				return false
			}
			continue
		}
		r.running.end()
		delayPoint()
		if r.marked.Load() != 0 {
			if !r.concludeSmall(m, nil) {
				return false
			}
			continue
		}
		if m.slots == 1 && l.stage.most > 1 {
			if l.stage.put(m.gives, r.request.call, &r.call.Body) {
				l.flush()
			}
			continue
		}
		if l.stage.waiting != 0 {
			l.flush()
		}
		l.publishBody(r.request.call, m.replyBytes(), &r.call.Body)
	}
}

// concludeSmall ends a call where something is out of the ordinary. It reports whether r still
// polls.
func (r *runner) concludeSmall(m *small, err error) bool {
	r.call.SmallReply(m.replyBytes())
	return r.conclude(err)
}
