// SPDX-License-Identifier: MIT

package ringcall

import (
	"context"
	"errors"
	"sync/atomic"
	"syscall"

	"ringcall/goside/internal/layout"
	"ringcall/goside/rt"
)

// Which lane a worker's call to its host takes. Where the host has a thread of the library for host
// calls, that one's. Else a handler's call takes the lane of the handler, whose client's thread may
// be waiting for it; all others take the lane with the lowest index of those that are open.

// routes is what a worker knows of its open lanes.
type routes struct {
	chosen atomic.Pointer[reverse] // for calls of no handler, or of all with a thread
	thread bool                    // chosen is the thread's. Guarded by the worker's mu.
	opened chan struct{}           // closed when a lane opens. Guarded by the worker's mu.
}

// routeTo notes that a lane has opened. The worker's mu is held.
func (w *worker) routeTo(l *lane, flags uint32) {
	if flags&layout.LaneThread != 0 {
		w.routes.thread = true
		w.threaded.Store(true)
		w.routes.chosen.Store(l.reverse)
	}
	if w.routes.opened != nil {
		close(w.routes.opened)
		w.routes.opened = nil
	}
}

// callByLane has the host of this process, which is a worker, run a function.
func (h *laneHost) callByLane(ctx context.Context, call *rt.HostCall) error {
	handler := handlerOf(ctx)
	if handler != nil && !h.worker.threaded.Load() {
		err := handler.lane.reverse.call(ctx, call, handler)
		if err == errLaneClosed {
			return callError(syscall.ENOTCONN, call.Name, "the host has closed the "+
				"client whose handler makes the call; it did not run")
		}
		return err
	}
	for {
		r, err := h.worker.route(ctx, call.Name)
		if err != nil {
			return err
		}
		if handler != nil && handler.lane.reverse != r {
			handler.handOver() // the lane that serves the call is not the handler's
			handler = nil
		}
		if err = r.call(ctx, call, handler); !errors.Is(err, errLaneClosed) {
			return err
		}
	}
}

// handlerOf returns what runs the handler that a context belongs to, or nil.
func handlerOf(ctx context.Context) *runner {
	c, ok := ctx.(*callContext)
	if !ok {
		c, ok = ctx.Value(callKey{}).(*callContext)
	}
	if !ok || c.call.Load() == nil {
		return nil
	}
	return c.runner
}

// route returns the reverse lane for calls of no handler; it waits until there is one.
func (w *worker) route(ctx context.Context, name string) (*reverse, error) {
	if r := w.routes.chosen.Load(); r != nil && !r.closing.Load() {
		return r, nil
	}
	for {
		w.mu.Lock()
		if r := w.chooseLocked(); r != nil {
			w.mu.Unlock()
			return r, nil
		}
		if w.routes.opened == nil {
			w.routes.opened = make(chan struct{})
		}
		opened := w.routes.opened
		w.mu.Unlock()
		select {
		case <-opened:
		case <-ctx.Done():
			return nil, doneError(ctx, name,
				"the host has no client open, and it did not run")
		}
	}
}

// chooseLocked picks the open lane with the lowest index; nil: none is. The worker's mu is held.
func (w *worker) chooseLocked() *reverse {
	var chosen *reverse
	lowest := ^uint32(0)
	for index, l := range w.lanes {
		if index <= lowest && l.reverse != nil && !l.reverse.closing.Load() {
			chosen, lowest = l.reverse, index
		}
	}
	if chosen != nil && !w.routes.thread {
		w.routes.chosen.Store(chosen)
	}
	return chosen
}
