// SPDX-License-Identifier: MIT

package rt

import (
	"unsafe"

	"ringcall/goside/internal/layout"
)

// Reader checks a request while its sender may still write to it.
//
// Every wire value is passed by value, so it is read from shared memory once, and the copy is
// checked. What Reader returns points into the message and lives as long as it. Offsets become
// pointers only after the check. A Reader belongs to one goroutine.
type Reader struct {
	message Space
	pool    Space
	left    uint64 // bytes of checked arrays that may still be copied
	depth   uint32 // levels of checked arrays left
	field   string
	why     string
}

// Reset makes the reader read a message. The message must stay mapped until nothing that was read
// is used any more.
func (r *Reader) Reset(message Space) {
	r.message = message
	r.left = message.Bytes
	r.depth = layout.DepthMax
	r.field, r.why = "", ""
}

// resetBody is Reset for a message at the start of body. A fault of the message before is rare, so
// what it left is cleared only then: these are pointers, which the garbage collector wants to know.
func (r *Reader) resetBody(body Space, bytes uint64) {
	if r.message.Base != body.Base || r.field != "" {
		r.Reset(body)
	}
	r.message.Bytes = bytes
	r.left = bytes
}

// SetPool lets messages, until further notice, point into the lane's payload space, which is
// aligned to 8 bytes and must stay mapped as the message. Without it none may.
func (r *Reader) SetPool(pool Space) {
	r.pool = pool
}

// Root returns the message's start, or nil with a fault when the message is shorter than its root.
func (r *Reader) Root(bytes uintptr) unsafe.Pointer {
	if uint64(bytes) > r.message.Bytes {
		r.Fail("the request", "is shorter than its root")
		return nil
	}
	return r.message.Base
}

// Fail notes why the message is refused. The first fault wins.
func (r *Reader) Fail(field, why string) {
	if r.field == "" {
		r.field, r.why = field, why
	}
}

// Err returns a *MessageError with the first fault, or nil.
func (r *Reader) Err() error {
	if r.field == "" {
		return nil
	}
	return &MessageError{Field: r.field, Why: r.why}
}

// part checks a pointer to count elements, count > 0. It returns nil with a fault.
func (r *Reader) part(pointer, count, elementBytes, align uint64, field string) unsafe.Pointer {
	space := r.message
	if pointer&pointerInLane != 0 {
		pointer &^= pointerInLane
		space = r.pool
	}
	if !partFits(space.Bytes, pointer, count, elementBytes) {
		r.Fail(field, "points outside of the message")
		return nil
	}
	if pointer&(align-1) != 0 {
		r.Fail(field, "is not aligned")
		return nil
	}
	return unsafe.Add(space.Base, pointer)
}

// String returns a string in place, or "" with a fault.
func (r *Reader) String(wire WireString, field string) string {
	if wire.Length == 0 {
		return ""
	}
	part := r.part(wire.Pointer, wire.Length, 1, 1, field)
	if part == nil {
		return ""
	}
	return unsafe.String((*byte)(part), wire.Length)
}

// Bool returns a bool, or false with a fault when it is neither 0 nor 1.
func (r *Reader) Bool(value uint8, field string) bool {
	if value > 1 {
		r.Fail(field, "is neither 0 nor 1")
	}
	return value == 1
}

// Slice returns a slice of plain elements in place, its capacity its length; nil when it is empty,
// or with a fault. T holds no pointers, bools or enums.
func Slice[T any](r *Reader, wire WireSlice, align uint64, field string) []T {
	var element T
	if wire.Length == 0 {
		return nil
	}
	bytes := elementBytes(unsafe.Sizeof(element))
	part := r.part(wire.Pointer, wire.Length, bytes, align, field)
	if part == nil {
		return nil
	}
	return unsafe.Slice((*T)(part), wire.Length)
}

// Array takes as many elements from the pool as the slice has, and goes one level down.
//
// It returns the elements in place, each to be read once, and where they are to be copied to; then
// Leave ends them. Both are nil when the slice is empty, or with a fault. What is copied from one
// message is limited to the message's own size, so parts that share bytes cannot make it grow.
func Array[W, T any](r *Reader, pool *Pool[T], wire WireSlice, align uint64,
	field string) ([]W, []T) {
	var element W
	elementBytes := uint64(unsafe.Sizeof(element))
	if wire.Length == 0 || r.field != "" {
		return nil, nil
	}
	if wire.Pointer&pointerInLane != 0 {
		r.Fail(field, "points outside of the message")
		return nil, nil
	}
	part := r.part(wire.Pointer, wire.Length, elementBytes, align, field)
	if part == nil {
		return nil, nil
	}
	if r.depth == 0 {
		r.Fail(field, nestedTooDeep)
		return nil, nil
	}
	if wire.Length*elementBytes > r.left {
		r.Fail(field, "shares bytes with other parts")
		return nil, nil
	}
	r.left -= wire.Length * elementBytes
	r.depth--
	return unsafe.Slice((*W)(part), wire.Length), pool.take(int(wire.Length))
}

// Optional returns a plain value in place; nil when it is absent, or with a fault. T holds no
// pointers, bools or enums.
func Optional[T any](r *Reader, wire WireOptional, align uint64, field string) *T {
	if wire == 0 {
		return nil
	}
	values := Slice[T](r, WireSlice{Pointer: uint64(wire), Length: 1}, align, field)
	return unsafe.SliceData(values)
}

// One is Array for an optional: its value in place, and where it is to be copied to.
func One[W, T any](r *Reader, pool *Pool[T], wire WireOptional, align uint64,
	field string) (*W, *T) {
	if wire == 0 {
		return nil, nil
	}
	slice := WireSlice{Pointer: uint64(wire), Length: 1}
	wires, values := Array[W](r, pool, slice, align, field)
	return unsafe.SliceData(wires), unsafe.SliceData(values)
}

// Leave goes one level up, after the elements of an Array or the value of One.
func (r *Reader) Leave() {
	r.depth++
}

// Writer writes a measured reply. It never leaves the space it was given, even when the handler's
// values change while it writes: then Err says so. A Writer belongs to one goroutine.
type Writer struct {
	space Space
	used  uint64
	fault bool
	lent  Space // of the space; what lies in it is not copied

	origin uint64 // what pointers count from: 0, or the space's address for a reply in place
}

// Reset makes the writer write a message into the space.
func (w *Writer) Reset(space Space) {
	*w = Writer{space: space}
}

// Root returns the message's start. The space has at least as many bytes.
func (w *Writer) Root(bytes uint64) unsafe.Pointer {
	w.used = bytes + w.lent.Bytes
	return w.space.Base
}

// Err returns a *ReplyError when the values no longer fitted what had been measured, or nil.
func (w *Writer) Err() error {
	if !w.fault {
		return nil
	}
	return &ReplyError{Field: "the reply", Why: "was changed while it was encoded"}
}

// reserve takes space for count elements, count > 0. It returns the part's offset, or false.
func (w *Writer) reserve(count int, elementBytes, align uint64) (uint64, bool) {
	start := roundUp(w.used, align)
	if w.fault || !partFits(w.space.Bytes, start, uint64(count), elementBytes) {
		w.fault = true
		return 0, false
	}
	w.used = start + uint64(count)*elementBytes
	return start, true
}

// String copies a string into the message, unless it lies there.
func (w *Writer) String(value string) WireString {
	if len(value) == 0 {
		return WireString{}
	}
	length := uint64(len(value))
	part := unsafe.Pointer(unsafe.StringData(value))
	if w.lent.Bytes != 0 && w.lent.holds(part, length, 1) {
		return WireString{Pointer: w.offsetOf(part), Length: length}
	}
	start, ok := w.reserve(len(value), 1, 1)
	if !ok {
		return WireString{}
	}
	copy(unsafe.Slice((*byte)(unsafe.Add(w.space.Base, start)), len(value)), value)
	return WireString{Pointer: w.origin + start, Length: length}
}

// WriteSlice copies a slice into the message, unless it lies there. T holds no pointers.
func WriteSlice[T any](w *Writer, values []T, align uint64) WireSlice {
	var element T
	if len(values) == 0 {
		return WireSlice{}
	}
	length := uint64(len(values))
	bytes := length * elementBytes(unsafe.Sizeof(element))
	part := unsafe.Pointer(unsafe.SliceData(values))
	if w.lent.Bytes != 0 && w.lent.holds(part, bytes, align) {
		return WireSlice{Pointer: w.offsetOf(part), Length: length, Capacity: length}
	}
	to, wire := WriteArray[T](w, len(values), align)
	copy(to, values)
	return wire
}

// WriteArray takes space for count elements. It returns them, and what is to be stored in the
// slice's place; none when count is 0, or with a fault. W holds no pointers.
func WriteArray[W any](w *Writer, count int, align uint64) ([]W, WireSlice) {
	var element W
	if count == 0 {
		return nil, WireSlice{}
	}
	start, ok := w.reserve(count, elementBytes(unsafe.Sizeof(element)), align)
	if !ok {
		return nil, WireSlice{}
	}
	length := uint64(count)
	return unsafe.Slice((*W)(unsafe.Add(w.space.Base, start)), count),
		WireSlice{Pointer: w.origin + start, Length: length, Capacity: length}
}

// WriteOptional copies an optional value into the message. T holds no pointers.
func WriteOptional[T any](w *Writer, value *T, align uint64) WireOptional {
	if value == nil {
		return 0
	}
	to, wire := WriteOne[T](w, true, align)
	if to != nil {
		*to = *value
	}
	return wire
}

// WriteOne takes space for an optional value that is present. It returns the space, and what is to
// be stored in the pointer's place; nil when the value is absent, or with a fault. W holds no
// pointers.
func WriteOne[W any](w *Writer, present bool, align uint64) (*W, WireOptional) {
	if !present {
		return nil, 0
	}
	to, wire := WriteArray[W](w, 1, align)
	return unsafe.SliceData(to), WireOptional(wire.Pointer)
}
