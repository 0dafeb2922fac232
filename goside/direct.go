// SPDX-License-Identifier: MIT

package ringcall

import (
	"log"
	"sync"
	"sync/atomic"
	"syscall"

	"ringcall/goside/internal/entry"
	"ringcall/goside/internal/layout"
)

// How a host in this process calls without the ring. Its thread hands over a frame with the
// addresses of its values (inplace.go), or, where Go cannot take them as they are, what a request's
// slot would say; it runs the handler, and finds what the reply's slot would. So all else is the
// lane's: payload space, kept replies, the checks.

func init() {
	entry.Start = startInProcess
	entry.Lane = directLane
	entry.Call = callDirectly
	entry.CallInPlace = serveFrame
	entry.Site = directSite
}

// inProcess are the peers that this process serves to itself, by their keys, which begin at 1.
var inProcess peers

type peers struct {
	sync.Mutex
	workers map[int]*worker
	nextKey int
}

// sole returns the host of one of the peers, and how many there are.
func (p *peers) sole() (sole *laneHost, count int) {
	p.Lock()
	defer p.Unlock()
	for _, w := range p.workers {
		sole = &w.anyLane
	}
	return sole, len(p.workers)
}

// directRunners are the runners of the lanes that may be called directly, by their keys. Key 0 is
// none: a lane for which there is no key left is called by its ring. Written under inProcess. An
// array, because what a call has to load before it can load the next takes longer than the rest.
var directRunners [4096]atomic.Pointer[runner]

// startInProcess serves a host that this code is linked with, and returns the peer's key. What
// would end a worker ends this peer alone.
func startInProcess(fd int, host entry.Host) int {
	syscall.CloseOnExec(fd)
	w := newWorker(newControl(fd), startServing())
	w.hostHere = host
	inProcess.Lock()
	if inProcess.workers == nil {
		inProcess.workers = make(map[int]*worker)
	}
	inProcess.nextKey++
	key := inProcess.nextKey
	inProcess.workers[key] = w
	inProcess.Unlock()
	go w.serveInProcess(key)
	return key
}

func (w *worker) serveInProcess(key int) {
	if err := w.serve(); err != nil {
		log.Printf("ringcall: %v", err)
	}
	inProcess.Lock()
	delete(inProcess.workers, key)
	inProcess.Unlock()
	w.mu.Lock()
	w.ended = true
	w.opened.Broadcast()
	w.mu.Unlock()
	w.closeAll()
	w.leaving.Wait()
	w.bindings.Close()
	w.hostCalls.close()
	w.watch.close()
	if w.region != nil {
		_ = syscall.Munmap(w.region)
	}
	w.control.close()
}

// directLane returns the key by which a lane is called directly, or 0 when the peer is gone. The
// host has asked for the lane; this waits until it is open.
func directLane(peer int, index uint32) int {
	inProcess.Lock()
	w := inProcess.workers[peer]
	inProcess.Unlock()
	if w == nil {
		return 0
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.lanes[index] == nil && !w.ended {
		w.opened.Wait()
	}
	l := w.lanes[index]
	if l == nil || w.ended {
		return 0
	}
	if l.key == 0 {
		l.key = addDirect(newRunner(l))
	}
	return l.key
}

func addDirect(r *runner) int {
	inProcess.Lock()
	defer inProcess.Unlock()
	for key := 1; key < len(directRunners); key++ {
		if directRunners[key].Load() == nil {
			directRunners[key].Store(r)
			return key
		}
	}
	return 0
}

func removeDirect(l *lane) {
	if l.key == 0 {
		return
	}
	inProcess.Lock()
	defer inProcess.Unlock()
	directRunners[l.key].Swap(nil).unpin()
}

// idleBelow returns the runner for a call from within a handler of r, by C code that it has called.
// A client makes its calls from one thread, so each level is above the next.
func (r *runner) idleBelow() *runner {
	for r.call.Placed() {
		if r.deeper == nil {
			r.deeper = newRunner(r.lane)
		}
		r = r.deeper
	}
	return r
}

// callDirectly serves one synchronous call on the calling thread. A client makes one at a time.
func callDirectly(key int, request, answer *layout.Descriptor) {
	r := directRunners[key].Load()
	if r.call.Placed() {
		r = r.idleBelow()
	}
	r.request.take(request)
	r.call.BeginMessages()
	r.answer = answer
	defer r.rescueDirectly()
	if handler := r.simpleHandler(); handler != nil {
		r.serveSimple(handler)
		return
	}
	r.serveOther()
}

// rescueDirectly is deferred by callDirectly: a panic of this package, outside of a handler, ends
// the program.
func (r *runner) rescueDirectly() {
	if r.serving() {
		r.rescue(recover())
	}
}

// serveOther serves a direct call that is not of the common kind, or is the first of its method.
func (r *runner) serveOther() {
	request, l := &r.request, r.lane
	switch {
	case request.flags&layout.SlotFetch != 0:
		locked := l.lock(r)
		status, flags, body := l.takeKept(request)
		l.unlock(locked)
		describe(r.answer, request.call, status, flags, &body)
	case int(request.method) >= len(r.handlers):
		describe(r.answer, request.call, statusNoMethod, layout.SlotInline, &[5]uint64{})
	default:
		r.serve()
	}
}

// replyDirectly writes what r.call holds into the caller's slot.
func (r *runner) replyDirectly(status status) {
	locked := r.lane.lock(r)
	status, flags := r.lane.compose(r.request.call, status, &r.call, r.request.body[4])
	r.lane.unlock(locked)
	describe(r.answer, r.request.call, status, flags, &r.call.Body)
}
