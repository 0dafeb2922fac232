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

// callInPlace serves a call, or hands out what the last one left. It is compared with a bare cgo
// call, so it does nothing that a call does not need which succeeds.
func callInPlace(key int, frame *rt.Frame) {
	r := directRunners[key].Load()
	if r.placed {
		r = r.idleBelow()
	}
	if frame.Fetch != 0 {
		r.fetchInPlace(frame)
		return
	}
	var handler rt.InPlaceHandler
	if uint(frame.Method) < uint(len(r.inPlace)) {
		handler = r.inPlace[frame.Method]
	}
	if handler == nil {
		if handler = r.newInPlaceHandler(frame.Method); handler == nil {
			frame.Status = statusNoMethod
			return
		}
	}
	r.placed = true
	defer func() {
		if r.placed {
			r.rescueInPlace(frame, recover())
		}
	}()
	err := handler.ServeInPlace(&r.call, frame)
	r.placed = false
	if err != nil || r.context.asked.Load() {
		r.concludeInPlace(frame, err)
	}
}

// newInPlaceHandler makes a method's handler, at its first call; nil: there is none.
func (r *runner) newInPlaceHandler(method uint32) rt.InPlaceHandler {
	if int(method) >= len(r.handlers) {
		return nil
	}
	if r.inPlace == nil {
		r.inPlace = make([]rt.InPlaceHandler, len(r.handlers))
	}
	r.request.method = uint16(method)
	handler := r.handlers[method]
	if handler == nil {
		handler = r.newHandler()
	}
	r.inPlace[method], _ = handler.(rt.InPlaceHandler)
	return r.inPlace[method]
}

// concludeInPlace says in the frame how a call ended.
func (r *runner) concludeInPlace(frame *rt.Frame, err error) {
	r.endHandler()
	switch {
	case err == nil:
		frame.Status = 0
	case errors.Is(err, rt.ErrMore):
		r.failed = false
		frame.Status = layout.FrameMore
	default:
		r.failed = true
		r.request.method = uint16(frame.Method)
		r.request.flags = 0
		r.call.CloseRoom()
		frame.Status = r.fail(err)
	}
}

// fetchInPlace hands out what the last call left: its error, or its reply with more room.
func (r *runner) fetchInPlace(frame *rt.Frame) {
	if r.failed {
		r.call.FetchError(frame)
		return
	}
	r.placed = true
	defer func() {
		if r.placed {
			r.rescueInPlace(frame, recover())
		}
	}()
	err := r.call.EncodeAgain(frame, r.inPlace[frame.Method].(rt.Encoder))
	r.placed = false
	r.concludeInPlace(frame, err)
}

// rescueInPlace ends a call whose handler panicked or called runtime.Goexit.
func (r *runner) rescueInPlace(frame *rt.Frame, panicked any) {
	r.placed = false
	r.request.method = uint16(frame.Method)
	r.concludeInPlace(frame, r.dropPanicked(panicked))
}
