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

// A lane serves one client of the host. Its poller goroutine reads requests and runs handlers,
// except those of concurrent services, which have goroutines of their own.
//
// Only the poller reads requests. Replies are written under mu when the worker has concurrent
// services, else by the poller alone.
type lane struct {
	worker *worker
	wire   wire
	caller *laneHost // the host for this lane's handlers
	// By which a worker calls the host.
	reverse *reverse

	// The poller's.
	requests ring
	taken    *uint32 // shared: the position up to which requests are read
	poller   *runner
	spin     spin
	sleeping atomic.Pointer[uint32] // the word that the poller sleeps on, or nil
	closing  atomic.Bool            // serve what is there, then leave
	left     chan struct{}          // closed when the lane is not touched any more

	// Guarded by mu, if shared.
	shared   bool
	mu       sync.Mutex
	replies  ring
	host     waker
	acks     [5]uint64 // ids of one-way calls that are done
	ackCount uint32
	kept     map[uint32]keptReply // replies that did not fit, by id of call
	idle     []*runner            // for concurrent calls

	running sync.WaitGroup // goroutines of concurrent calls

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
	mask := w.geometry.RingSlots - 1
	l := &lane{
		worker:   w,
		wire:     memory,
		caller:   &laneHost{w, packet.Lane},
		requests: ring{memory.requests, mask, packet.RequestPosition},
		taken:    &memory.words.WorkerTaken.Taken,
		replies:  ring{memory.replies, mask, packet.ReplyPosition},
		host:     waker{waiting: &memory.words.HostPark.Waiting, fence: !w.membarrier},
		spin:     newSpin(&w.geometry),
		shared:   w.concurrent,
		left:     make(chan struct{}),
		kept:     make(map[uint32]keptReply),
	}
	l.reverse = newReverse(w, packet, &memory.words.WorkerCount)
	l.poller = newRunner(l)
	return l
}

// poll serves the lane until it is closed.
func (l *lane) poll() {
	for l.pollUntilPanic() {
	}
	l.running.Wait()
	close(l.left)
}

// pollUntilPanic serves the lane until it is closed (false) or a handler panicked (true). One
// deferred call serves all handlers, so that a call pays nothing for it.
func (l *lane) pollUntilPanic() (again bool) {
	closed := false
	defer func() {
		if closed {
			return
		}
		panicked := recover()
		if !l.poller.running {
			panic(panicked) // a defect of this package
		}
		l.poller.rescue(panicked)
		if panicked == nil {
			go l.poll() // runtime.Goexit ends this goroutine; another one goes on
			return
		}
		again = true
	}()
	for l.requests.ready() || l.wait() {
		l.take()
	}
	closed = true
	return false
}

// take reads the next request, which is there, and serves it.
func (l *lane) take() {
	runner := l.poller
	request := &runner.request
	request.read(l.requests.slot())
	l.requests.advance()
	// Read by the host after our death only, to tell which calls may have run. What has been
	// executed before a process dies reaches memory, in order of execution.
	*l.taken = l.requests.position
	if handler := runner.simpleHandler(); handler != nil {
		runner.serveSimple(handler)
		return
	}
	l.takeOther(request)
}

// takeOther serves a request that is not of the common kind, or is the first of its method.
func (l *lane) takeOther(request *request) {
	switch {
	case request.flags&layout.SlotFetch != 0:
		l.fetch(request)
	case int(request.method) >= len(l.worker.methods):
		l.refuse(request)
	case l.worker.methods[request.method].concurrent:
		l.serveConcurrently(request)
	default:
		l.poller.serve()
	}
}

// refuse answers a call of a method that this worker does not have.
func (l *lane) refuse(request *request) {
	if request.flags&layout.SlotOneWay != 0 {
		l.acknowledge(request.call)
		return
	}
	l.lock()
	defer l.unlock()
	l.publish(request.call, statusNoMethod, layout.SlotInline, &[5]uint64{})
}

// serveConcurrently serves a call by a goroutine of its own.
func (l *lane) serveConcurrently(request *request) {
	l.lock()
	var r *runner
	if last := len(l.idle) - 1; last >= 0 {
		r, l.idle = l.idle[last], l.idle[:last]
	} else {
		r = newRunner(l)
	}
	l.unlock()
	r.request = *request
	l.running.Add(1)
	go l.runConcurrent(r)
}

func (l *lane) runConcurrent(r *runner) {
	defer l.running.Done()
	defer func() {
		if r.running {
			r.rescue(recover())
		}
		l.flushAcks()
		l.lock()
		l.idle = append(l.idle, r)
		l.unlock()
	}()
	r.serve()
}

func (l *lane) lock() {
	if l.shared {
		l.mu.Lock()
	}
}

func (l *lane) unlock() {
	if l.shared {
		l.mu.Unlock()
	}
}

// reply sends what call holds. A reply that fits neither slot nor space is kept, and announced.
func (l *lane) reply(id uint32, status status, call *rt.Call, space uint64) {
	l.lock()
	status, flags := l.compose(id, status, call, space)
	l.publish(id, status, flags, &call.Body)
	l.unlock()
}

// compose makes call.Body the body of the reply's slot, and returns the slot's status and flags.
// The lane is locked.
func (l *lane) compose(id uint32, status status, call *rt.Call, space uint64) (status, uint16) {
	switch call.Place {
	case rt.PlaceBody:
		return status, layout.SlotInline | uint16(call.Bytes)<<layout.SlotInlineShift
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
func (l *lane) fetch(request *request) {
	l.lock()
	defer l.unlock()
	status, flags, body := l.takeKept(request)
	l.publish(request.call, status, flags, &body)
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
func (l *lane) acknowledge(id uint32) {
	l.lock()
	defer l.unlock()
	idsIn(&l.acks)[l.ackCount] = id
	l.ackCount++
	if l.ackCount == layout.AckCalls || l.ackCount*4 > l.replies.mask {
		l.sendAcks()
	}
}

// flushAcks sends the acks that are due, because nothing else may come.
func (l *lane) flushAcks() {
	l.lock()
	defer l.unlock()
	if l.ackCount > 0 {
		l.sendAcks()
	}
}

func (l *lane) sendAcks() {
	count := l.ackCount
	l.ackCount = 0
	l.publish(count, 0, layout.SlotAck, &l.acks)
}

// publish writes one reply, and wakes the host if it sleeps. The call it answers is a credit for
// the slot.
func (l *lane) publish(id uint32, status status, flags uint16, body *[5]uint64) {
	slot := l.replies.slot()
	fill(slot, id, status, flags, body)
	l.replies.commit()
	if l.host.due(l.replies.position - 1) {
		l.wakeHost(&slot.Sequence)
	}
}

// fill writes a reply's slot, but for its sequence.
func fill(slot *layout.Slot, id uint32, status status, flags uint16, body *[5]uint64) {
	slot.Flags = flags
	slot.Call = id
	slot.Status = status
	// By words: a copy of all of it loads 16 bytes at a time, and would wait for the handler's
	// stores of 8.
	slot.Body[0] = body[0]
	slot.Body[1] = body[1]
	slot.Body[2] = body[2]
	slot.Body[3] = body[3]
	slot.Body[4] = body[4]
}

func (l *lane) wakeHost(word *uint32) {
	futexWake(word)
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
