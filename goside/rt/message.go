// SPDX-License-Identifier: MIT

package rt

// A message is a root struct and, behind it, the parts that its strings, slices and optionals
// point to. A
// pointer in a message is an offset from the message's start, or with pointerInLane an offset into
// the lane's payload space. This file holds what needs no unsafe: the wire forms, the arithmetic of
// bounds, and sizing. Reader and Writer are in message_unsafe.go.

import (
	"strconv"

	"ringcall/goside/internal/layout"
)

// MessageBytesMax is what no message is larger than.
const MessageBytesMax = layout.PayloadBytesMax

// pointerInLane marks a pointer as an offset into the lane's payload space.
const pointerInLane = 1 << 63

// WireString is a string in a message.
type WireString struct {
	Pointer uint64
	Length  uint64
}

// WireSlice is a slice in a message. Its capacity is its length.
type WireSlice struct {
	Pointer  uint64
	Length   uint64
	Capacity uint64
}

// WireOptional is an optional value in a message: where it lies, or 0 when it is absent.
type WireOptional uint64

// MessageError says why a received message is refused: its sender broke the protocol.
type MessageError struct {
	Field string // "kv_key.name", or what else of the message
	Why   string // "points outside of the message"
}

func (e *MessageError) Error() string {
	return "ringcall: request: " + e.Field + " " + e.Why
}

// ReplyError says why what a handler put into its reply cannot be sent.
type ReplyError struct {
	Field string
	Why   string
}

func (e *ReplyError) Error() string {
	return "ringcall: reply: " + e.Field + " " + e.Why
}

// nestedTooDeep is what is said of a level too many.
var nestedTooDeep = "is nested deeper than " + strconv.Itoa(layout.DepthMax) + " levels"

// partFits tells whether count elements lie at offset in a space of limit bytes. It does not wrap.
func partFits(limit, offset, count, elementBytes uint64) bool {
	return offset <= limit && count <= (limit-offset)/elementBytes
}

// elementBytes is what an element of size bytes takes in a message: never nothing, so that the
// message's size bounds how many elements of an empty struct it has.
func elementBytes(size uintptr) uint64 {
	return max(uint64(size), 1)
}

// roundUp rounds up to a power of two.
func roundUp(value, align uint64) uint64 {
	return (value + align - 1) &^ (align - 1)
}

// Measure sizes a reply before it is written, and checks it. The first fault wins.
//
// Begin, then the parts in the order in which they will be written, then Err and Bytes.
type Measure struct {
	bytes uint64
	depth uint32
	field string
	why   string

	lent      Space  // of the reply space; see lend_unsafe.go
	lentBytes uint64 // what copies of the parts in it would take at most
}

// Begin starts a message with a root of as many bytes.
func (m *Measure) Begin(rootBytes uint64) {
	*m = Measure{bytes: rootBytes, depth: layout.DepthMax}
}

// Plain counts a part of elements that are copied as they are.
func (m *Measure) Plain(count int, elementBytes, align uint64) {
	if count == 0 {
		return
	}
	start := roundUp(m.bytes, align)
	if !partFits(MessageBytesMax, start, uint64(count), elementBytes) {
		m.Fail("the reply", "has more than "+strconv.Itoa(MessageBytesMax)+" bytes")
		return
	}
	m.bytes = start + uint64(count)*elementBytes
}

// Array counts an array of checked elements, or a checked optional, and goes one level down. If it
// returns true, the elements are to be measured, and then Leave called.
func (m *Measure) Array(count int, elementBytes, align uint64, field string) bool {
	if count == 0 {
		return false
	}
	if m.depth == 0 {
		m.Fail(field, nestedTooDeep)
	}
	m.Plain(count, elementBytes, align)
	if m.field != "" {
		return false
	}
	m.depth--
	return true
}

// Leave goes one level up.
func (m *Measure) Leave() {
	m.depth++
}

// Fail notes why the reply cannot be sent.
func (m *Measure) Fail(field, why string) {
	if m.field == "" {
		m.field, m.why = field, why
	}
}

// Bytes returns the size of the whole message.
func (m *Measure) Bytes() uint64 {
	return m.bytes
}

// Err returns a *ReplyError with the first fault, or nil.
func (m *Measure) Err() error {
	if m.field == "" {
		return nil
	}
	return &ReplyError{Field: m.field, Why: m.why}
}
