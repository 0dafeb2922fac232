// SPDX-License-Identifier: MIT

package ringcall

import (
	"errors"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"ringcall/goside/internal/layout"
	"ringcall/goside/rt"
)

// placed is a handler that can serve in place alone.
type placed struct {
	serve  func(call *rt.Call, frame *rt.Frame) error
	encode func(call *rt.Call) error
}

func (p *placed) Serve(*rt.Call) error { return errors.New("served by a message") }

func (p *placed) InPlace() (func(*rt.Frame), unsafe.Pointer) { return runPlaced, unsafe.Pointer(p) }

// runPlaced is as generated code.
func runPlaced(frame *rt.Frame) {
	site := frame.Enter()
	defer func() {
		if frame.Runs() {
			frame.Rescue(recover())
		}
	}()
	if err := (*placed)(site.Handler).serve(site.Call(), frame); err != nil {
		site.Fail(frame, err)
		return
	}
	site.Done(frame)
}

func (p *placed) Encode(call *rt.Call) error { return p.encode(call) }

// A placedHost calls handlers in place, as a thread of C does.
type placedHost struct {
	key       int
	sites     map[uint32]layout.Site // by method
	argument  uint64
	arguments [1]unsafe.Pointer
	room      [64]uint64
	frame     layout.Frame
}

func newPlacedHost(t *testing.T, handlers ...rt.Handler) *placedHost {
	t.Helper()
	var makers []func() rt.Handler
	for _, handler := range handlers {
		makers = append(makers, func() rt.Handler { return handler })
	}
	fake := newFake(t, false, makers...)
	fake.lane.key = addDirect(newRunner(fake.lane))
	t.Cleanup(func() { removeDirect(fake.lane) })
	return placedHostOf(fake.lane.key)
}

func placedHostOf(key int) *placedHost {
	return &placedHost{key: key, sites: make(map[uint32]layout.Site)}
}

// site returns where a method is, which the host asks for once.
func (h *placedHost) site(method uint32) uint64 {
	if _, known := h.sites[method]; !known {
		h.sites[method] = directSite(h.key, method)
	}
	return h.sites[method].Site
}

func (h *placedHost) run(method, fetch uint32, argument, roomBytes uint64) int32 {
	h.argument = argument
	h.arguments[0] = unsafe.Pointer(&h.argument)
	h.frame = layout.Frame{
		Site:      h.site(method),
		Status:    layout.FrameRuns,
		Fetch:     fetch,
		Arguments: uint64(uintptr(unsafe.Pointer(&h.arguments))),
		Reply:     uint64(uintptr(unsafe.Pointer(&h.room))),
		Bytes:     roomBytes,
	}
	serveFrame((*rt.Frame)(unsafe.Pointer(&h.frame)))
	return h.frame.Status
}

// errorText fetches the text of the last call's error.
func (h *placedHost) errorText() string {
	h.run(0, 1, 0, uint64(len(h.room)*8))
	header := (*layout.RemoteError)(unsafe.Pointer(&h.room))
	return unsafe.String((*byte)(unsafe.Pointer(&h.room[2])), int(header.TextBytes))
}

func increment(_ *rt.Call, frame *rt.Frame) error {
	*(*uint64)(frame.Reply()) = *(*uint64)(frame.Argument(0)) + 1
	return nil
}

// A context that was asked for Done is not used again; the next one leads to the host as well.
func TestCallInPlaceHasTheHostAfterAContextWasAskedForDone(t *testing.T) {
	var hosts []*laneHost
	h := newPlacedHost(t, &placed{serve: func(call *rt.Call, _ *rt.Frame) error {
		host, _ := call.Context().Value(rt.HostKey{}).(*laneHost)
		hosts = append(hosts, host)
		call.Context().Done()
		return nil
	}})
	for range 2 {
		if status := h.run(0, 0, 0, 0); status != 0 {
			t.Fatalf("status %d", status)
		}
	}
	if hosts[0] == nil || hosts[0] != hosts[1] {
		t.Errorf("the hosts of two calls are %v", hosts)
	}
}

func TestCallInPlaceReadsAndWritesTheHostsValues(t *testing.T) {
	h := newPlacedHost(t, &placed{serve: increment})
	allocations := testing.AllocsPerRun(1000, func() {
		if status := h.run(0, 0, 41, 0); status != 0 || h.room[0] != 42 {
			t.Fatalf("status %d, reply %d", status, h.room[0])
		}
	})
	if allocations != 0 {
		t.Errorf("%v allocations a call", allocations)
	}
	if site := directSite(h.key, 1); site != (layout.Site{}) {
		t.Errorf("of an unknown method: site %+v", site)
	}
}

func TestCallsInPlaceFromWithinAHandlerAreServed(t *testing.T) {
	const depth = 16
	hosts := make([]*placedHost, depth+1)
	p := &placed{}
	p.serve = func(_ *rt.Call, frame *rt.Frame) error {
		level := *(*uint64)(frame.Argument(0))
		if level < depth {
			inner := hosts[level+1]
			if status := inner.run(0, 0, level+1, 0); status != 0 {
				t.Errorf("level %d: status %d", level+1, status)
			}
			level = inner.room[0]
		}
		*(*uint64)(frame.Reply()) = level
		return nil
	}
	hosts[0] = newPlacedHost(t, p)
	for level := 1; level <= depth; level++ {
		hosts[level] = placedHostOf(hosts[0].key)
	}
	for range 3 {
		if status := hosts[0].run(0, 0, 0, 0); status != 0 || hosts[0].room[0] != depth {
			t.Fatalf("status %d, deepest level %d", status, hosts[0].room[0])
		}
	}
}

func TestErrorInPlaceIsFetched(t *testing.T) {
	long := strings.Repeat("long ", 50)
	handlers := []rt.Handler{
		&placed{serve: func(*rt.Call, *rt.Frame) error { return Errorf(7, "seven") }},
		&placed{serve: func(*rt.Call, *rt.Frame) error { return errors.New(long) }},
		&placed{serve: func(*rt.Call, *rt.Frame) error { panic("boom") }},
		&placed{serve: increment},
	}
	h := newPlacedHost(t, handlers...)
	for range 3 {
		for method, want := range []string{"seven", long, "panic: boom"} {
			if status := h.run(uint32(method), 0, 0, 0); status != statusRemote {
				t.Fatalf("method %d: status %d", method, status)
			}
			if text := h.errorText(); text != want {
				t.Errorf("method %d: %q", method, text)
			}
		}
		if status := h.run(3, 0, 1, 0); status != 0 || h.room[0] != 2 {
			t.Errorf("after an error: status %d, reply %d", status, h.room[0])
		}
	}
}

func TestReplyInPlaceAsksForRoom(t *testing.T) {
	text := strings.Repeat("t", 100)
	p := &placed{}
	p.encode = func(call *rt.Call) error {
		measure := &rt.Measure{}
		call.Measure(measure, 16)
		measure.String(text)
		writer, err := call.Encode(measure)
		if err != nil {
			return err
		}
		*(*rt.WireString)(writer.Root(16)) = writer.String(text)
		return writer.Err()
	}
	p.serve = func(call *rt.Call, frame *rt.Frame) error {
		call.OpenRoom(frame, 16)
		return call.EncodeRoom(frame, p)
	}
	h := newPlacedHost(t, p)
	for _, room := range []uint64{16, 115, 116, 512} {
		status := h.run(0, 0, 0, room)
		if room < 116 {
			if status != layout.FrameMore || h.frame.Bytes != 116 {
				t.Fatalf("room of %d: status %d, needs %d", room, status,
					h.frame.Bytes)
			}
			status = h.run(0, 1, 0, 116)
		}
		if status != 0 || h.frame.Bytes != 116 {
			t.Fatalf("room of %d: status %d, %d bytes", room, status, h.frame.Bytes)
		}
		if got := *(*string)(unsafe.Pointer(&h.room)); got != text {
			t.Errorf("room of %d: %q", room, got)
		}
	}
	runtime.KeepAlive(h)
}
