// SPDX-License-Identifier: MIT

package rt

// A call in place has no message: a frame of the host's thread holds the addresses of its values,
// which have the layout of Go's, and Go code works on them where they lie. They were checked by the
// host, which is this very process. Replies without pointers go to where the frame says; others are
// encoded into memory of the host, as a message whose pointers are addresses.

import (
	"context"
	"errors"
	"unsafe"

	"ringcall/goside/internal/layout"
)

// An InPlaceHandler is a Handler whose calls can be served in place.
type InPlaceHandler interface {
	Handler

	// InPlace returns the function that serves frames whose site has the handler, and what the
	// site knows the handler by. The function runs the implementation on the frame's own
	// arguments, between Enter and Done or Fail, and encodes its reply.
	InPlace() (serve func(*Frame), handler unsafe.Pointer)
}

// A Site is a method of a lane, as a host in this process knows it: by its address. It is used by
// one thread at a time.
type Site struct {
	Handler unsafe.Pointer
	call    *Call
	keeper  SiteKeeper
}

// A SiteKeeper does what is out of the ordinary for a site.
type SiteKeeper interface {
	// Below returns a site for the same method that no handler runs on.
	Below() *Site

	// End says in the frame how a call ended. ErrMore says that the reply needs more room; an
	// error else is as of Handler.Serve.
	End(frame *Frame, err error)

	// Rescue ends a call whose handler panicked or called runtime.Goexit.
	Rescue(frame *Frame, panicked any)
}

// Init makes s a site.
func (s *Site) Init(call *Call, handler unsafe.Pointer, keeper SiteKeeper) {
	*s = Site{handler, call, keeper}
}

// Call returns what is used again for each call.
func (s *Site) Call() *Call { return s.call }

// Context returns the context of the call.
func (s *Site) Context() context.Context { return s.call.ctx }

// Enter begins the frame's call, and returns its site. What a call needs that comes from within a
// handler of the same lane is elsewhere, so that the rest is inlined; the same goes for Done.
func (f *Frame) Enter() *Site {
	s := (*Site)(f.Site)
	if s.call.placed {
		s = f.goBelow()
	}
	s.call.placed = true
	return s
}

//go:noinline
func (f *Frame) goBelow() *Site {
	s := (*Site)(f.Site).keeper.Below()
	f.Site = unsafe.Pointer(s)
	return s
}

// Done ends a call that succeeded.
func (s *Site) Done(frame *Frame) {
	s.call.placed = false
	frame.Status = 0
	if s.call.asked.Load() != 0 {
		frame.endAsked()
	}
}

//go:noinline
func (f *Frame) endAsked() { (*Site)(f.Site).keeper.End(f, nil) }

// Fail ends a call that failed.
//
//go:noinline
func (s *Site) Fail(frame *Frame, err error) {
	s.call.placed = false
	s.keeper.End(frame, err)
}

// Runs reports whether a call has begun and not ended. When its handler has returned, it panicked
// or called runtime.Goexit.
func (f *Frame) Runs() bool { return f.Status == layout.FrameRuns }

// Rescue ends such a call.
//
//go:noinline
func (f *Frame) Rescue(panicked any) {
	s := (*Site)(f.Site)
	s.call.placed = false
	s.keeper.Rescue(f, panicked)
}

// An Encoder is an InPlaceHandler whose reply may need more room.
type Encoder interface {
	// Encode encodes the reply of the last call.
	Encode(call *Call) error
}

// ErrMore says that a reply has Call.Bytes bytes, more than there is room for.
var ErrMore = errors.New("ringcall: the reply needs more room")

// A Frame is layout.Frame with its pointers.
type Frame struct {
	Site      unsafe.Pointer // pinned
	Status    int32
	Fetch     uint32
	arguments unsafe.Pointer
	Bytes     uint64
	reply     unsafe.Pointer
}

const (
	_ = -(unsafe.Sizeof(Frame{}) ^ unsafe.Sizeof(layout.Frame{}))
	_ = -(unsafe.Offsetof(Frame{}.Site) ^ unsafe.Offsetof(layout.Frame{}.Site))
	_ = -(unsafe.Offsetof(Frame{}.Fetch) ^ unsafe.Offsetof(layout.Frame{}.Fetch))
	_ = -(unsafe.Offsetof(Frame{}.Status) ^ unsafe.Offsetof(layout.Frame{}.Status))
	_ = -(unsafe.Offsetof(Frame{}.arguments) ^ unsafe.Offsetof(layout.Frame{}.Arguments))
	_ = -(unsafe.Offsetof(Frame{}.reply) ^ unsafe.Offsetof(layout.Frame{}.Reply))
	_ = -(unsafe.Offsetof(Frame{}.Bytes) ^ unsafe.Offsetof(layout.Frame{}.Bytes))
)

// Argument returns the address of an input, by its index.
func (f *Frame) Argument(index uintptr) unsafe.Pointer {
	return *(*unsafe.Pointer)(unsafe.Add(f.arguments, index*unsafe.Sizeof(f.arguments)))
}

// Reply returns where a reply without pointers goes.
func (f *Frame) Reply() unsafe.Pointer { return f.reply }

// Room returns the frame's room for a reply.
func (f *Frame) Room() Space { return Space{f.reply, f.Bytes} }

// OpenRoom has the reply encoded into the frame's room, and lets Lend hand it out behind a root of
// as many bytes.
func (c *Call) OpenRoom(frame *Frame, rootBytes uint64) {
	c.inPlace = true
	c.space = frame.Room()
	c.OpenReply(rootBytes)
}

// EncodeRoom ends OpenRoom: the reply is encoded, and its size left in the frame.
func (c *Call) EncodeRoom(frame *Frame, encoder Encoder) error {
	err := encoder.Encode(c)
	frame.Bytes = c.Bytes
	return err
}

// EncodeAgain encodes the reply into a frame's room, when that of the last was too small.
func (c *Call) EncodeAgain(frame *Frame, encoder Encoder) error {
	c.inPlace = true
	c.space = frame.Room()
	return c.EncodeRoom(frame, encoder)
}

// CloseRoom has an error reply encoded elsewhere.
func (c *Call) CloseRoom() { c.space.Bytes = 0 }

// Placed reports whether a handler runs in place.
func (c *Call) Placed() bool { return c.placed }

// Ask has the call's end look at its context.
func (c *Call) Ask() { c.asked.Store(1) }

// ForgetAsk undoes Ask.
func (c *Call) ForgetAsk() { c.asked.Store(0) }

// BeginMessages makes the calls to come such that have messages.
func (c *Call) BeginMessages() { c.inPlace = false }

// encodeInPlace is Encode for a call in place.
func (c *Call) encodeInPlace(measure *Measure) (*Writer, error) {
	c.Bytes = measure.bytes + measure.lent.Bytes
	if c.Bytes > c.space.Bytes {
		c.Bytes = measure.bytes + measure.lentBytes
		return nil, ErrMore
	}
	c.writer.Reset(c.space)
	c.writer.lent = measure.lent
	c.writer.origin = uint64(uintptr(c.space.Base))
	return &c.writer, nil
}

// FetchError copies as much of an error reply as there is room for.
func (c *Call) FetchError(frame *Frame) {
	room := frame.Room()
	copy(unsafe.Slice((*byte)(room.Base), room.Bytes),
		unsafe.Slice((*byte)(c.writerBase()), c.Bytes))
}
