// SPDX-License-Identifier: MIT

// Package value makes random values of any type of the grid from a seed, and compares them.
//
// It is the twin of tests/grid/value.h: the same draws in the same order, so that both sides make
// the same value of a seed. It knows the types by reflection and works on their memory, because
// reflection changes some kinds of NaN.
package value

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// A kind is how values of a type are drawn and compared.
type kind int

const (
	kindBits kind = iota
	kindFloat
	kindBool
	kindEnum
	kindString
	kindSlice
	kindOptional
	kindArray
	kindStruct
)

// A Shape is what is known of a type.
type Shape struct {
	kind    kind
	typ     reflect.Type
	bytes   uintptr
	align   uintptr
	element *Shape // of arrays, slices and optionals
	count   int    // of an array
	fields  []field
	values  []uint64 // of an enum
}

type field struct {
	name   string
	offset uintptr
	shape  *Shape
}

// Shapes are the shapes of the types of a package. They are safe for use at the same time.
type Shapes struct {
	// Inspector is set before calls are served, or nil.
	Inspector Inspector

	lock  sync.Mutex
	types map[reflect.Type]*Shape
	enums map[reflect.Type][]uint64
}

// NewShapes returns an empty set.
func NewShapes() *Shapes {
	return &Shapes{types: map[reflect.Type]*Shape{}, enums: map[reflect.Type][]uint64{}}
}

// An Integer is what an enum is made of.
type Integer interface {
	~int32 | ~uint32 | ~int64 | ~uint64
}

// AddEnum says that T is an enum of these values, which are drawn in this order.
func AddEnum[T Integer](shapes *Shapes, values ...T) {
	var bits []uint64
	for _, value := range values {
		bits = append(bits, uint64(value))
	}
	shapes.enums[reflect.TypeFor[T]()] = bits
}

// Of returns the shape of a type.
func (s *Shapes) Of(typ reflect.Type) *Shape {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.of(typ)
}

func (s *Shapes) of(typ reflect.Type) *Shape {
	if known := s.types[typ]; known != nil {
		return known
	}
	shape := &Shape{typ: typ, bytes: typ.Size(), align: uintptr(typ.Align())}
	s.types[typ] = shape
	switch typ.Kind() {
	case reflect.Bool:
		shape.kind = kindBool
	case reflect.Float32, reflect.Float64:
		shape.kind = kindFloat
	case reflect.String:
		shape.kind = kindString
	case reflect.Slice:
		shape.kind = kindSlice
		shape.element = s.of(typ.Elem())
	case reflect.Pointer:
		shape.kind = kindOptional
		shape.element = s.of(typ.Elem())
	case reflect.Array:
		shape.kind = kindArray
		shape.element = s.of(typ.Elem())
		shape.count = typ.Len()
	case reflect.Struct:
		shape.kind = kindStruct
		shape.fields = s.fieldsOf(typ)
	default:
		shape.kind = kindBits
		if typ.PkgPath() != "" {
			shape.kind = kindEnum
			shape.values = s.enums[typ]
		}
	}
	return shape
}

// fieldsOf leaves out padding.
func (s *Shapes) fieldsOf(typ reflect.Type) []field {
	var fields []field
	for i := range typ.NumField() {
		f := typ.Field(i)
		if f.Name != "_" {
			fields = append(fields, field{f.Name, f.Offset, s.of(f.Type)})
		}
	}
	return fields
}

// name is the type's, as the table of the C side has it.
func (shape *Shape) name() string {
	switch shape.kind {
	case kindSlice:
		return "[]" + shape.element.name()
	case kindOptional:
		return "*" + shape.element.name()
	case kindArray:
		return fmt.Sprintf("[%d]%s", shape.count, shape.element.name())
	default:
		return shape.typ.Name()
	}
}

func (f field) print(text *strings.Builder, offset uintptr) {
	fmt.Fprintf(text, " %s %d %d %s\n", f.name, offset, f.shape.bytes, f.shape.name())
}

// Layout writes the layouts of all structs, sorted by name.
func (s *Shapes) Layout() string {
	s.lock.Lock()
	defer s.lock.Unlock()
	var structs []*Shape
	for _, shape := range s.types {
		if shape.kind == kindStruct {
			structs = append(structs, shape)
		}
	}
	slices.SortFunc(structs, func(a, b *Shape) int {
		return strings.Compare(a.name(), b.name())
	})
	var text strings.Builder
	for _, shape := range structs {
		fmt.Fprintf(&text, "%s %d\n", shape.name(), shape.bytes)
		// Fields without bytes come last: it does not matter where they are.
		for _, field := range shape.fields {
			if field.shape.bytes != 0 {
				field.print(&text, field.offset)
			}
		}
		for _, field := range shape.fields {
			if field.shape.bytes == 0 {
				field.print(&text, 0)
			}
		}
	}
	return text.String()
}
