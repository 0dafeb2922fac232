// SPDX-License-Identifier: MIT

package ringcall

import (
	"context"
	"sync"
	"sync/atomic"

	"ringcall/goside/internal/layout"
)

// How a call learns that the host has cancelled it. The host sets the call's word in the lane, and
// then says so by the control socket. A context that is asked for its error looks at the word; one
// whose Done was asked for is noted here first, so that either it sees the word, or the packet
// that comes later finds it. A handler that asks for neither pays nothing.

// asking is the contexts of a lane's running calls whose Done was asked for, by the call's id.
type asking struct {
	mu   sync.Mutex
	byID map[uint32]*callContext // nil until the first
}

// isCancelled reports whether the host has cancelled a call.
func (l *lane) isCancelled(id uint32) bool {
	// PAIRS-WITH rc__cancelled_store: the packet that follows finds a context noted before.
	word := atomic.LoadUint64(l.wire.cancelledAt(id & (l.worker.geometry.RingSlots - 1)))
	return word == 1<<layout.CancelBit|uint64(id)
}

// notify has a context ended when the host cancels its call. It reports whether it has already.
func (l *lane) notify(c *callContext) bool {
	id := c.runner.request.call
	l.asking.mu.Lock()
	if l.asking.byID == nil {
		l.asking.byID = make(map[uint32]*callContext)
	}
	l.asking.byID[id] = c
	l.asking.mu.Unlock()
	return l.isCancelled(id)
}

// forget undoes notify, before the call is answered.
func (l *lane) forget(c *callContext) {
	l.asking.mu.Lock()
	delete(l.asking.byID, c.runner.request.call)
	l.asking.mu.Unlock()
}

// cancel ends the context of a call if the call runs, the context was asked for Done, and the host
// has cancelled the call.
func (w *worker) cancel(index, id uint32) {
	w.mu.Lock()
	l := w.lanes[index]
	w.mu.Unlock()
	if l == nil || !l.isCancelled(id) {
		return
	}
	l.asking.mu.Lock()
	c := l.asking.byID[id]
	l.asking.mu.Unlock()
	if c != nil {
		c.end(context.Canceled)
	}
}

// cancelAll does the same for all calls of the lane.
func (l *lane) cancelAll() {
	var cancelled []*callContext
	l.asking.mu.Lock()
	for id, c := range l.asking.byID {
		if l.isCancelled(id) {
			cancelled = append(cancelled, c)
		}
	}
	l.asking.mu.Unlock()
	for _, c := range cancelled {
		c.end(context.Canceled)
	}
}
