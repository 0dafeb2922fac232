// SPDX-License-Identifier: MIT

package ringcall

import (
	"context"

	"ringcall/goside/internal/layout"
	"ringcall/goside/internal/shm"
	"ringcall/goside/rt"
)

// A call to the host is mostly one of a few words each way, made by a handler while nobody else
// uses the lane, and answered while it spins. Such a call needs no memory, and a record only by its
// id: what others would look at is not touched.

// CallSmall makes a small call in one step, if nothing speaks against that.
func (h *laneHost) CallSmall(ctx context.Context, shape rt.SmallShape, request rt.Words) (rt.Words,
	rt.HostCaller) {
	c, ok := ctx.(*callContext)
	if !ok || c.deadline != 0 || c.call.Load() == nil || h.worker.hostHere.Call != 0 ||
		h.worker.threaded.Load() {
		return rt.Words{}, h
	}
	r := c.runner.lane.reverse
	if !r.mu.TryLock() {
		return rt.Words{}, h
	}
	if r.closed || r.users != 0 || r.records == nil || r.spin.limitNs == 0 ||
		r.freeLeft != uint32(len(r.records)) {
		r.mu.Unlock()
		return rt.Words{}, h
	}
	record := &r.records[r.free]
	id := record.id.Load()
	r.postSmall(id, c.runner.request.call, shape, request)
	if reply, ok := r.takeSmall(c.runner, id, inlineFlags(shape.ReplyBytes())); ok {
		record.id.Store(id + uint32(len(r.records)))
		r.mu.Unlock()
		return reply, nil
	}
	r.free = record.next
	r.freeLeft--
	r.users++
	record.state.Store(recordWaiting)
	record.sent = sentCall{r, record, c.runner}
	r.mu.Unlock()
	return rt.Words{}, &record.sent
}

// postSmall commits a request. mu is held.
func (r *reverse) postSmall(id, parent uint32, shape rt.SmallShape, request rt.Words) {
	requests := &r.requests
	slot, position := requests.slot(), requests.position
	setCall(slot, id, parent)
	flags := inlineFlags(shape.RequestBytes()) | layout.SlotNested
	slots := slotsOf(flags)
	slot.Body[0] = request.W0
	slot.Body[1] = request.W1
	if slots == 2 {
		rest := requests.rest()
		rest.Deadline = 0
		rest.Body[0], rest.Body[1], rest.Body[2] = request.W2, request.W3, request.W4
	}
	next := position + slots
	requests.position = next
	if (position^next)&shm.AheadSlots != 0 {
		shm.FetchAhead(requests.at(next))
	}
	commitHead(slot, position, uint16(shape.Number()), flags)
	if r.host.due(position) {
		r.bell.wake(&r.wire.words.HostPark, &slot.Sequence)
		count(&r.counts.Wakes)
	}
}

// takeSmall takes the reply of a call if it comes soon; false: it does not, or is none with these
// flags. mu is held.
func (r *reverse) takeSmall(handler *runner, id uint32, flags uint16) (reply rt.Words, ok bool) {
	slot := r.replySoon(handler, id)
	if slot == nil || slot.Status != 0 || slot.Flags != flags {
		return reply, false
	}
	reply.W0, reply.W1 = slot.Body[0], slot.Body[1]
	slots := slotsOf(flags)
	if slots == 2 {
		rest := r.replies.rest()
		reply.W2, reply.W3, reply.W4 = rest.Body[0], rest.Body[1], rest.Body[2]
	}
	r.replies.advance(slots)
	return reply, true
}

// A sentCall is a call that was sent, and is to be waited for.
type sentCall struct {
	reverse *reverse
	record  *hostRecord
	handler *runner
}

// CallHost ends the call.
func (s *sentCall) CallHost(ctx context.Context, call *rt.HostCall) error {
	return s.reverse.settle(ctx, s.record, call, s.handler)
}
