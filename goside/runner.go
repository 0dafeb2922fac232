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

// A request is a private copy of a slot: the host may use the slot again while the handler runs.
// It begins with 16 bytes, so that what the copy stores 16 bytes at a time a handler also loads
// so; a load across two stores would wait for both to leave the store buffer.
type request struct {
	method   uint16
	flags    uint16
	call     uint32
	deadline uint64
	body     [5]uint64
}

// read copies a slot, each word once.
func (r *request) read(slot *layout.Slot) {
	r.method = slot.Method
	r.flags = slot.Flags
	r.call = slot.Call
	r.deadline = slot.DeadlineNs
	r.body = slot.Body
}

// A runner runs one call at a time: the poller of a lane has one, each call of a concurrent service
// takes one, and the host's thread that calls directly has one. Everything that a call needs is
// kept in it for the next.
type runner struct {
	lane     *lane
	request  request
	call     rt.Call
	context  *callContext
	handlers []rt.Handler // by method, made at first use
	running  bool         // between the start of a handler and its reply
	answer   *layout.Slot // of a direct call: where its reply goes; else nil
}

func newRunner(l *lane) *runner {
	r := &runner{
		lane:     l,
		handlers: make([]rt.Handler, len(l.worker.methods)),
	}
	r.call.SetPool(rt.Space{Base: l.wire.payload, Bytes: l.wire.payloadBytes})
	r.setContext(&callContext{host: l.caller})
	return r
}

// setContext makes the context that of the calls to come.
func (r *runner) setContext(context *callContext) {
	r.context = context
	context.runner = r
	context.call.Store(&r.call)
	r.call.SetBody(pointerTo(&r.request.body), context)
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
		log.Printf("ringcall: %s: the host sent a message that is not in its payload space",
			r.lane.worker.methods[request.method].name)
		r.finish(statusProto)
		return
	}
	handler := r.handlers[request.method]
	if handler == nil {
		handler = r.newHandler()
	}
	r.running = true
	err := handler.Serve(&r.call)
	r.running = false
	r.conclude(err)
}

// A request of the common kind is inline, has a reply, and has no space for it.
const (
	notSimple      = layout.SlotSpace | layout.SlotOneWay | layout.SlotFetch
	inlineFlagsMax = layout.BodyBytes<<layout.SlotInlineShift | 1<<layout.SlotInlineShift - 1
)

// simpleHandler returns the handler of a request of the common kind; nil: it is not of that kind,
// or is the first of its method.
func (r *runner) simpleHandler() rt.Handler {
	flags := r.request.flags
	if uint(r.request.method) >= uint(len(r.handlers)) ||
		flags&^layout.SlotIdempotent > inlineFlagsMax ||
		flags&(layout.SlotInline|notSimple) != layout.SlotInline {
		return nil
	}
	return r.handlers[r.request.method]
}

// serveSimple is serve for a request that has a simpleHandler.
func (r *runner) serveSimple(handler rt.Handler) {
	r.context.deadline = r.request.deadline
	r.call.BeginBody(uint64(r.request.flags >> layout.SlotInlineShift))
	r.running = true
	err := handler.Serve(&r.call)
	r.running = false
	if err != nil || r.call.Place != rt.PlaceBody || r.context.asked.Load() {
		r.conclude(err)
		return
	}
	flags := uint16(layout.SlotInline) | uint16(r.call.Bytes)<<layout.SlotInlineShift
	switch {
	case r.answer != nil:
		fill(r.answer, r.request.call, 0, flags, &r.call.Body)
	case r.lane.shared:
		r.conclude(nil)
	default:
		r.lane.publish(r.request.call, 0, flags, &r.call.Body)
	}
}

// conclude sends the reply that the handler left in r.call, or its error.
func (r *runner) conclude(err error) {
	if err != nil {
		r.finish(r.fail(err))
		return
	}
	r.finish(0)
}

// newHandler makes the handler of the requested method, at its first call.
func (r *runner) newHandler() rt.Handler {
	handler := r.lane.worker.methods[r.request.method].new()
	r.handlers[r.request.method] = handler
	return handler
}

// begin makes r.call the call in r.request; false when the request lies outside of the lane.
func (r *runner) begin() bool {
	request := &r.request
	var message, space rt.Space
	ok := true
	if request.flags&layout.SlotInline != 0 {
		message.Base = pointerTo(&request.body)
		message.Bytes = uint64(request.flags >> layout.SlotInlineShift)
		ok = message.Bytes <= layout.BodyBytes
	} else {
		message.Base, message.Bytes, ok = r.lane.wire.spanIn(request.body[0])
	}
	if ok && request.flags&layout.SlotSpace != 0 {
		space.Base, space.Bytes, ok = r.lane.wire.spanIn(request.body[4])
	}
	if !ok {
		message, space = rt.Space{Base: pointerTo(&request.body)}, rt.Space{}
	}
	r.context.deadline = request.deadline
	r.call.Begin(message, space)
	return ok
}

// fail makes the reply one that says err.
func (r *runner) fail(err error) status {
	name := r.lane.worker.methods[r.request.method].name
	var malformed *rt.MessageError
	if errors.As(err, &malformed) {
		log.Printf("ringcall: %s: the host sent a malformed request: %v", name, err)
		return statusProto
	}
	if r.request.flags&layout.SlotOneWay != 0 {
		log.Printf("ringcall: %s (one-way): %v", name, err)
		return 0
	}
	r.call.SetErrorReply(codeOf(err), err.Error())
	return statusRemote
}

// finish sends the reply, or counts a one-way call as done.
func (r *runner) finish(status status) {
	r.call.CloseReply()
	if r.context.asked.Load() {
		r.context.finish()
		r.setContext(&callContext{host: r.lane.caller})
	}
	if r.request.flags&layout.SlotOneWay != 0 {
		r.lane.acknowledge(r.request.call)
		return
	}
	if r.answer != nil {
		r.replyDirectly(status)
		return
	}
	r.lane.reply(r.request.call, status, &r.call, r.request.body[4])
}

// rescue replies for a handler that panicked or called runtime.Goexit, and logs its stack. The
// handler's scratch is in an unknown state, so it is dropped.
func (r *runner) rescue(panicked any) {
	name := r.lane.worker.methods[r.request.method].name
	text := "the handler called runtime.Goexit"
	if panicked != nil {
		text = fmt.Sprintf("panic: %v", panicked)
	}
	log.Printf("ringcall: %s: %s\n%s", name, text, debug.Stack())
	r.running = false
	r.handlers[r.request.method] = nil
	r.finish(r.fail(errors.New(text)))
}
