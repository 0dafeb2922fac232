// SPDX-License-Identifier: MIT

package ringcall

import (
	"errors"

	"ringcall/goside/internal/layout"
	"ringcall/goside/rt"
)

// Calls in place, on the thread of a host in this process. What was not delivered with the call's
// own frame, because it needs more room or is an error, waits in its runner for the next one, which
// follows at once.

// A place is a method of a lane as a host in this process knows it: by the place's address, which
// is pinned for as long as the lane is open. It is used by one thread at a time.
type place struct {
	runner  *runner
	handler rt.InPlaceHandler
	method  uint32
}

// callInPlace serves a call whose frame fetches nothing. It is compared with a bare cgo call, so it
// does nothing that a call does not need which succeeds.
func callInPlace(frame *rt.Frame) {
	p := (*place)(frame.Place)
	r := p.runner
	if r.placed {
		callBelow(frame)
		return
	}
	r.placed = true
	defer func() {
		if r.placed {
			p.rescue(frame, recover())
		}
	}()
	err := p.handler.ServeInPlace(&r.call, frame)
	r.placed = false
	if err != nil || r.context.asked.Load() {
		p.conclude(frame, err)
	}
}

// callBelow is callInPlace from within a handler of the same lane.
func callBelow(frame *rt.Frame) {
	p := (*place)(frame.Place)
	frame.Place = p.runner.idleBelow().place(p.method).pointer()
	callInPlace(frame)
}

// callInFrame serves what any frame describes.
func callInFrame(frame *rt.Frame) {
	if frame.Fetch != 0 {
		(*place)(frame.Place).fetch(frame)
		return
	}
	callInPlace(frame)
}

// directPlace makes a place of a method of a lane, at its first call. The host has checked that
// there is such a method; the zero value says that it cannot be called in place.
func directPlace(key int, method uint32) layout.Place {
	p := directRunners[key].Load().place(method)
	if p == nil {
		return layout.Place{}
	}
	return layout.Place{Place: p.address(), Function: entryOf(callInPlace)}
}

// place returns a method's place; nil: there is none.
func (r *runner) place(method uint32) *place {
	if int(method) >= len(r.handlers) {
		return nil
	}
	if r.places == nil {
		r.places = make([]*place, len(r.handlers))
	}
	if r.places[method] == nil {
		if handler := r.handlerInPlace(method); handler != nil {
			p := &place{r, handler, method}
			r.pins.Pin(p)
			r.places[method] = p
		}
	}
	return r.places[method]
}

// handlerInPlace returns a method's handler, a new one if need be; nil: it has none for calls in
// place.
func (r *runner) handlerInPlace(method uint32) rt.InPlaceHandler {
	if r.handlers[method] == nil {
		r.handlers[method] = r.lane.worker.methods[method].new()
	}
	handler, _ := r.handlers[method].(rt.InPlaceHandler)
	return handler
}

// renewPlace replaces the handler of a method's place, which r.handlers has no more.
func (r *runner) renewPlace(method uint16) {
	if r.places != nil && r.places[method] != nil {
		r.places[method].handler = r.handlerInPlace(uint32(method))
	}
}

// unpin lets the places of a closed lane go.
func (r *runner) unpin() {
	for ; r != nil; r = r.deeper {
		r.pins.Unpin()
	}
}

// conclude says in the frame how a call ended.
func (p *place) conclude(frame *rt.Frame, err error) {
	r := p.runner
	r.endHandler()
	switch {
	case err == nil:
		frame.Status = 0
	case errors.Is(err, rt.ErrMore):
		r.failed = false
		frame.Status = layout.FrameMore
	default:
		r.failed = true
		r.request.method = uint16(p.method)
		r.request.flags = 0
		r.call.CloseRoom()
		frame.Status = r.fail(err)
	}
}

// fetch hands out what the last call left: its error, or its reply with more room.
func (p *place) fetch(frame *rt.Frame) {
	r := p.runner
	if r.failed {
		r.call.FetchError(frame)
		return
	}
	r.placed = true
	defer func() {
		if r.placed {
			p.rescue(frame, recover())
		}
	}()
	err := r.call.EncodeAgain(frame, p.handler.(rt.Encoder))
	r.placed = false
	p.conclude(frame, err)
}

// rescue ends a call whose handler panicked or called runtime.Goexit.
func (p *place) rescue(frame *rt.Frame, panicked any) {
	p.runner.placed = false
	p.runner.request.method = uint16(p.method)
	p.conclude(frame, p.runner.dropPanicked(panicked))
}
