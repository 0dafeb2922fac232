// SPDX-License-Identifier: MIT

package ringcall

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"ringcall/goside/rt"
)

// A callContext is the context of the call that a runner serves. It is used again for the next
// call unless the handler asked for Done or Err: then somebody may ask again later, so it is
// cancelled and replaced. A handler that never looks pays nothing.
type callContext struct {
	deadline uint64 // CLOCK_MONOTONIC nanoseconds; 0: none. Set between calls only.

	host   *laneHost               // constant
	call   atomic.Pointer[rt.Call] // whose reply space Buffer takes; nil when it is done
	runner *runner                 // of the call; constant

	asked atomic.Bool // Done or Err was called
	mu    sync.Mutex
	done  chan struct{} // made by the first Done
	err   error
	timer *time.Timer
}

// Deadline returns the deadline that the host set for the call.
func (c *callContext) Deadline() (time.Time, bool) {
	if c.deadline == 0 {
		return time.Time{}, false
	}
	return time.Now().Add(c.left()), true
}

// left returns the time to the deadline, negative when it has passed.
func (c *callContext) left() time.Duration {
	return time.Duration(c.deadline - monotonicNow())
}

// Done returns a channel that is closed at the deadline, when the host cancels the call, or when
// the handler has returned.
func (c *callContext) Done() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done != nil {
		return c.done
	}
	c.done = make(chan struct{})
	c.ask()
	if c.err != nil {
		close(c.done)
		return c.done
	}
	if c.runner.lane.notify(c) {
		c.endLocked(context.Canceled)
		return c.done
	}
	if c.deadline == 0 {
		return c.done
	}
	left := c.left()
	if left <= 0 {
		c.endLocked(context.DeadlineExceeded)
		return c.done
	}
	c.timer = time.AfterFunc(left, func() { c.end(context.DeadlineExceeded) })
	return c.done
}

// Err returns why Done is closed, or would be, or nil.
func (c *callContext) Err() error {
	c.ask()
	return c.errNow()
}

// ask has the call's end look at the context.
func (c *callContext) ask() {
	c.asked.Store(true)
	c.runner.call.Ask()
}

// errNow is Err for this package, which does not keep the context.
func (c *callContext) errNow() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.err != nil:
		return c.err
	case c.runner.lane.isCancelled(c.runner.request.call):
		return context.Canceled
	case c.deadline != 0 && c.left() <= 0:
		return context.DeadlineExceeded
	}
	return nil
}

// callKey is the key by which a callContext has itself as a value, so that contexts made of it lead
// to it, too.
type callKey struct{}

// Value returns what this library looks for, else nil: calls carry no values of others.
func (c *callContext) Value(key any) any {
	switch key.(type) {
	case callKey:
		return c
	case rt.HostKey:
		return c.host
	}
	return nil
}

func (c *callContext) end(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.endLocked(err)
}

func (c *callContext) endLocked(err error) {
	if c.err == nil {
		c.err = err
		if c.done != nil {
			close(c.done)
		}
	}
}

// finish ends the call of a context that was asked. The context serves no other.
func (c *callContext) finish() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.endLocked(context.Canceled)
	c.runner.lane.forget(c)
	c.call.Store(nil)
	if c.timer != nil {
		c.timer.Stop()
	}
}
