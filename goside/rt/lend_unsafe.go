// SPDX-License-Identifier: MIT

package rt

// Reply space is lent to a handler, which fills it in place: what it puts into its reply then lies
// in the message already. Lent bytes follow the reply's root; the parts that are copied follow
// them. So a message is as large as with copies, and the host's next reply space has room for it.
//
//	Begin  space is there  OpenReply  handler: Lend ...  Measure  closed  Encode
//
// Only what is measured after the close is in place, so a goroutine that outlives its handler gets
// nothing any more.

import (
	"sync/atomic"
	"unsafe"

	"ringcall/goside/internal/layout"
)

// OpenReply lets Lend hand out the call's reply space behind a root of as many bytes.
func (c *Call) OpenReply(rootBytes uint64) {
	if rootBytes <= c.space.Bytes {
		c.lent = roundUp(rootBytes, layout.PartAlignMax)
	}
}

// Lend returns bytes of the reply space, aligned for every type, or nil when there are not as many
// left. It may be called by several goroutines at once.
func (c *Call) Lend(bytes uint64) []byte {
	for {
		start := atomic.LoadUint64(&c.lent)
		if start == 0 || start > c.space.Bytes || bytes > c.space.Bytes-start {
			return nil
		}
		end := roundUp(start+bytes, layout.PartAlignMax)
		if atomic.CompareAndSwapUint64(&c.lent, start, end) {
			return unsafe.Slice((*byte)(unsafe.Add(c.space.Base, start)), bytes)
		}
	}
}

// CloseReply ends Lend. It returns the offset behind what was lent; 0 when it was not open.
func (c *Call) CloseReply() uint64 {
	if atomic.LoadUint64(&c.lent) == 0 {
		return 0
	}
	return atomic.SwapUint64(&c.lent, 0)
}

// Measure ends Lend and begins to size a reply with a root of as many bytes.
func (c *Call) Measure(measure *Measure, rootBytes uint64) {
	measure.Begin(rootBytes)
	root := roundUp(rootBytes, layout.PartAlignMax)
	if end := min(c.CloseReply(), c.space.Bytes); end > root {
		measure.lent = Space{unsafe.Add(c.space.Base, root), end - root}
	}
}

// Encode returns a writer of the reply that was measured, or why it cannot be sent. What is written
// lies behind all that was lent, or outside of the space: it never overwrites what is still to be
// copied.
func (c *Call) Encode(measure *Measure) (*Writer, error) {
	if err := measure.Err(); err != nil {
		return nil, err
	}
	if c.inPlace {
		return c.encodeInPlace(measure)
	}
	if measure.lent.Bytes == 0 {
		return c.Reply(measure.bytes)
	}
	bytes := measure.bytes + measure.lent.Bytes
	if bytes > c.space.Bytes {
		return c.replyKept(measure.bytes + measure.lentBytes)
	}
	c.Place = PlaceSpace
	c.Bytes = bytes
	c.writer.Reset(c.space)
	c.writer.lent = measure.lent
	return &c.writer, nil
}

// holds tells whether bytes at the pointer lie in the space as a whole, aligned from its base.
func (s *Space) holds(pointer unsafe.Pointer, bytes, align uint64) bool {
	offset := uint64(uintptr(pointer) - uintptr(s.Base))
	return offset < s.Bytes && bytes <= s.Bytes-offset && offset&(align-1) == 0
}

// String counts a string, unless it lies in lent space.
func (m *Measure) String(value string) {
	if m.lent.Bytes != 0 &&
		m.lent.holds(unsafe.Pointer(unsafe.StringData(value)), uint64(len(value)), 1) {
		m.keep(uint64(len(value)), 1)
		return
	}
	m.Plain(len(value), 1, 1)
}

// MeasureSlice counts a slice of plain elements, unless it lies in lent space.
func MeasureSlice[T any](m *Measure, values []T, align uint64) {
	var element T
	elementBytes := elementBytes(unsafe.Sizeof(element))
	if m.lent.Bytes != 0 && m.lent.holds(unsafe.Pointer(unsafe.SliceData(values)),
		uint64(len(values))*elementBytes, align) {
		m.keep(uint64(len(values))*elementBytes, align)
		return
	}
	m.Plain(len(values), elementBytes, align)
}

// keep notes what a copy of a part would take. It is a multiple of what any part is aligned to, so
// that the parts behind it need no more padding than was counted.
func (m *Measure) keep(bytes, align uint64) {
	m.lentBytes += roundUp(bytes+align-1, layout.PartAlignMax)
}

// offsetOf returns the pointer to a part that is held by what was lent.
func (w *Writer) offsetOf(part unsafe.Pointer) uint64 {
	return uint64(uintptr(part)-uintptr(w.space.Base)) + w.origin
}
