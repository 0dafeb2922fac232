// SPDX-License-Identifier: MIT

package ringcall

import (
	"context"
	"errors"
	"log"
	"syscall"
	"time"

	"ringcall/goside/internal/layout"
	"ringcall/goside/rt"
)

// How callers of the host wait. The reply ring has one reader at a time: a caller that finds it
// without one reads it while it spins, and hands out the replies of others. When it has its own, or
// has spun enough, it lets go; if callers are parked then, a goroutine of the lane's own reads on,
// and sleeps. So a single hot call involves no other goroutine, and callers that wait long sleep
// where Go can wake them: by a reply, by their context, or because the lane closes.

// deadlineOf returns when a call has to be done, as slots have it: 0 for never. An error says that
// the context is done already.
func deadlineOf(ctx context.Context, name string) (uint64, error) {
	if c, ok := ctx.(*callContext); ok && c.deadline == 0 {
		return 0, nil // errNow takes a lock, and is nil while the handler runs
	} else if ok && c.errNow() == nil {
		return c.deadline, nil
	}
	if ctx.Err() != nil {
		return 0, doneError(ctx, name, "it was not sent")
	}
	at, ok := ctx.Deadline()
	if !ok {
		return 0, nil
	}
	return monotonicNow() + uint64(max(time.Until(at), 1)), nil
}

// doneError returns why a call was given up.
func doneError(ctx context.Context, name, what string) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return callError(syscall.ECANCELED, name, "its context was cancelled; %s", what)
	}
	return callError(syscall.ETIMEDOUT, name, "its deadline has passed; %s", what)
}

// requestBehind sets request to where the lane's next request comes while a handler keeps the lane
// from being polled, and returns it; nil: there is no handler, or it does not.
func requestBehind(handler *runner, request *ring) *ring {
	if handler == nil {
		return nil
	}
	var waits bool
	if *request, waits = handler.nextRequest(); !waits {
		return nil
	}
	return request
}

// callAlone makes a call while nobody else uses the lane, and waits a moment for its reply under
// mu, which keeps others out: so a hot call needs few locked instructions. It reports whether the
// record is answered; then mu is held, and else not any more.
func (r *reverse) callAlone(record *hostRecord, call *rt.HostCall, deadline uint64,
	handler *runner) bool {
	r.post(record, call, deadline, handler)
	if slot := r.replySoon(handler, record.id.Load()); slot != nil {
		slots := record.read(&r.replies)
		if record.flags&layout.SlotFetch == 0 {
			r.replies.advance(slots)
			return true
		}
	}
	record.state.Store(recordWaiting)
	r.mu.Unlock()
	return false
}

// replySoon spins a moment for the reply of a call, which stays in its slot. nil: it has not come,
// another one has, or the handler's next request waits. mu is held.
func (r *reverse) replySoon(handler *runner, id uint32) *layout.Slot {
	var request ring // never on the heap
	next := requestBehind(handler, &request)
	for polls := 1; polls < pollsGentle; polls++ {
		if r.replies.ready() {
			if slot := r.replies.slot(); slot.Call == id {
				return slot
			}
			return nil
		}
		if next != nil && polls%pollsBetween == 0 && next.ready() {
			return nil
		}
		pause()
	}
	return nil
}

// await waits until a record is answered. With an error the record is not the caller's any more.
// handler is what runs the handler that makes the call, or nil.
func (r *reverse) await(ctx context.Context, record *hostRecord, handler *runner,
	name string) error {
	if r.reading.CompareAndSwap(false, true) {
		r.readFor(record, handler)
		r.reading.Store(false)
		if r.parked.Load() > 0 {
			r.readInBackground()
		}
	}
	if record.state.Load() == recordAnswered {
		return nil
	}
	if !record.park(r) {
		return nil
	}
	handOver(ctx)
	start := now()
	r.readInBackground()
	var why error
	select {
	case <-record.done:
		r.missed.Store(now() - start)
		return nil
	case <-r.gone:
		why = callError(syscall.ENOTCONN, name, "the host closed the client that it was "+
			"sent by; it may have run")
	case <-ctx.Done():
		why = doneError(ctx, name, "the host has not answered (does the client's thread "+
			"poll or wait?); it may still run")
	}
	if !record.state.CompareAndSwap(recordParked, recordAbandoned) {
		<-record.done // it was answered meanwhile
		return nil
	}
	r.parked.Add(-1)
	return why
}

// park says that the caller sleeps; false: the record has been answered.
func (record *hostRecord) park(r *reverse) bool {
	if record.done == nil {
		record.done = make(chan struct{}, 1)
	}
	r.parked.Add(1)
	if record.state.CompareAndSwap(recordWaiting, recordParked) {
		return true
	}
	r.parked.Add(-1)
	return false
}

// readFor reads replies until a record is answered, or for as long as it is worth to spin. When
// meanwhile a request comes to the lane that the handler keeps from being polled, the lane is
// handed over: it may come from the very function that the record waits for.
func (r *reverse) readFor(record *hostRecord, handler *runner) {
	var request ring // never on the heap
	next := requestBehind(handler, &request)
	if waited := r.missed.Swap(0); waited != 0 {
		r.spin.miss(waited)
	}
	maySpin := r.spin.begin()
	start := int64(0)
	for {
		ready := r.replies.ready()
		for polls := 0; !ready && maySpin && polls < pollsFirst; polls++ {
			ready = r.replies.ready()
			if next != nil && polls%pollsBetween == 0 && next.ready() {
				break
			}
		}
		if !ready && maySpin && (next == nil || !next.ready()) {
			if start == 0 {
				start = now()
			}
			ready = r.spin.run(&r.replies, next, &r.closing, start)
		}
		if !ready && next != nil && next.ready() {
			handler.handOver()
			next = nil
			continue
		}
		if !ready {
			return
		}
		r.deliver()
		if record.state.Load() == recordAnswered {
			return
		}
	}
}

// readInBackground has a goroutine read, unless somebody reads.
func (r *reverse) readInBackground() {
	if r.reading.Load() {
		return // who lets go looks at parked
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return
	}
	r.users++
	go r.background()
}

// readForOthers reads while callers are parked.
func (r *reverse) readForOthers() {
	defer r.leave()
	for r.parked.Load() > 0 && !r.closing.Load() && r.reading.CompareAndSwap(false, true) {
		for r.parked.Load() > 0 && !r.closing.Load() {
			if r.replies.ready() || r.sleep() {
				r.deliver()
			}
		}
		r.reading.Store(false)
	}
}

// sleep sleeps until the next reply comes, or for a bounded time.
func (r *reverse) sleep() bool {
	return r.worker.sleep(&r.replies, &r.wire.words.WorkerPark.Waiting, r.counts, &r.sleeping,
		&r.closing)
}

// deliver takes the next reply, which is there, and gives it to its caller.
func (r *reverse) deliver() {
	slot := r.replies.slot()
	id := slot.Call
	record := &r.records[id&(uint32(len(r.records))-1)]
	if record.id.Load() != id {
		log.Print("ringcall: the host answered a call that is not in flight")
		r.replies.advance(slotsOf(slot.Flags))
		return
	}
	// Loaded before the reply is written, so that the caller's last look at the one before is
	// known to have come before: the reply answers what it has sent since.
	state := record.state.Load()
	r.replies.advance(record.read(&r.replies))
	for ; ; state = record.state.Load() {
		switch {
		case state == recordAbandoned:
			r.forget(record)
			return
		case !record.state.CompareAndSwap(state, recordAnswered):
		case state == recordParked:
			r.parked.Add(-1)
			record.done <- struct{}{}
			return
		default:
			return
		}
	}
}

// read copies the next reply, each word once, and returns how many slots it takes.
func (record *hostRecord) read(from *ring) (slots uint32) {
	slot := from.slot()
	record.flags, record.status = slot.Flags, slot.Status
	*(*[2]uint64)(record.body[:]) = slot.Body
	slots = slotsOf(record.flags)
	if slots == 2 {
		*(*[3]uint64)(record.body[2:]) = from.rest().Body
	}
	return slots
}

// forget ends a call that nobody waits for.
func (r *reverse) forget(record *hostRecord) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if record.flags&layout.SlotFetch == 0 {
		r.release(record)
		return
	}
	r.drop(record)
}
