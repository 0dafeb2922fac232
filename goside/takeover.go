// SPDX-License-Identifier: MIT

package ringcall

// How the calls of a lane go on while one of its handlers does not come back.
//
// A handler runs on the poller's goroutine. When it has not returned after some tens of
// microseconds and another request waits, the watch gives the lane to a new goroutine; the old one
// goes on beside it, sends the handler's reply under the lane's lock, and ends. So replies come in
// any order, and the handler notices nothing: its request and reply space are its call's.
//
// The poller pays for that with plain stores and loads of its own memory. Before a handler it says
// in `running` what it runs, after it that it runs nothing; then it looks whether it is `marked`.
// The watch, which is rare, pays: it marks the runner, has every CPU run a fence, and only then
// decides, under the lane's lock, whether the same handler still runs. Of the poller's look at the
// mark and the watch's look at `running`, one sees what the other side wrote: a poller that has
// missed the mark has come back before the fence, and is seen to. A poller that sees the mark asks
// under the lock. Where the kernel has no such fence each runner stays marked, and asks each time.

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"ringcall/goside/internal/shm"
)

const (
	// Between two looks at the lanes. After a takeover the next is soon: calls that block often
	// come together. The others are rare, unless a host has asked for them that cannot ask
	// again: each is a timer interrupt, for which a virtual machine may stop a CPU for 50 µs.
	lookSoonNs  = int64(50 * time.Microsecond)
	lookOftenNs = int64(400 * time.Microsecond)
	lookRareNs  = int64(5 * time.Millisecond)
	askedForNs  = int64(100 * time.Millisecond)

	suspectNs = int64(3 * time.Microsecond)  // a handler in the way of others
	confirmNs = int64(30 * time.Microsecond) // the same, from then on
	loneNs    = int64(10 * time.Millisecond) // a handler in nobody's way

	idleRunners = 1024 // runners of a lane that are kept for other calls
)

// A turnWord says what a runner runs: 0 is nothing, else the turn of its call. The runner writes
// it.
type turnWord struct {
	word uint64
}

// turnOf returns the turn of the call before a position of the request ring, which is unique for
// so long that nobody compares it with its next use.
func turnOf(position uint32) uint64 { return uint64(position)<<1 | 1 }

func (t *turnWord) begin(turn uint64) { shm.Release(&t.word, turn|1) }
func (t *turnWord) end()              { shm.Release(&t.word, 0) }
func (t *turnWord) load() uint64      { return atomic.LoadUint64(&t.word) }

// A watch looks at the lanes of a worker now and then while any of them is awake. While all sleep
// it blocks, and uses no CPU; a poller that wakes up sets its timer, which wakes no thread.
//
// It also looks when the host asks for that; see cside/ask.h.
type watch struct {
	worker  *worker
	timer   timer
	fence   bool        // fenceThreads works
	ticking atomic.Bool // the timer is set, or the watch is looking
	ending  atomic.Bool
	done    sync.WaitGroup

	// How often it looks.
	askedNs atomic.Int64 // when a host last asked that went to sleep
	often   atomic.Bool  // each lookOftenNs, or more often; changed under worker.mu
	hurried atomic.Bool  // the timer has been set by asked
}

func newWatch(w *worker) *watch {
	made := &watch{worker: w, timer: timer{fd: -1}}
	made.askedNs.Store(-askedForNs)
	return made
}

// open begins to watch.
func (w *watch) open() error {
	var err error
	if w.timer, err = newTimer(); err != nil {
		return err
	}
	w.fence = fenceThreadsRegister()
	w.done.Add(1)
	go w.run()
	return nil
}

// close ends what open has begun. No lane is served any more.
func (w *watch) close() {
	if w.timer.fd < 0 {
		return
	}
	w.ending.Store(true)
	w.timer.set(1, 0)
	w.done.Wait()
	w.timer.close()
}

// start has the lanes looked at again. A poller calls it when it has slept.
func (w *watch) start() {
	if !w.ticking.Load() && w.ticking.CompareAndSwap(false, true) {
		w.timer.set(w.latest(), 0)
	}
}

// latest says how long it may be between two looks, while not all lanes sleep.
func (w *watch) latest() int64 {
	if w.often.Load() {
		return lookOftenNs
	}
	return lookRareNs
}

func (w *watch) run() {
	defer w.done.Done()
	interval, every := w.latest(), int64(0) // every: what the timer repeats by itself
	// The end is looked for after each set(0, 0), which may undo that of close.
	for !w.ending.Load() {
		w.timer.wait()
		if w.hurried.Swap(false) {
			every = 0
		}
		found := w.look(false)
		for found == glanceTakeover {
			interval = lookSoonNs
			// See to the next without a sleep, once its handler has had time to begin.
			runtime.Gosched()
			found = w.look(true)
		}
		w.setOften(now()-w.askedNs.Load() < askedForNs)
		switch found {
		case glanceIdle:
			interval, every = w.latest(), 0
			w.timer.set(0, 0)
			w.rest()
		case glanceSuspect:
			every = 0
			w.timer.set(confirmNs, 0)
		default:
			if interval = min(2*interval, w.latest()); interval != every {
				every = interval
				w.timer.set(every, every)
			}
		}
		if w.hurried.Load() {
			w.timer.set(1, 0) // the set before may have undone that of asked
		}
	}
}

// asked has run look at once because the host waits in vain. When it also goes to sleep, it cannot
// ask again, and the looks come often for a while.
func (w *watch) asked(asleep bool) {
	if asleep {
		w.askedNs.Store(now())
	}
	w.hurried.Store(true)
	w.ticking.Store(true)
	w.timer.set(1, 0)
}

// setOften notes whether looks come often, also where the host sees it.
func (w *watch) setOften(often bool) {
	if w.often.Load() == often {
		return
	}
	w.worker.mu.Lock()
	defer w.worker.mu.Unlock()
	w.often.Store(often)
	for _, l := range w.worker.watched {
		l.tellLooks()
	}
}

// tellLooks tells the lane's host whether the watch looks often. worker.mu is held.
func (l *lane) tellLooks() {
	looks := uint32(0)
	if l.worker.watch.often.Load() {
		looks = 1
	}
	atomic.StoreUint32(&l.wire.words.WorkerPark.Looks, looks)
}

// rest lets the timer be, unless something has begun meanwhile that saw it still set.
func (w *watch) rest() {
	w.ticking.Store(false)
	delayPoint()
	if w.look(false) != glanceIdle {
		w.start()
	}
}

// A glance is what a look at a lane found; of several lanes the largest counts.
type glance int

const (
	glanceIdle     glance = iota // it sleeps, or can be left alone until it says otherwise
	glanceBusy                   // it is awake
	glanceTakeover               // it was taken over
	glanceSuspect                // a handler is in the way, and was not a moment ago
)

// look looks at each lane. When it is not patient it takes a lane over without a second look.
func (w *watch) look(impatient bool) glance {
	w.worker.mu.Lock()
	defer w.worker.mu.Unlock()
	found, nowNs := glanceIdle, now()
	for _, l := range w.worker.watched {
		found = max(found, l.look(nowNs, impatient))
	}
	return found
}

// watched is what the watch remembers of a lane.
type watched struct {
	turn  uint64 // that ran when it last looked, or 0
	atNs  int64  // when it first saw it
	fixed bool   // the turn is there to stay; its runner is marked, and will start the watch
}

// look sees whether the lane's handler is in the way, and for how long it has been.
func (l *lane) look(nowNs int64, impatient bool) glance {
	r := l.poller.Load()
	turn, seen := r.running.load(), &l.watched
	if turn == 0 {
		*seen = watched{}
		if l.sleeping.Load() != nil {
			return glanceIdle
		}
		return glanceBusy
	}
	inTheWay := l.holds(uint32(turn>>1)) || l.stage.count() > 0
	if turn != seen.turn {
		*seen = watched{turn: turn, atNs: nowNs}
		switch {
		case !inTheWay:
			return glanceBusy
		case !impatient && r.stays(turn, suspectNs):
			return glanceSuspect
		case !impatient || !r.stays(turn, confirmNs):
			return glanceBusy
		}
	}
	if !seen.fixed && !inTheWay && nowNs-seen.atNs < loneNs {
		return glanceBusy
	}
	if !seen.fixed {
		r.mark()
	}
	switch l.takeOver(r, turn) {
	case takeoverDone:
		return glanceTakeover
	case takeoverFixed:
		seen.fixed = true
		return glanceIdle
	}
	return glanceBusy
}

// holds reports whether the request at a position has come.
func (l *lane) holds(position uint32) bool {
	requests := ring{l.requests.slots, l.requests.mask, position}
	return requests.ready()
}

// stays reports whether the turn runs for so long from now on. Most handlers are done long before.
func (r *runner) stays(turn uint64, ns int64) bool {
	for end := now() + ns; now() < end; pause() {
		if r.running.load() != turn {
			return false
		}
	}
	return true
}

// mark has the runner's poller ask under the lane's lock whether it still polls.
func (r *runner) mark() {
	r.marked.Store(1)
	delayPoint()
	// PAIRS-WITH end: a poller that does not see the mark has ended its turn, and we see that.
	if r.lane.worker.watch.fence {
		fenceThreads()
	}
	delayPoint()
}

// What became of a takeover.
type takeover int

const (
	takeoverDone  takeover = iota
	takeoverLate           // the turn is over
	takeoverFixed          // the handler is inline, or too many run already
)

// takeOver leaves a runner behind that is marked, and gives the lane to another.
func (l *lane) takeOver(r *runner, turn uint64) takeover {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r.running.load() != turn || r.beside {
		return takeoverLate
	}
	l.flush() // the handler keeps these waiting
	if l.worker.methods[r.request.method].inline || !l.roomBeside() {
		return takeoverFixed
	}
	next := l.takeRunner()
	next.beside = false
	r.beside = true
	l.beside++
	l.takeovers++
	l.running.Add(1)
	l.poller.Store(next)
	go l.poll(next)
	return takeoverDone
}

// handOver gives the lane to another goroutine now, because the handler that r runs is about to
// block: no more than the watch would do, but at once. It costs about a microsecond, once a call.
// Any goroutine may call it, also when the handler has returned.
func (r *runner) handOver() {
	l := r.lane
	if turn := r.running.load(); turn > 1 && l.poller.Load() == r {
		r.mark()
		l.takeOver(r, turn)
	}
}

// nextRequest returns the lane's request ring where the next request comes, if the lane waits for
// this runner to poll it. For the goroutine of its handler, or one that knows of it.
func (r *runner) nextRequest() (next ring, waits bool) {
	l := r.lane
	turn := r.running.load()
	if turn <= 1 || l.poller.Load() != r {
		return next, false
	}
	return ring{l.requests.slots, l.requests.mask, uint32(turn >> 1)}, true
}

// handOver is that of the runner whose handler ctx belongs to, if it is a handler's.
func handOver(ctx context.Context) {
	if r := handlerOf(ctx); r != nil {
		r.handOver()
	}
}

// roomBeside reports whether one more handler may run beside the poller. The lane is locked.
func (l *lane) roomBeside() bool { return l.beside+1 < l.worker.handlersMax }

// takeRunner returns a marked runner for another call. The lane is locked.
func (l *lane) takeRunner() *runner {
	var r *runner
	if last := len(l.idle) - 1; last >= 0 {
		r = l.idle[last]
		l.idle = slices.Delete(l.idle, last, last+1)
	} else {
		r = newRunner(l)
	}
	r.marked.Store(1)
	return r
}

// serveBeside serves the poller's request by a goroutine of its own; false: there are too many.
func (l *lane) serveBeside(poller *runner) bool {
	l.mu.Lock()
	if !l.roomBeside() {
		l.mu.Unlock()
		return false
	}
	r := l.takeRunner()
	r.beside = true
	l.beside++
	l.running.Add(1)
	l.mu.Unlock()
	poller.marked.Store(1)
	r.turn = 0
	r.request = poller.request
	go r.serveAlone()
	return true
}

// serveAlone serves the request of a runner that never polled.
func (r *runner) serveAlone() {
	returned := false
	defer func() {
		if !returned {
			r.rescue(recover())
		}
	}()
	r.serve()
	returned = true
}

// finishMarked replies under the lane's lock. It reports whether r still polls; if not, r may
// already be another's.
func (l *lane) finishMarked(r *runner, status status) bool {
	l.mu.Lock()
	r.send(status)
	polls := !r.beside
	if polls {
		l.unmark(r)
	} else {
		l.sendAcks() // the poller may be asleep
		l.beside--
		if len(l.idle) < idleRunners {
			l.idle = append(l.idle, r)
		}
	}
	l.mu.Unlock()
	l.worker.watch.start()
	if !polls {
		l.running.Done()
	}
	return polls
}

// unmark lets the poller reply without the lock again, when no handler runs beside it. The lane is
// locked.
func (l *lane) unmark(r *runner) {
	if l.beside == 0 && l.worker.watch.fence {
		r.marked.Store(0)
	}
}

// tidy does what is due before the poller waits: acks, and the mark.
func (l *lane) tidy(r *runner) {
	locked := l.lock(r)
	l.sendAcks()
	if locked {
		l.unmark(r)
		l.mu.Unlock()
	}
}
