// SPDX-License-Identifier: MIT

package value

import (
	"fmt"
	"reflect"
	"unsafe"
)

// differ returns where two values differ, or "" when they are equal bit by bit, but for padding.
func differ(shape *Shape, a, b unsafe.Pointer) string {
	switch shape.kind {
	case kindString:
		left, right := *(*string)(a), *(*string)(b)
		if left != right {
			return fmt.Sprintf(": %q, not %q", left, right)
		}
		return ""
	case kindSlice:
		left, right := (*header)(a), (*header)(b)
		if left.length != right.length {
			return fmt.Sprintf(": length %d, not %d", left.length, right.length)
		}
		return differElements(shape.element, left.base, right.base, left.length)
	case kindOptional:
		left, right := *(*unsafe.Pointer)(a), *(*unsafe.Pointer)(b)
		if (left == nil) != (right == nil) {
			return ": only one is there"
		}
		if left == nil {
			return ""
		}
		return differ(shape.element, left, right)
	case kindArray:
		return differElements(shape.element, a, b, shape.count)
	case kindStruct:
		for _, field := range shape.fields {
			left, right := unsafe.Add(a, field.offset), unsafe.Add(b, field.offset)
			if where := differ(field.shape, left, right); where != "" {
				return "." + field.name + where
			}
		}
		return ""
	}
	if left, right := loadBits(a, shape.bytes), loadBits(b, shape.bytes); left != right {
		return fmt.Sprintf(": %#x, not %#x", left, right)
	}
	return ""
}

func differElements(element *Shape, a, b unsafe.Pointer, count int) string {
	for i := range count {
		offset := uintptr(i) * element.bytes
		where := differ(element, unsafe.Add(a, offset), unsafe.Add(b, offset))
		if where != "" {
			return fmt.Sprintf("[%d]%s", i, where)
		}
	}
	return ""
}

// Differ returns where two values differ, or "".
func Differ[T any](shapes *Shapes, a, b *T) string {
	return differ(shapes.Of(reflect.TypeFor[T]()), unsafe.Pointer(a), unsafe.Pointer(b))
}

// Bounds are where the parts of a received value may lie: its message and the lane's payload space.
// Each is from its first byte to behind its last.
type Bounds [][2]uintptr

func (bounds Bounds) hold(start, bytes uintptr) bool {
	for _, space := range bounds {
		if start >= space[0] && start <= space[1] && bytes <= space[1]-start {
			return true
		}
	}
	return false
}

// A look through a received value.
type look struct {
	bounds Bounds
	sum    uint64
	bytes  uintptr // of all parts
}

// part checks where a part lies. Arrays of what is checked are copied, so they may be elsewhere; a
// copy has no bounds here.
func (l *look) part(shape *Shape, base unsafe.Pointer, count int, bytes uintptr) string {
	if count == 0 {
		if base != nil && shape.kind == kindSlice {
			return ": empty, and not nil"
		}
		return ""
	}
	l.bytes += uintptr(count) * bytes
	if shape.kind != kindString && uintptr(base)%shape.element.align != 0 {
		return ": is not aligned"
	}
	if l.bounds == nil || shape.kind != kindString && shape.element.isChecked() {
		return ""
	}
	if !l.bounds.hold(uintptr(base), uintptr(count)*bytes) {
		return ": lies outside"
	}
	return ""
}

// isChecked tells whether slices of such elements are copied.
func (shape *Shape) isChecked() bool {
	switch shape.kind {
	case kindBits, kindFloat:
		return false
	case kindArray:
		return shape.element.isChecked()
	case kindStruct:
		for _, field := range shape.fields {
			if field.shape.isChecked() {
				return true
			}
		}
		return false
	}
	return true
}

// value reads each byte of a received value and checks what holds for all such.
func (l *look) value(shape *Shape, value unsafe.Pointer) string {
	switch shape.kind {
	case kindString:
		text := *(*string)(value)
		where := l.part(shape, unsafe.Pointer(unsafe.StringData(text)), len(text), 1)
		if where != "" {
			return where
		}
		for i := range len(text) {
			l.sum = l.sum*31 + uint64(text[i])
		}
		return ""
	case kindSlice:
		slice := (*header)(value)
		if slice.space != slice.length {
			return fmt.Sprintf(": length %d, capacity %d", slice.length, slice.space)
		}
		where := l.part(shape, slice.base, slice.length, shape.element.bytes)
		if where != "" {
			return where
		}
		return l.elements(shape.element, slice.base, slice.length)
	case kindOptional:
		part, count := *(*unsafe.Pointer)(value), 1
		if part == nil {
			count = 0
		}
		if where := l.part(shape, part, count, shape.element.bytes); where != "" {
			return where
		}
		return l.elements(shape.element, part, count)
	case kindArray:
		return l.elements(shape.element, value, shape.count)
	case kindStruct:
		for _, field := range shape.fields {
			where := l.value(field.shape, unsafe.Add(value, field.offset))
			if where != "" {
				return "." + field.name + where
			}
		}
		return ""
	}
	return l.bits(shape, loadBits(value, shape.bytes))
}

func (l *look) elements(element *Shape, base unsafe.Pointer, count int) string {
	for i := range count {
		where := l.value(element, unsafe.Add(base, uintptr(i)*element.bytes))
		if where != "" {
			return fmt.Sprintf("[%d]%s", i, where)
		}
	}
	return ""
}

func (l *look) bits(shape *Shape, bits uint64) string {
	l.sum = l.sum*31 + bits
	switch shape.kind {
	case kindBool:
		if bits > 1 {
			return fmt.Sprintf(": a bool of %d", bits)
		}
	case kindEnum:
		mask := ^uint64(0) >> (64 - 8*shape.bytes)
		for _, value := range shape.values {
			if value&mask == bits {
				return ""
			}
		}
		return fmt.Sprintf(": an enum of %#x", bits)
	}
	return ""
}

// Sound reads each byte of a received value. It returns what is wrong with it, or "", and how many
// bytes its parts have together. Without bounds they may lie anywhere.
func Sound[T any](shapes *Shapes, received *T, bounds Bounds) (where string, bytes uintptr) {
	l := look{bounds: bounds}
	where = l.value(shapes.Of(reflect.TypeFor[T]()), unsafe.Pointer(received))
	return where, l.bytes
}
