// SPDX-License-Identifier: MIT

package ringcall

import (
	"context"
	"sync/atomic"
	"syscall"

	"ringcall/goside/internal/entry"
	"ringcall/goside/rt"
)

// A HostError is what a function of a host service returned: it ran, and failed. errors.As finds
// it; errors.Is(err, syscall.ENOENT) holds when the function returned -ENOENT.
type HostError = rt.HostError

// A CallError says why a call of a host service failed outside of the function; its Errno says
// what happened, and most of them that the function did not run.
type CallError = rt.CallError

func init() { rt.SoleHost = soleHost }

// A laneHost is the host as the handlers of one lane call it, or, with noLane, everybody else.
type laneHost struct {
	worker *worker
	index  uint32
}

const noLane = ^uint32(0)

// CallHost has the host run a function of its own.
func (h *laneHost) CallHost(ctx context.Context, call *rt.HostCall) error {
	if h.worker.hostHere.Call != 0 {
		return h.worker.callInProcess(h.index, call)
	}
	return h.callByLane(ctx, call)
}

// HostBindings returns what the host said of its services.
func (h *laneHost) HostBindings() *rt.HostBindings { return &h.worker.bindings }

// soleHost returns the host of contexts that are of no call: the only one of this process.
func soleHost() (rt.Host, error) {
	if host := process.Load(); host != nil {
		return host, nil
	}
	sole, count := inProcess.sole()
	switch count {
	case 0:
		return nil, rt.CallErrorf(syscall.ENOTCONN, "ringcall: there is no host to call: "+
			"no peer is open")
	case 1:
		return sole, nil
	}
	return nil, rt.CallErrorf(syscall.ENOTCONN, "ringcall: this process serves %d peers, and "+
		"the context belongs to none; make the client with a handler's context", count)
}

// hostCalls counts the calls that are in the host, so that it is not freed under them.
type hostCalls struct {
	running atomic.Int64
	closed  atomic.Bool
	idle    chan struct{} // gets a value when the last one leaves a closed host
}

func (c *hostCalls) enter() bool {
	c.running.Add(1)
	if c.closed.Load() {
		c.leave()
		return false
	}
	return true
}

func (c *hostCalls) leave() {
	if c.running.Add(-1) == 0 && c.closed.Load() {
		select {
		case c.idle <- struct{}{}:
		default:
		}
	}
}

// close lets no further call in and returns when the last one has left.
func (c *hostCalls) close() {
	c.closed.Store(true)
	for c.running.Load() != 0 {
		<-c.idle
	}
}

// callInProcess calls the C function on this thread.
func (w *worker) callInProcess(lane uint32, call *rt.HostCall) error {
	if !w.hostCalls.enter() {
		return rt.CallErrorf(syscall.ENOTCONN, "ringcall: %s: the host has closed the peer",
			call.Name)
	}
	defer w.hostCalls.leave()
	room := call.ReplyRoom(call.ReplyHint())
	call.Status = entry.HostCall(w.hostHere, call.Number, lane, call.Request(), room)
	if bytes, kept := replyHeader(room); kept == 0 {
		call.SetReply(bytes)
	} else {
		copyKept(call.ReplyRoom(bytes), kept, bytes)
		call.SetReply(bytes)
		entry.HostFree(w.hostHere, kept)
	}
	return nil
}
