// SPDX-License-Identifier: MIT

package rt

import (
	"context"
	"fmt"
	"sync/atomic"
)

// A Handler decodes the request of one method, runs the implementation, and encodes its reply.
// ringgen emits one for each method. An instance serves one call at a time and is used again for
// the next, so that what it keeps between calls costs no allocation.
type Handler interface {
	// Serve serves call. An error that is a *MessageError says that the request was malformed;
	// any other becomes the error reply.
	Serve(call *Call) error
}

// A Method is one entry of a Service.
type Method struct {
	Name  string // "kv.get"
	Flags uint16
	New   func() Handler // a new instance

	// Of a SmallHandler: the bytes of its messages.
	RequestBytes, ReplyBytes uint16
}

// Flags of a Method.
const (
	MethodOneWay     = 1 << 0 // no reply
	MethodIdempotent = 1 << 1 // may run twice
	MethodInline     = 1 << 2 // short, never blocks
)

// A Service is an implementation together with what ringgen knows of its interface.
type Service struct {
	Name        string
	Digest      uint64 // FNV-1a of Description
	Description string
	Methods     []Method
}

// BodyBytes is how much of a message a slot of the ring holds.
const BodyBytes = 40

// A Place says where a reply lies.
type Place uint8

// The places of a reply.
const (
	PlaceBody  Place = iota // in Call.Body
	PlaceSpace              // in the reply space that the host gave
	PlaceKept               // in Call.Kept: it fits neither of the others
)

// A Call is one call being served. Generated code uses Context, Reader and Reply, or for replies
// with parts OpenReply, Measure and Encode; the rest is for package ringcall, which makes calls and
// sends their replies.
type Call struct {
	Place  Place
	placed bool          // a handler runs in place
	asked  atomic.Uint32 // 1: Ask was called
	Bytes  uint64        // of the reply
	Body   [5]uint64     // PlaceBody
	Kept   []uint64      // PlaceKept

	ctx    context.Context
	body   Space // where requests lie that come in the slot
	reader Reader
	writer Writer
	space  Space
	lent   uint64 // where Lend goes on in space; 0: closed. Atomic while a handler runs.

	root    [5]uint64 // of a small request that came in shared memory
	inPlace bool      // there is no message; see frame_unsafe.go
}

// Context returns the context of the call: it has the host's deadline, and is valid until the
// handler returns.
func (c *Call) Context() context.Context { return c.ctx }

// Reader returns a reader of the request.
func (c *Call) Reader() *Reader { return &c.reader }

// SetPool says which memory holds the payload that requests point to; it holds for all calls.
func (c *Call) SetPool(pool Space) { c.reader.SetPool(pool) }

// Begin makes c a call with the given request and reply space, and no reply.
func (c *Call) Begin(request, space Space) {
	c.Place = PlaceBody
	c.Bytes = 0
	c.reader.Reset(request)
	c.space = space
	c.lent = 0
}

// BeginBody is Begin for a request of so many bytes in the body, without reply space.
func (c *Call) BeginBody(bytes uint64) {
	c.Place = PlaceBody
	c.Bytes = 0
	c.reader.resetBody(c.body, bytes)
	c.space.Bytes = 0
}

// Reply returns a writer of a reply of the given size, whose root lies at its start. It fails only
// when the reply is larger than any message may be.
func (c *Call) Reply(bytes uint64) (*Writer, error) {
	switch {
	case bytes <= BodyBytes:
		c.Place = PlaceBody
		c.writer.Reset(spaceOfWords(c.Body[:]))
	case bytes <= c.space.Bytes:
		c.Place = PlaceSpace
		c.writer.Reset(c.space)
	default:
		return c.replyKept(bytes)
	}
	c.Bytes = bytes
	return &c.writer, nil
}

// replyKept is Reply where neither the slot nor the reply space will do.
func (c *Call) replyKept(bytes uint64) (*Writer, error) {
	if bytes > MessageBytesMax {
		return nil, fmt.Errorf("ringcall: the reply has %d bytes; at most %d can be sent",
			bytes, uint64(MessageBytesMax))
	}
	c.Place = PlaceKept
	c.Bytes = bytes
	c.Kept = make([]uint64, (bytes+7)/8)
	c.writer.Reset(spaceOfWords(c.Kept))
	return &c.writer, nil
}
