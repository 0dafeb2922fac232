// SPDX-License-Identifier: MIT

package ringcall

import (
	"log"
	"sync"
	"sync/atomic"

	"ringcall/goside/internal/layout"
	"ringcall/goside/internal/shm"
	"ringcall/goside/rt"
)

// A lane serves one client of the host. Its poller goroutine reads requests and runs handlers. A
// handler that does not come back is left behind, with its goroutine, and another becomes the
// poller; see takeover.go. Handlers of concurrent services have goroutines of their own from the
// start.
//
// Only the poller reads requests. Replies are written by the poller alone, without a lock, while
// no handler runs beside it, and else under mu: the poller's runner is marked then.
type lane struct {
	worker *worker
	wire   wire
	caller *laneHost // the host for this lane's handlers
	// By which a worker calls the host.
	reverse *reverse

	// The poller's.
	requests ring
	taken    *uint32 // shared: the position up to which requests are read
	spin     spin
	yielded  int64                  // when others were last let run
	poller   atomic.Pointer[runner] // changed under mu
	sleeping atomic.Pointer[uint32] // the word that the poller sleeps on, or nil
	closing  atomic.Bool            // serve what is there, then leave
	left     chan struct{}          // closed when the lane is not touched any more

	// The poller's, or guarded by mu while its runner is marked.
	replies  ring
	stage    stage
	host     waker
	acks     [5]uint64 // ids of one-way calls that are done
	ackCount uint32
	kept     map[uint32]keptReply // replies that did not fit, by id of call

	mu        sync.Mutex
	beside    int       // handlers that run beside the poller
	takeovers uint64    // pollers that were left behind
	idle      []*runner // for other calls

	running sync.WaitGroup // goroutines of handlers beside the poller
	watched watched
	asking  asking
	bell    bell

	// Of the runner by which the host's thread calls directly; see direct.go. 0: there is none.
	key int
}

// A keptReply waits until the host sends space for it.
type keptReply struct {
	words  []uint64
	bytes  uint64
	status status
}

func newLane(w *worker, packet *layout.ControlLane) *lane {
	memory := wireOf(w.region, &w.geometry, packet.Lane)
	calls := w.geometry.RingSlots
	l := &lane{
		worker:   w,
		wire:     memory,
		caller:   &laneHost{w, packet.Lane},
		requests: ringOf(memory.requests, calls, packet.RequestPosition),
		taken:    &memory.words.WorkerTaken.Taken,
		replies:  ringOf(memory.replies, calls, packet.ReplyPosition),
		host:     waker{waiting: &memory.words.HostPark.Waiting, fence: !w.membarrier},
		spin:     newSpin(&w.geometry),
		left:     make(chan struct{}),
		kept:     make(map[uint32]keptReply),
	}
	l.reverse = newReverse(w, packet, &memory.words.WorkerCount, &l.bell)
	l.poller.Store(newRunner(l))
	return l
}

// poll serves the lane until it is closed, or until it is taken over from r.
func (l *lane) poll(r *runner) {
	for l.pollUntilPanic(r) {
	}
}

// pollUntilPanic serves the lane until there is no more to do for r (false) or a handler panicked
// (true). One deferred call serves all handlers, so that a call pays nothing for it.
func (l *lane) pollUntilPanic(r *runner) (again bool) {
	returned := false
	defer func() {
		if returned {
			return
		}
		panicked := recover()
		if !r.serving() {
			panic(panicked) // a defect of this package
		}
		again = r.rescue(panicked)
		if again && panicked == nil {
			go l.poll(r) // runtime.Goexit ends this goroutine; another one goes on
		}
	}()
	for l.requests.ready() || l.wait(r) {
		if !l.serveSmalls(r) || l.requests.ready() && !l.take(r) {
			returned = true // the lane is another's
			return false
		}
	}
	returned = true
	l.running.Wait()
	close(l.left)
	return false
}

// take reads the next request, which is there, and serves it. It reports whether r still polls.
func (l *lane) take(r *runner) bool {
	l.flushAs(r) // the handler may take long
	r.request.read(&l.requests)
	position := l.requests.position
	// Read by the host after our death only, to tell which calls may have run. What has been
	// executed before a process dies reaches memory, in order of execution.
	*l.taken = position
	r.turn = turnOf(position)
	if handler := r.simpleHandler(); handler != nil {
		return r.serveSimple(handler)
	}
	return l.takeOther(r)
}

// takeOther serves a request that is not of the common kind, or is the first of its method. It
// reports whether r still polls.
func (l *lane) takeOther(r *runner) bool {
	request := &r.request
	switch {
	case request.flags&layout.SlotFetch != 0:
		l.fetch(r)
	case int(request.method) >= len(l.worker.methods):
		l.refuse(r)
	case l.worker.methods[request.method].concurrent && l.serveBeside(r):
	default:
		return r.serve()
	}
	return true
}

// refuse answers a call of a method that this worker does not have.
func (l *lane) refuse(r *runner) {
	defer l.unlock(l.lock(r))
	if r.request.flags&layout.SlotOneWay != 0 {
		l.acknowledge(r.request.call)
		return
	}
	l.publish(r.request.call, statusNoMethod, layout.SlotInline, &[5]uint64{})
}

// lock keeps other goroutines from the replies, where there are any that could write one. It
// reports whether it did, for unlock: the mark may come at any time.
func (l *lane) lock(r *runner) bool {
	if r.marked.Load() == 0 {
		return false
	}
	l.mu.Lock()
	return true
}

func (l *lane) unlock(locked bool) {
	if locked {
		l.mu.Unlock()
	}
}

// reply sends what call holds. A reply that fits neither slot nor space is kept, and announced. The
// lane is locked.
func (l *lane) reply(id uint32, status status, call *rt.Call, space uint64) {
	status, flags := l.compose(id, status, call, space)
	l.publish(id, status, flags, &call.Body)
}

// compose makes call.Body the body of the reply's slot, and returns the slot's status and flags.
// The lane is locked.
func (l *lane) compose(id uint32, status status, call *rt.Call, space uint64) (status, uint16) {
	switch call.Place {
	case rt.PlaceBody:
		return status, inlineFlags(uint16(call.Bytes))
	case rt.PlaceSpace:
		call.Body[0] = space&0xffffffff | call.Bytes<<32
		return status, 0
	default:
		l.kept[id] = keptReply{call.Kept, call.Bytes, status}
		call.Kept = nil
		call.Body[0] = call.Bytes << 32
		return 0, layout.SlotFetch
	}
}

// fetch sends a kept reply into the space that came for it, or drops it.
func (l *lane) fetch(r *runner) {
	defer l.unlock(l.lock(r))
	status, flags, body := l.takeKept(&r.request)
	l.publish(r.request.call, status, flags, &body)
}

// takeKept copies a kept reply into the space that came for it, or drops it, and returns what the
// reply's slot says. The lane is locked.
func (l *lane) takeKept(request *request) (status status, flags uint16, body [5]uint64) {
	kept, ok := l.kept[request.call]
	delete(l.kept, request.call)
	if ok && request.flags&layout.SlotDrop != 0 {
		return 0, layout.SlotInline, body
	}
	base, bytes, inLane := l.wire.spanIn(request.body[4])
	space := rt.Space{Base: base, Bytes: bytes}
	if !ok || !inLane || !rt.CopyKept(space, kept.words, kept.bytes) {
		log.Print("ringcall: the host fetched a reply that is not kept, or gave no room")
		return statusProto, layout.SlotInline, body
	}
	body[0] = request.body[4]&0xffffffff | kept.bytes<<32
	return kept.status, 0, body
}

// acknowledge notes that a one-way call is done. The host gets its credit back with the next ack.
// The lane is locked.
func (l *lane) acknowledge(id uint32) {
	idsIn(&l.acks)[l.ackCount] = id
	l.ackCount++
	if l.ackCount == layout.AckCalls || l.ackCount*4 >= l.worker.geometry.RingSlots {
		l.sendAcks()
	}
}

// sendAcks sends the acks that are due. The lane is locked.
func (l *lane) sendAcks() {
	count := l.ackCount
	if count == 0 {
		return
	}
	l.ackCount = 0
	l.publish(count, 0, layout.SlotAck, &l.acks)
}

// publish writes one reply, and wakes the host if it sleeps. The call it answers is a credit for
// the slot.
func (l *lane) publish(id uint32, status status, flags uint16, body *[5]uint64) {
	l.flush()
	slot, position := l.replies.slot(), l.replies.position
	l.replies.commit(l.replies.fill(id, status, flags, 0, body))
	if l.host.due(position) {
		l.wakeHost(&slot.Sequence)
	}
}

// publishBody is publish for a success of as many bytes in the body. Its steps are not calls: on
// each side of the ring what a call stores decides what it costs.
func (l *lane) publishBody(id uint32, bytes uint64, body *[5]uint64) {
	ring := &l.replies
	slot, position := ring.slot(), ring.position
	flags := inlineFlags(uint16(bytes))
	slots := slotsOf(flags)
	slot.Flags = flags
	setCall(slot, id, 0)
	slot.Body[0] = body[0]
	slot.Body[1] = body[1]
	if slots == 2 {
		ring.fillRest(0, body)
	}
	next := position + slots
	ring.position = next
	// As commit of ring.
	shm.Commit(&slot.Sequence, sequenceOf(position), ring.at(next+layout.RingAhead))
	if l.host.due(position) {
		l.wakeHost(&slot.Sequence)
	}
}

// inlineFlags returns the flags of a slot whose body is a message of as many bytes.
func inlineFlags(bytes uint16) uint16 { return layout.SlotInline | bytes<<layout.SlotInlineShift }

// fill writes the next slot, but for its sequence and its method, and returns how many slots it
// takes. It writes by words: a copy of the body loads 16 bytes at a time, and would wait for the
// handler's stores of 8.
func (r *ring) fill(id uint32, status status, flags uint16, deadline uint64,
	body *[5]uint64) (slots uint32) {
	slot := r.slot()
	slot.Flags = flags
	slot.Call = id
	slot.Status = status
	slot.Body[0] = body[0]
	slot.Body[1] = body[1]
	slots = slotsOf(flags)
	if slots == 2 {
		r.fillRest(deadline, body)
	}
	return slots
}

// fillRest writes the rest of the next slot, with a deadline, or 0.
func (r *ring) fillRest(deadline uint64, body *[5]uint64) {
	rest := r.rest()
	rest.Deadline = deadline << 1
	rest.Body[0] = body[2]
	rest.Body[1] = body[3]
	rest.Body[2] = body[4]
}

// describe is fill for what lies in private memory.
func describe(reply *layout.Descriptor, id uint32, status status, flags uint16, body *[5]uint64) {
	reply.Flags = flags
	reply.Call = id
	reply.Status = status
	reply.Body[0] = body[0]
	reply.Body[1] = body[1]
	reply.Body[2] = body[2]
	reply.Body[3] = body[3]
	reply.Body[4] = body[4]
}

func (l *lane) wakeHost(word *uint32) {
	delayPoint()
	l.bell.wake(&l.wire.words.HostPark, word)
	count(&l.wire.words.WorkerCount.Wakes)
}

// count adds one to a counter that only this side writes.
func count(counter *uint64) { atomic.AddUint64(counter, 1) }

// close makes the poller serve what the lane holds and leave. It returns when it has.
func (l *lane) close() {
	l.reverse.close()
	l.closing.Store(true)
	wakeUntil(l.left, &l.sleeping)
}

// pause keeps the CPU from polling at full speed.
func pause() { shm.Pause(1) }
