// SPDX-License-Identifier: MIT

package ringcall

import (
	"errors"

	"ringcall/goside/internal/layout"
	"ringcall/goside/rt"
)

// Calls in place, on the thread of a host in this process, which enters generated code at once; see
// rt.InPlaceHandler. Here is what such a call needs that does not just succeed. What was not
// delivered with the call's own frame, because it needs more room or is an error, waits in its
// runner for the next one, which follows at once.

// A site is a method of a lane. It is pinned for as long as the lane is open: the host has its
// address, which is that of the rt.Site.
type site struct {
	rt.Site
	runner  *runner
	handler rt.InPlaceHandler
	serve   func(*rt.Frame)
	method  uint32
}

// serveFrame serves what a frame describes.
func serveFrame(frame *rt.Frame) {
	s := (*site)(frame.Site)
	if frame.Fetch != 0 {
		s.fetch(frame)
		return
	}
	s.serve(frame)
}

// directSite makes the site of a method of a lane. The zero value says that it cannot be called in
// place.
func directSite(key int, method uint32) layout.Site {
	s := directRunners[key].Load().site(method)
	if s == nil {
		return layout.Site{}
	}
	return layout.Site{Site: s.address(), Function: entryOf(s.serve)}
}

// site returns a method's site; nil: there is none.
func (r *runner) site(method uint32) *site {
	if int(method) >= len(r.handlers) {
		return nil
	}
	if r.sites == nil {
		r.sites = make([]*site, len(r.handlers))
	}
	if r.sites[method] == nil {
		s := &site{runner: r, method: method}
		if !s.renew() {
			return nil
		}
		r.pins.Pin(s)
		r.sites[method] = s
	}
	return r.sites[method]
}

// renew gives s the handler of its method, a new one if need be. It reports false when the method
// has none for calls in place.
func (s *site) renew() (ok bool) {
	r := s.runner
	if r.handlers[s.method] == nil {
		r.handlers[s.method] = r.lane.worker.methods[s.method].new()
	}
	if s.handler, ok = r.handlers[s.method].(rt.InPlaceHandler); ok {
		serve, handler := s.handler.InPlace()
		s.serve = serve
		s.Init(&r.call, handler, s)
	}
	return ok
}

// renewSite has a method's site forget a handler that r.handlers has no more.
func (r *runner) renewSite(method uint16) {
	if r.sites != nil && r.sites[method] != nil {
		r.sites[method].renew()
	}
}

// unpin lets the sites of a closed lane go.
func (r *runner) unpin() {
	for ; r != nil; r = r.deeper {
		r.pins.Unpin()
	}
}

// Below returns the site for a call from within a handler of the same lane.
func (s *site) Below() *rt.Site { return &s.runner.idleBelow().site(s.method).Site }

// End says in the frame how a call ended.
func (s *site) End(frame *rt.Frame, err error) {
	r := s.runner
	r.call.ForgetAsk() // before endHandler looks: who asks says so last
	r.endHandler()
	switch {
	case err == nil:
		frame.Status = 0
	case errors.Is(err, rt.ErrMore):
		r.failed = false
		frame.Status = layout.FrameMore
	default:
		r.failed = true
		r.request.method = uint16(s.method)
		r.request.flags = 0
		r.call.CloseRoom()
		frame.Status = r.fail(err)
	}
}

// fetch hands out what the last call left: its error, or its reply with more room.
func (s *site) fetch(frame *rt.Frame) {
	r := s.runner
	if r.failed {
		r.call.FetchError(frame)
		return
	}
	frame.Enter()
	defer func() {
		if frame.Runs() {
			frame.Rescue(recover())
		}
	}()
	if err := r.call.EncodeAgain(frame, s.handler.(rt.Encoder)); err != nil {
		s.Fail(frame, err)
		return
	}
	s.Done(frame)
}

// Rescue ends a call whose handler panicked or called runtime.Goexit.
func (s *site) Rescue(frame *rt.Frame, panicked any) {
	s.runner.request.method = uint16(s.method)
	s.End(frame, s.runner.dropPanicked(panicked))
}
