// SPDX-License-Identifier: MIT

package rt

import (
	"context"
	"unsafe"
)

// A Space is a piece of memory: a message, or room for one. It may be shared with the host. Its
// base is aligned to 8 bytes.
type Space struct {
	Base  unsafe.Pointer
	Bytes uint64
}

func spaceOfWords(words []uint64) Space {
	return Space{unsafe.Pointer(unsafe.SliceData(words)), uint64(len(words)) * 8}
}

// SmallReply is Reply for a reply that is its root alone, of at most BodyBytes. It returns where
// that is to be written.
func (c *Call) SmallReply(bytes uint64) unsafe.Pointer {
	c.Place = PlaceBody
	c.Bytes = bytes
	return unsafe.Pointer(&c.Body)
}

// SetErrorReply makes the reply an error: a code of the application's, and a text.
func (c *Call) SetErrorReply(code int64, text string) {
	const header = 16 // layout.RemoteError: code, bytes of the text, reserved
	if len(text) > ErrorTextBytesMax {
		text = text[:ErrorTextBytesMax]
	}
	if _, err := c.Reply(header + uint64(len(text))); err != nil {
		panic(err) // ErrorTextBytesMax is far below MessageBytesMax.
	}
	base := c.writerBase()
	*(*int64)(base) = code
	*(*uint32)(unsafe.Add(base, 8)) = uint32(len(text))
	*(*uint32)(unsafe.Add(base, 12)) = 0
	copy(unsafe.Slice((*byte)(unsafe.Add(base, header)), len(text)), text)
}

// ErrorTextBytesMax is how much of an error's text reaches the host.
const ErrorTextBytesMax = 16384

func (c *Call) writerBase() unsafe.Pointer {
	switch c.Place {
	case PlaceBody:
		return unsafe.Pointer(&c.Body)
	case PlaceSpace:
		return c.space.Base
	default:
		return unsafe.Pointer(unsafe.SliceData(c.Kept))
	}
}

// CopyKept copies a kept reply of the given size to space; it reports whether it fits.
func CopyKept(space Space, kept []uint64, bytes uint64) bool {
	if bytes > space.Bytes || bytes > uint64(len(kept))*8 {
		return false
	}
	copy(unsafe.Slice((*byte)(space.Base), bytes),
		unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(kept))), bytes))
	return true
}

// SetBody says, for all calls until it is said again, where requests lie that come in the slot, and
// which context the calls have.
func (c *Call) SetBody(body unsafe.Pointer, ctx context.Context) {
	c.body = Space{body, BodyBytes}
	c.ctx = ctx
}
