// SPDX-License-Identifier: MIT

package ringcall

import (
	"runtime"
	"sync/atomic"
	"time"

	"ringcall/goside/internal/layout"
)

// How waits spin; the counterpart of cside/spin.h, which has the reasons.
const (
	pollsFirst   = 1000
	pollsGentle  = 64
	pollsLong    = 100
	pollsShort   = 1
	pollsBetween = 16
	gapNs        = 200_000
	penaltyMax   = 256
	batchesYield = 16 // batches of polls between two offers of the CPU to other goroutines

	sleepBoundNs = int64(time.Second)

	// How long a poller goes on before it lets others run on its way to sleep. The scheduler
	// looks for who has run for 10 ms without that, and takes the processor even of one that
	// sleeps in the kernel; to get another takes the next request microseconds.
	yieldNs = 2_000_000
)

// A spin decides how long a wait spins before it sleeps.
type spin struct {
	limitNs  int64
	budgetNs int64
	parkNs   int64
	gapAtNs  int64
	yielding uint32
	penalty  uint32
	gently   bool // the next wait pauses between its first polls
}

func newSpin(geometry *layout.Region) spin {
	limit := int64(geometry.SpinLimitNs)
	return spin{
		limitNs:  limit,
		budgetNs: limit,
		parkNs:   int64(geometry.ParkNs),
	}
}

// begin reports whether the next wait may spin.
func (s *spin) begin() bool {
	if s.limitNs == 0 {
		return false
	}
	if s.yielding == 0 {
		return true
	}
	s.yielding--
	return false
}

// soon makes the first polls of a wait; it reports whether the next slot of a ring came.
func (s *spin) soon(r *ring) bool {
	if s.gently {
		for polls := range pollsGentle {
			if r.ready() {
				s.gently = polls > pollsShort
				return true
			}
			pause()
		}
		return false
	}
	for polls := range pollsFirst {
		if r.ready() {
			s.gently = polls > pollsLong
			return true
		}
	}
	return false
}

// hit says that a wait was answered while it spun.
func (s *spin) hit(spunNs int64) {
	if spunNs*2 > s.budgetNs {
		s.budgetNs = min(spunNs*2, s.limitNs)
	}
}

// miss says that a wait slept and how long it took in all.
func (s *spin) miss(waitedNs int64) {
	if waitedNs-s.parkNs < s.limitNs {
		s.budgetNs = s.limitNs
	} else {
		s.budgetNs /= 2
	}
}

// gap says that the thread lost its CPU while it spun, for lostNs until nowNs.
func (s *spin) gap(nowNs, lostNs int64) {
	if s.penalty == 0 || nowNs-s.gapAtNs > 2*lostNs {
		s.penalty = 1
	} else {
		s.penalty = min(s.penalty*2, penaltyMax)
	}
	s.yielding = s.penalty
	s.gapAtNs = nowNs
}

// processStart is what now counts from.
var processStart = time.Now()

// now returns a monotonic time in nanoseconds. Only differences mean anything.
func now() int64 { return int64(time.Since(processStart)) }

// wait waits for the next request; false: the lane is closing and holds none.
func (l *lane) wait(r *runner) bool {
	if r.marked.Load() != 0 || l.ackCount > 0 {
		l.tidy(r)
	}
	maySpin := l.spin.begin()
	if maySpin {
		if l.spin.soon(&l.requests) {
			return true
		}
	}
	start := now()
	if maySpin && l.spin.run(&l.requests, nil, &l.closing, start) {
		return true
	}
	if start-l.yielded > yieldNs {
		runtime.Gosched()
		l.yielded = start
	}
	for !l.closing.Load() {
		if l.sleep() {
			l.worker.watch.start()
			if maySpin {
				l.spin.miss(now() - start)
			}
			return true
		}
	}
	return l.requests.ready()
}

// run spins for the budget; it reports whether the next slot of a ring came. It ends early when
// that of another ring comes, which may be nil.
func (s *spin) run(r, other *ring, closing *atomic.Bool, start int64) bool {
	last := start
	for batch := 1; ; batch++ {
		for range pollsBetween {
			if r.ready() {
				s.hit(last - start)
				return true
			}
			pause()
		}
		if other != nil && other.ready() {
			return false
		}
		at := now()
		if at-last > gapNs {
			s.gap(at, at-last)
			return false
		}
		if at-start >= s.budgetNs || closing.Load() {
			return false
		}
		if batch%batchesYield == 0 {
			runtime.Gosched()
			at = now() // others may have run; that is no gap
		}
		last = at
	}
}

// sleep sleeps until the next request comes, or for a bounded time; it reports whether one is
// there.
func (l *lane) sleep() bool {
	words := l.wire.words
	return l.worker.sleep(&l.requests, &words.WorkerPark.Waiting, &words.WorkerCount,
		&l.sleeping, &l.closing)
}

// sleep sleeps until the next slot of a ring comes, or for a bounded time; it reports whether it
// is there. It says in `waiting` what it waits for, and in `sleeping` on which word.
func (w *worker) sleep(r *ring, waiting *uint32, counts *layout.CountLine,
	sleeping *atomic.Pointer[uint32], closing *atomic.Bool) bool {
	word := &r.slot().Sequence
	sleeping.Store(word)
	delayPoint()
	// PAIRS-WITH rc__waker_look: the host sees that we wait, or we its commit. The exchange is
	// a fence for this side; membarrier is one for the host, if it does without its own.
	atomic.StoreUint32(waiting, parkWord(r.position))
	delayPoint()
	if w.membarrier {
		membarrier()
	}
	delayPoint()
	seen := atomic.LoadUint32(word)
	timedOut, start := false, now()
	if !r.ready() && !closing.Load() {
		delayPoint()
		timedOut = futexWait(word, seen, sleepBoundNs)
		count(&counts.Parks)
	}
	delayPoint()
	atomic.StoreUint32(waiting, 0)
	sleeping.Store(nil)
	delayPoint()
	if !r.ready() {
		return false
	}
	// A thread that ran only a while after the bound says nothing: what it found may have come
	// meanwhile.
	if timedOut && now()-start < sleepBoundNs+gapNs {
		count(&counts.LateWakes)
	}
	return true
}

// A waker is this side's view of the host's sleep; see ring/park.h.
type waker struct {
	waiting *uint32
	fence   bool
	word    uint32
}

// look returns what the host has announced, after slots were committed.
func (w *waker) look() uint32 {
	delayPoint()
	if w.fence {
		atomic.AddUint32(&w.word, 1) // a full fence
	}
	// PAIRS-WITH sleep_once in cside/wait.c: each commit is seen before we look.
	return atomic.LoadUint32(w.waiting)
}

// due reports whether the host sleeps for the slot just committed at position.
func (w *waker) due(position uint32) bool { return w.look() == parkWord(position) }

// among is due for as many slots as were committed from position first on. It says for which of
// them the host sleeps.
func (w *waker) among(first, count uint32) (position uint32, due bool) {
	waiting := w.look()
	behind := waiting - parkWord(first)
	return first + behind>>1, waiting != 0 && behind < 2*count
}

// parkWord returns what a sleeper writes that waits for a position.
func parkWord(position uint32) uint32 { return position<<1 | 1 }

// wakeUntil wakes a sleeper that waits on a word that nobody changes, until done is closed.
func wakeUntil(done <-chan struct{}, sleeping *atomic.Pointer[uint32]) {
	for {
		if word := sleeping.Load(); word != nil {
			futexWake(word)
		}
		select {
		case <-done:
			return
		case <-time.After(time.Millisecond):
		}
	}
}
