// SPDX-License-Identifier: MIT

package ringcall

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"

	"ringcall/goside/internal/layout"
	"ringcall/goside/rt"
)

// A reverse is the worker's end of a reverse lane, by which it calls the host: see struct
// rc_reverse in ring/layout.h and cside/reverse.h. Any goroutine calls; the host is one thread.
//
// A record is a credit: there are as many as the rings have slots, so neither ring overflows. A
// caller takes one, commits its request, and then waits in reverse_wait.go's way. Payload space
// is this side's: of a lane that closes nothing is left.
type reverse struct {
	worker *worker
	wire   reverseWire
	counts *layout.CountLine // shared: this side's sleeps and wakes, of the whole lane
	bell   *bell             // of the lane

	mu       sync.Mutex // guards what follows, to the empty line
	requests ring
	host     waker
	free     uint32 // first free record, or noRecord
	freeLeft uint32
	spans    spans
	queue    []chan struct{} // of callers that wait for a record or for space
	users    int             // goroutines that touch the lane; none comes when it is closed
	closed   bool
	left     chan struct{} // closed when it is closed and without users

	records []hostRecord
	gone    chan struct{} // closed when the host has closed the lane
	closing atomic.Bool   // the same, for those that spin

	// The reader's; see reverse_wait.go.
	reading    atomic.Bool // somebody is it
	parked     atomic.Int32
	background func() // readForOthers; made once, so that starting it allocates nothing
	replies    ring
	spin       spin
	missed     atomic.Int64 // how long a caller slept, for spin; 0: none
	sleeping   atomic.Pointer[uint32]
}

const noRecord = ^uint32(0)

// What becomes of a record's reply. Of a free record it means nothing.
const (
	recordWaiting   = iota // its caller looks at it
	recordParked           // its caller sleeps on done
	recordAbandoned        // nobody waits: the record is freed when the reply comes
	recordAnswered
)

// A hostRecord is a call to the host in flight.
type hostRecord struct {
	state   atomic.Uint32
	id      atomic.Uint32 // index and generation, as slots have it; another one once it is free
	next    uint32        // free record
	request layout.Span
	space   layout.Span
	done    chan struct{} // gets a value when a parked record is answered
	sent    sentCall      // of a small call

	// The reply's slot, once it is answered.
	flags  uint16
	status status
	body   [5]uint64
}

func newReverse(w *worker, packet *layout.ControlLane, counts *layout.CountLine,
	bell *bell) *reverse {
	memory := reverseWireOf(w.region, &w.geometry, packet.Lane)
	calls := w.geometry.ReverseSlots
	r := &reverse{
		worker:   w,
		wire:     memory,
		counts:   counts,
		bell:     bell,
		requests: ringOf(memory.requests, calls, packet.ReverseRequestPosition),
		replies:  ringOf(memory.replies, calls, packet.ReverseReplyPosition),
		host:     waker{waiting: &memory.words.HostPark.Waiting, fence: !w.membarrier},
		spin:     newSpin(&w.geometry),
		spans:    newSpans(memory.payload.Bytes),
		gone:     make(chan struct{}),
		left:     make(chan struct{}),
	}
	r.background = r.readForOthers
	return r
}

// makeRecords is for the first call: most lanes of most workers make none. mu is held.
func (r *reverse) makeRecords() {
	r.records = make([]hostRecord, r.worker.geometry.ReverseSlots)
	for i := range r.records {
		r.records[i].id.Store(uint32(i))
		r.records[i].next = uint32(i) + 1
	}
	r.records[len(r.records)-1].next = noRecord
	r.freeLeft = uint32(len(r.records))
}

// errLaneClosed says that a call was not sent because its lane was closed before.
var errLaneClosed = errors.New("ringcall: the lane is closed")

// call has the host run a function. handler is what runs the handler that makes the call, if it is
// one of this lane, else nil.
func (r *reverse) call(ctx context.Context, call *rt.HostCall, handler *runner) error {
	deadline, err := deadlineOf(ctx, call.Name)
	if err != nil {
		return err
	}
	record, err := r.begin(ctx, call, handler)
	if err != nil {
		return err
	}
	if r.alone(record) && !call.OneWay {
		if r.callAlone(record, call, deadline, handler) {
			return r.end(record, call)
		}
	} else {
		r.send(record, call, deadline, handler)
	}
	if call.OneWay {
		return nil
	}
	return r.settle(ctx, record, call, handler)
}

// settle waits for the reply of a call that is sent, and ends it.
func (r *reverse) settle(ctx context.Context, record *hostRecord, call *rt.HostCall,
	handler *runner) error {
	if err := r.await(ctx, record, handler, call.Name); err != nil {
		r.leave()
		return err
	}
	if record.flags&layout.SlotFetch != 0 {
		if err := r.fetch(ctx, record, handler, call.Name); err != nil {
			r.leave()
			return err
		}
	}
	r.mu.Lock()
	return r.end(record, call)
}

// alone reports whether nobody but the caller uses the lane, and whether its call may be answered
// while it spins. mu is held.
func (r *reverse) alone(record *hostRecord) bool {
	return r.users == 1 && r.freeLeft+1 == uint32(len(r.records)) &&
		record.request.Bytes == 0 && r.spin.limitNs != 0
}

// end ends a call that is answered. mu is held, and is not any more when it returns.
func (r *reverse) end(record *hostRecord, call *rt.HostCall) error {
	err := r.finish(record, call)
	r.release(record)
	r.leaveLocked()
	r.mu.Unlock()
	return err
}

// leave says that a goroutine does not touch the lane any more.
func (r *reverse) leave() {
	r.mu.Lock()
	r.leaveLocked()
	r.mu.Unlock()
}

func (r *reverse) leaveLocked() {
	r.users--
	if r.closed && r.users == 0 {
		close(r.left)
	}
}

// callError returns why a call failed outside of the host's function.
func callError(errno syscall.Errno, name, format string, arguments ...any) error {
	return rt.CallErrorf(errno, "ringcall: %s: "+format, append([]any{name}, arguments...)...)
}

// begin takes a record and payload space, and waits while there are none. mu is held when it
// returns one, and users counts the caller.
func (r *reverse) begin(ctx context.Context, call *rt.HostCall, handler *runner) (*hostRecord,
	error) {
	bytes, space := call.Request().Bytes, call.LikelyReply()
	if bytes > r.wire.payload.Bytes/2 {
		return nil, callError(syscall.EMSGSIZE, call.Name, "its request has %d bytes, and "+
			"at most half of the %d bytes of payload space can be used; the host may "+
			"open with more payload_bytes", bytes, r.wire.payload.Bytes)
	}
	r.mu.Lock()
	for {
		if r.closed {
			r.mu.Unlock()
			return nil, errLaneClosed
		}
		if record := r.take(bytes, space, handler != nil); record != nil {
			r.users++
			return record, nil
		}
		turn := make(chan struct{})
		r.queue = append(r.queue, turn)
		r.mu.Unlock()
		handOver(ctx)
		r.parked.Add(1)
		r.readInBackground()
		select {
		case <-turn: // who frees a record has taken us out of parked
		case <-r.gone:
			return nil, errLaneClosed
		case <-ctx.Done():
			r.leaveQueue(turn)
			return nil, doneError(ctx, call.Name,
				"it waited for others, and did not run")
		}
		r.mu.Lock()
	}
}

// take takes a free record, with payload space for the request, and for the reply where it may need
// any. Of the records, calls by handlers may take the last quarter, and others not: a handler's
// call is what a function of the host may be waiting for. nil: there is none now. mu is held.
func (r *reverse) take(bytes, reply uint64, nested bool) *hostRecord {
	if r.records == nil {
		r.makeRecords()
	}
	if r.freeLeft == 0 || !nested && r.freeLeft <= uint32(len(r.records))/4 {
		return nil
	}
	record := &r.records[r.free]
	var request, space layout.Span
	ok := true
	if reply > layout.BodyBytes {
		// Without it the host keeps the reply until there is room, so it is no matter.
		space, _ = r.spans.take(reply)
	}
	if bytes > bodyRoom(space) {
		request, ok = r.spans.take(bytes)
	}
	if !ok {
		r.spans.give(space)
		return nil
	}
	r.free = record.next
	r.freeLeft--
	record.request, record.space = request, space
	return record
}

// bodyRoom returns how much of a message a slot holds beside the reply space that it names.
func bodyRoom(space layout.Span) uint64 {
	if space.Bytes != 0 {
		return layout.BodySpacedBytes
	}
	return layout.BodyBytes
}

// send commits the request of a record. mu is held, and is not any more when it returns.
func (r *reverse) send(record *hostRecord, call *rt.HostCall, deadline uint64, handler *runner) {
	if record.request.Bytes != 0 {
		r.mu.Unlock()
		r.wire.copyIn(record.request, call.Request())
		r.mu.Lock()
	}
	if call.OneWay {
		record.state.Store(recordAbandoned)
	} else {
		record.state.Store(recordWaiting)
	}
	r.post(record, call, deadline, handler)
	if call.OneWay {
		r.leaveLocked()
	}
	r.mu.Unlock()
}

// post fills the next slot with the request of a record and makes it visible. mu is held.
func (r *reverse) post(record *hostRecord, call *rt.HostCall, deadline uint64, handler *runner) {
	request := call.Request()
	flags, body := uint16(0), [5]uint64{}
	if call.OneWay {
		flags = layout.SlotOneWay
	}
	if record.request.Bytes != 0 {
		body[0] = uint64(record.request.Offset) | request.Bytes<<32
	} else {
		flags |= inlineFlags(uint16(request.Bytes))
		body = bodyOf(request)
	}
	parent := status(0)
	if handler != nil {
		flags |= layout.SlotNested
		parent = status(handler.request.call)
	}
	if deadline != 0 {
		flags |= layout.SlotDeadline
	}
	r.requests.slot().Method = uint16(call.Number)
	r.commit(record, parent, flags, deadline, &body)
}

// commit fills the rest of a slot, names the record's reply space in it, and makes it visible. mu
// is held. The host polls the slot's cache line while it is written, so the stores come together: a
// locked instruction between them would let the line go over and back once more.
func (r *reverse) commit(record *hostRecord, parent status, flags uint16, deadline uint64,
	body *[5]uint64) {
	slot, position := r.requests.slot(), r.requests.position
	if record.space.Bytes != 0 {
		flags |= layout.SlotSpace
		body[4] = uint64(record.space.Offset) | uint64(record.space.Bytes)<<32
	}
	r.requests.commit(r.requests.fill(record.id.Load(), parent, flags, deadline, body))
	if r.host.due(position) {
		r.bell.wake(&r.wire.words.HostPark, &slot.Sequence)
		count(&r.counts.Wakes)
	}
}

// fetch asks for a reply that did not fit, with space for it, and waits for it. With an error the
// record is not the caller's any more.
func (r *reverse) fetch(ctx context.Context, record *hostRecord, handler *runner,
	name string) error {
	bytes := record.body[0] >> 32
	r.mu.Lock()
	r.spans.give(record.space)
	var ok bool
	if record.space, ok = r.spans.take(bytes); !ok {
		r.drop(record)
		r.mu.Unlock()
		return callError(syscall.EMSGSIZE, name, "it ran, and its reply of %d bytes is "+
			"lost: there is no room in the %d bytes of payload space; the host may "+
			"open with more payload_bytes", bytes, r.wire.payload.Bytes)
	}
	record.state.Store(recordWaiting)
	r.commit(record, 0, layout.SlotFetch, 0, &[5]uint64{})
	r.mu.Unlock()
	return r.await(ctx, record, handler, name)
}

// drop tells the host to forget a reply that it keeps. The record is freed when it has. mu is held.
func (r *reverse) drop(record *hostRecord) {
	record.state.Store(recordAbandoned)
	r.spans.give(record.space)
	record.space = layout.Span{}
	r.commit(record, 0, layout.SlotFetch|layout.SlotDrop, 0, &[5]uint64{})
}

// finish copies an answered record's reply to the call.
func (r *reverse) finish(record *hostRecord, call *rt.HostCall) error {
	if record.status == -status(syscall.ETIMEDOUT) {
		return callError(syscall.ETIMEDOUT, call.Name, "the host came to it after its "+
			"deadline, and did not run it")
	}
	call.Status = record.status
	if record.flags&layout.SlotInline != 0 {
		bytes := min(uint64(record.flags>>layout.SlotInlineShift), layout.BodyBytes)
		copyBody(call.ReplyRoom(bytes), &record.body, bytes)
		call.SetReply(bytes)
		return nil
	}
	bytes := record.body[0] >> 32
	if bytes > uint64(record.space.Bytes) {
		return callError(syscall.EPROTO, call.Name, "the host's reply of %d bytes lies "+
			"outside of its space", bytes)
	}
	r.wire.copyOut(call.ReplyRoom(bytes), record.space, bytes)
	call.SetReply(bytes)
	return nil
}

// release gives a record back, and has those look again that wait for one. mu is held.
func (r *reverse) release(record *hostRecord) {
	r.spans.give(record.request)
	r.spans.give(record.space)
	record.request, record.space = layout.Span{}, layout.Span{}
	id := record.id.Load()
	record.id.Store(id + uint32(len(r.records)))
	record.next = r.free
	r.free = id & (uint32(len(r.records)) - 1)
	r.freeLeft++
	// All of them, because they need different things.
	for _, turn := range r.queue {
		r.parked.Add(-1)
		close(turn)
	}
	r.queue = nil
}

// leaveQueue ends a wait for a record.
func (r *reverse) leaveQueue(turn chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if i := slices.Index(r.queue, turn); i >= 0 {
		r.queue = slices.Delete(r.queue, i, i+1)
		r.parked.Add(-1)
	}
}

// close ends all calls, which fail, and returns when nobody touches the lane any more. It may be
// called again.
func (r *reverse) close() {
	r.mu.Lock()
	if !r.closed {
		r.closed = true
		close(r.gone)
		if r.users == 0 {
			close(r.left)
		}
	}
	r.mu.Unlock()
	r.closing.Store(true)
	wakeUntil(r.left, &r.sleeping)
}
