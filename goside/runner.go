// SPDX-License-Identifier: MIT

package ringcall

import (
	"errors"
	"fmt"
	"log"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"syscall"

	"ringcall/goside/internal/layout"
	"ringcall/goside/rt"
)

// A method is an entry of the worker's table of methods, which a slot's method indexes.
type method struct {
	name       string // "kv.get"
	new        func() rt.Handler
	concurrent bool // its handlers have goroutines of their own
	inline     bool // its handlers do not block: the lane is not taken over from them

	// Of a rt.SmallHandler: what its messages have.
	requestBytes, replyBytes uint16
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

// read copies the next slot of a ring, each word once, and leaves it. It returns the method and the
// flags.
func (r *request) read(from *ring) (method, flags uint16) {
	slot := from.slot()
	head := headIn(slot)
	r.setHead(head)
	r.deadline = 0
	*(*[2]uint64)(r.body[:]) = slot.Body
	method, flags = uint16(head), uint16(head>>16)
	from.position += 1 + r.readRest(from, flags)
	return method, flags
}

// readRest copies the rest of the next slot, if there is one, and returns how many slots it takes.
func (r *request) readRest(from *ring, flags uint16) (slots uint32) {
	if slotsOf(flags) == 1 {
		return 0
	}
	rest := from.rest()
	*(*[3]uint64)(r.body[2:]) = rest.Body
	if flags&layout.SlotDeadline != 0 {
		r.deadline = rest.Deadline >> 1
	}
	return 1
}

// take is read for what lies in private memory.
func (r *request) take(from *layout.Descriptor) {
	r.method, r.flags, r.call = from.Method, from.Flags, from.Call
	r.deadline = from.DeadlineNs
	r.body = from.Body
}

// A runner runs one call at a time: the poller of a lane has one, each handler beside the poller
// has one, and the host's thread that calls directly has one. Everything that a call needs is kept
// in it for the next.
type runner struct {
	lane     *lane
	request  request
	call     rt.Call
	context  *callContext
	handlers []rt.Handler       // by method, made at first use
	small    []*small           // by method; nil: none, or not called yet
	turn     uint64             // of the call in request; 0 for one that is not the poller's
	answer   *layout.Descriptor // of a direct call: where its reply goes; else nil
	deeper   *runner            // of direct calls from within a handler of this one

	running turnWord      // what runs here; see takeover.go
	marked  atomic.Uint32 // 1: replies go under the lane's lock; the lane may be another's
	beside  bool          // it is another's. Guarded by the lane's mu.

	// Of calls in place; see inplace.go.
	sites  []*site // by method, made at first use
	pins   runtime.Pinner
	failed bool // what the last call left is an error
}

func newRunner(l *lane) *runner {
	r := &runner{
		lane:     l,
		handlers: make([]rt.Handler, len(l.worker.methods)),
		small:    make([]*small, len(l.worker.methods)),
	}
	r.call.SetPool(rt.Space{Base: l.wire.payload, Bytes: l.wire.payloadBytes})
	r.newContext()
	return r
}

// newContext makes the context of the calls to come.
func (r *runner) newContext() {
	r.context = &callContext{host: r.lane.caller, runner: r}
	r.context.call.Store(&r.call)
	r.call.SetBody(pointerTo(&r.request.body), r.context)
}

// endHandler ends what a handler had: its reply space, and its context if somebody may keep it.
func (r *runner) endHandler() {
	r.call.CloseReply()
	if r.context.asked.Load() {
		r.context.finish()
		r.newContext()
	}
}

// A status is a reply's status as it is sent.
type status = int32

// The errno values that a worker sends.
const (
	statusRemote   = -status(syscall.EREMOTEIO)
	statusProto    = -status(syscall.EPROTO)
	statusNoMethod = -status(syscall.ENOSYS)
)

// serve runs the call in r.request and sends its reply. It reports whether r still polls. A panic
// of the handler passes through; its caller replies for it.
func (r *runner) serve() bool {
	request := &r.request
	r.running.begin(r.turn)
	if !r.begin() {
		log.Printf("ringcall: %s: the host sent a message that is not in its payload space",
			r.lane.worker.methods[request.method].name)
		return r.finish(statusProto)
	}
	handler := r.handlers[request.method]
	if handler == nil {
		handler = r.newHandler()
	}
	return r.conclude(handler.Serve(&r.call))
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
func (r *runner) serveSimple(handler rt.Handler) bool {
	r.context.deadline = r.request.deadline
	r.call.BeginBody(uint64(r.request.flags >> layout.SlotInlineShift))
	r.running.begin(r.turn)
	err := handler.Serve(&r.call)
	if err != nil || r.call.Place != rt.PlaceBody || r.context.asked.Load() {
		return r.conclude(err)
	}
	r.running.end()
	delayPoint()
	switch {
	case r.marked.Load() != 0:
		return r.conclude(nil)
	case r.answer != nil:
		describe(r.answer, r.request.call, 0, inlineFlags(uint16(r.call.Bytes)),
			&r.call.Body)
	default:
		r.lane.publishBody(r.request.call, r.call.Bytes, &r.call.Body)
	}
	return true
}

// conclude sends the reply that the handler left in r.call, or its error. It reports whether r
// still polls.
func (r *runner) conclude(err error) bool {
	if err != nil {
		return r.finish(r.fail(err))
	}
	return r.finish(0)
}

// newHandler makes the handler of the requested method, at its first call.
func (r *runner) newHandler() rt.Handler {
	method := &r.lane.worker.methods[r.request.method]
	handler := method.new()
	r.handlers[r.request.method] = handler
	if handler, ok := handler.(rt.SmallHandler); ok && !method.concurrent {
		r.small[r.request.method] = newSmall(handler, method)
	}
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

// finish sends the reply, or counts a one-way call as done. It reports whether r still polls.
func (r *runner) finish(status status) bool {
	r.endHandler()
	r.running.end()
	delayPoint()
	if r.answer != nil {
		r.replyDirectly(status)
		return true
	}
	if r.marked.Load() != 0 {
		return r.lane.finishMarked(r, status)
	}
	r.send(status)
	return true
}

// send sends the reply, or counts a one-way call as done. The lane is locked.
func (r *runner) send(status status) {
	if r.request.flags&layout.SlotOneWay != 0 {
		r.lane.acknowledge(r.request.call)
		return
	}
	r.lane.reply(r.request.call, status, &r.call, r.request.body[4])
}

// serving reports whether a handler of r has begun and not been replied for.
func (r *runner) serving() bool { return r.running.load() != 0 }

// rescue replies for a handler that panicked or called runtime.Goexit. It reports whether r still
// polls.
func (r *runner) rescue(panicked any) bool {
	return r.finish(r.fail(r.dropPanicked(panicked)))
}

// dropPanicked logs the stack of a handler that panicked or called runtime.Goexit, and returns the
// error of its call. The handler's scratch is in an unknown state, so it is dropped.
func (r *runner) dropPanicked(panicked any) error {
	name := r.lane.worker.methods[r.request.method].name
	text := "the handler called runtime.Goexit"
	if panicked != nil {
		text = fmt.Sprintf("panic: %v", panicked)
	}
	log.Printf("ringcall: %s: %s\n%s", name, text, debug.Stack())
	r.handlers[r.request.method] = nil
	r.renewSite(r.request.method)
	r.small[r.request.method] = nil
	return errors.New(text)
}
