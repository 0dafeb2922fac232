// SPDX-License-Identifier: MIT

package ringcall

import (
	"errors"
	"fmt"
	"log"
	"runtime/debug"
	"syscall"

	"ringcall/goside/internal/layout"
	"ringcall/goside/rt"
)

// A method is an entry of the worker's table of methods, which a slot's method indexes.
type method struct {
	name       string // "kv.get"
	new        func() rt.Handler
	concurrent bool
}

// A runner runs one call at a time: the poller of a lane has one, and each call of a concurrent
// service takes one. Everything that a call needs is kept in it for the next.
type runner struct {
	lane     *lane
	request  layout.Slot // a private copy: the slot may be used again while the handler runs
	call     rt.Call
	context  *callContext
	handlers []rt.Handler // by method, made at first use
	running  bool         // between the start of a handler and its reply
}

func newRunner(l *lane) *runner {
	r := &runner{
		lane:     l,
		context:  new(callContext),
		handlers: make([]rt.Handler, len(l.worker.methods)),
	}
	r.call.SetPool(rt.Space{Base: l.wire.payload, Bytes: l.wire.payloadBytes})
	return r
}

// A status is a reply's status as it is sent.
type status = int32

// The errno values that a worker sends.
const (
	statusRemote   = -status(syscall.EREMOTEIO)
	statusProto    = -status(syscall.EPROTO)
	statusNoMethod = -status(syscall.ENOSYS)
)

// serve runs the call in r.request and sends its reply. A panic of the handler passes through; its
// caller replies for it.
func (r *runner) serve() {
	request := &r.request
	if !r.begin() {
		log.Printf("ringcall: %s: the host sent a message that does not lie in its payload space",
			r.lane.worker.methods[request.Method].name)
		r.finish(statusProto)
		return
	}
	handler := r.handlers[request.Method]
	if handler == nil {
		handler = r.lane.worker.methods[request.Method].new()
		r.handlers[request.Method] = handler
	}
	r.running = true
	err := handler.Serve(&r.call)
	r.running = false
	if err != nil {
		r.finish(r.fail(err))
		return
	}
	r.finish(0)
}

// begin makes r.call the call in r.request; false when the request lies outside of the lane.
func (r *runner) begin() bool {
	request := &r.request
	var message, space rt.Space
	ok := true
	if request.Flags&layout.SlotInline != 0 {
		message.Base = pointerTo(&request.Body)
		message.Bytes = uint64(request.Flags >> layout.SlotInlineShift)
		ok = message.Bytes <= layout.BodyBytes
	} else {
		message.Base, message.Bytes, ok = r.lane.wire.spanIn(request.Body[0])
	}
	if ok && request.Flags&layout.SlotSpace != 0 {
		space.Base, space.Bytes, ok = r.lane.wire.spanIn(request.Body[4])
	}
	if !ok {
		message, space = rt.Space{Base: pointerTo(&request.Body)}, rt.Space{}
	}
	r.context.deadline = request.DeadlineNs
	r.call.Begin(r.context, message, space)
	return ok
}

// fail makes the reply one that says err.
func (r *runner) fail(err error) status {
	name := r.lane.worker.methods[r.request.Method].name
	var malformed *rt.MessageError
	if errors.As(err, &malformed) {
		log.Printf("ringcall: %s: the host sent a malformed request: %v", name, err)
		return statusProto
	}
	if r.request.Flags&layout.SlotOneWay != 0 {
		log.Printf("ringcall: %s (one-way): %v", name, err)
		return 0
	}
	r.call.SetErrorReply(codeOf(err), err.Error())
	return statusRemote
}

// finish sends the reply, or counts a one-way call as done.
func (r *runner) finish(status status) {
	if !r.context.finish() {
		r.context = new(callContext)
	}
	if r.request.Flags&layout.SlotOneWay != 0 {
		r.lane.acknowledge(r.request.Call)
		return
	}
	r.lane.reply(r.request.Call, status, &r.call, r.request.Body[4])
}

// rescue replies for a handler that panicked or called runtime.Goexit, and logs its stack. The
// handler's scratch is in an unknown state, so it is dropped.
func (r *runner) rescue(panicked any) {
	name := r.lane.worker.methods[r.request.Method].name
	text := "the handler called runtime.Goexit"
	if panicked != nil {
		text = fmt.Sprintf("panic: %v", panicked)
	}
	log.Printf("ringcall: %s: %s\n%s", name, text, debug.Stack())
	r.running = false
	r.handlers[r.request.Method] = nil
	r.finish(r.fail(errors.New(text)))
}
