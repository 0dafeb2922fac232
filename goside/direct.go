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

// How a host in this process calls without the ring. Its thread hands over a request slot that it
// has filled but not committed, runs the handler, and finds the reply in a slot of its own. All
// else is the lane's: payload space, kept replies, the checks.

func init() {
	entry.Start = startInProcess
	entry.Lane = directLane
	entry.Call = callDirectly
}

// inProcess are the peers that this process serves to itself, by their keys, and the lanes that may
// be called directly, by theirs. Keys begin at 1.
var inProcess struct {
	sync.Mutex
	workers map[int]*worker
	nextKey int
	lanes   atomic.Pointer[[]*lane] // copied when it grows; entries of closed lanes are nil
}

// startInProcess serves a host that this code is linked with, and returns the peer's key. What
// would end a worker ends this peer alone.
func startInProcess(fd int) int {
	syscall.CloseOnExec(fd)
	w := newWorker(control{fd}, startServing())
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
	if w.region != nil {
		_ = syscall.Munmap(w.region)
	}
	syscall.Close(w.control.fd)
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
	if l.direct == nil {
		l.direct = newRunner(l)
		l.key = addDirect(l)
	}
	return l.key
}

func addDirect(l *lane) int {
	inProcess.Lock()
	defer inProcess.Unlock()
	var lanes []*lane
	if known := inProcess.lanes.Load(); known != nil {
		lanes = append(lanes, *known...)
	}
	key := 0
	for key < len(lanes) && lanes[key] != nil {
		key++
	}
	if key == len(lanes) {
		lanes = append(lanes, nil)
	}
	lanes[key] = l
	inProcess.lanes.Store(&lanes)
	return key + 1
}

func removeDirect(l *lane) {
	if l.key == 0 {
		return
	}
	inProcess.Lock()
	defer inProcess.Unlock()
	lanes := append([]*lane(nil), *inProcess.lanes.Load()...)
	lanes[l.key-1] = nil
	inProcess.lanes.Store(&lanes)
}

// callDirectly serves one synchronous call on the calling thread. A client makes one at a time.
func callDirectly(key int, request, answer *layout.Slot) {
	l := (*inProcess.lanes.Load())[key-1]
	r := l.direct
	r.request.read(request)
	r.answer = answer
	method := int(r.request.method)
	switch {
	case r.request.flags&layout.SlotFetch != 0:
		l.lock()
		status, flags, body := l.takeKept(&r.request)
		l.unlock()
		fill(answer, r.request.call, status, flags, &body)
	case method >= len(l.worker.methods):
		fill(answer, r.request.call, statusNoMethod, layout.SlotInline, &[5]uint64{})
	default:
		r.serveDirectly()
	}
}

func (r *runner) serveDirectly() {
	defer func() {
		if r.running {
			r.rescue(recover())
		}
	}()
	r.serve()
}

// replyDirectly writes what r.call holds into the caller's slot.
func (r *runner) replyDirectly(status status) {
	r.lane.lock()
	status, flags := r.lane.compose(r.request.call, status, &r.call, r.request.body[4])
	r.lane.unlock()
	fill(r.answer, r.request.call, status, flags, &r.call.Body)
}
