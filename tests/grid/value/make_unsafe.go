// SPDX-License-Identifier: MIT

package value

import (
	"math"
	"reflect"
	"unsafe"
)

// The same as in value.c.
const (
	levelMax         = 12
	elementsMax      = 300
	elementsLargeMax = 40000
)

// A maker makes one value. Its draws are those of value.c.
type maker struct {
	state uint64
	coin  uint64 // for what is Go's own
	left  int
	most  int
	level int
}

func random(state *uint64) uint64 {
	*state += 0x9e3779b97f4a7c15
	mixed := *state
	mixed = (mixed ^ mixed>>30) * 0xbf58476d1ce4e5b9
	mixed = (mixed ^ mixed>>27) * 0x94d049bb133111eb
	return mixed ^ mixed>>31
}

func (m *maker) draw() uint64 { return random(&m.state) }

func (m *maker) drawBits(bits uint) uint64 {
	first, top := m.draw(), uint64(1)<<(bits-1)
	switch first % 16 {
	case 0:
		return 0
	case 1:
		return math.MaxUint64
	case 2:
		return top
	case 3:
		return top - 1
	case 4:
		return first >> 8 & 0x7f
	default:
		return m.draw()
	}
}

func (m *maker) drawFloat(bits uint) uint64 {
	first := m.draw()
	sign := first >> 8 << (bits - 1)
	mantissa := uint(52)
	if bits == 32 {
		mantissa = 23
	}
	exponent := (uint64(1)<<(bits-1) - 1) >> mantissa << mantissa
	quiet := uint64(1) << (mantissa - 1)
	switch first % 8 {
	case 0:
		return sign
	case 1:
		return sign | exponent
	case 2:
		return sign | exponent | quiet | first>>16&0xff
	case 3:
		return sign | exponent | 1 | first>>16&0xff
	case 4:
		return sign | 1
	default:
		return m.draw()
	}
}

func (m *maker) drawLength() int {
	first := m.draw()
	rest := first >> 8
	if m.level >= levelMax {
		return 0
	}
	var length int
	switch first % 16 {
	case 0, 1, 2, 3:
		length = 0
	case 14:
		length = int(rest % 8)
	case 15:
		if rest%32 != 0 {
			length = int(rest / 32 % 24)
		} else {
			length = int(rest / 32 % uint64(m.most))
		}
	default:
		length = 1 + int(first%3)
	}
	length = min(length, m.left)
	m.left -= length
	return length
}

func (m *maker) drawText(text []byte) {
	style, bits := m.draw()%4, uint64(0)
	for i := range text {
		if i%8 == 0 {
			bits = m.draw()
		}
		text[i] = byte(bits)
		bits >>= 8
		switch style {
		case 1:
			text[i] = 'a' + text[i]%26
		case 2:
			text[i] = 0
		case 3:
			text[i] |= 0x80
		}
	}
}

// header is a slice in memory, as the garbage collector sees it.
type header struct {
	base   unsafe.Pointer
	length int
	space  int
}

func (m *maker) makeString(value *string) {
	text := make([]byte, m.drawLength())
	if len(text) > 0 {
		m.drawText(text)
	}
	*value = string(text)
}

func (m *maker) makeSlice(shape *Shape, value *header) {
	length := m.drawLength()
	if length == 0 && random(&m.coin)%2 == 0 {
		*value = header{}
		return
	}
	elements := reflect.MakeSlice(shape.typ, length, length+int(random(&m.coin)%2))
	*value = header{elements.UnsafePointer(), length, elements.Cap()}
	m.level++
	for i := range length {
		m.make(shape.element, unsafe.Add(value.base, uintptr(i)*shape.element.bytes))
	}
	m.level--
}

func (m *maker) makeOptional(shape *Shape, value *unsafe.Pointer) {
	present := m.draw()%2 != 0
	*value = nil
	if !present || m.level >= levelMax || m.left == 0 {
		return
	}
	m.left--
	*value = reflect.New(shape.element.typ).UnsafePointer()
	m.level++
	m.make(shape.element, *value)
	m.level--
}

// make writes a value of the shape, in typed memory.
func (m *maker) make(shape *Shape, value unsafe.Pointer) {
	var bits uint64
	switch shape.kind {
	case kindBits:
		bits = m.drawBits(uint(shape.bytes) * 8)
	case kindFloat:
		bits = m.drawFloat(uint(shape.bytes) * 8)
	case kindBool:
		bits = m.draw() % 2
	case kindEnum:
		bits = shape.values[m.draw()%uint64(len(shape.values))]
	case kindString:
		m.makeString((*string)(value))
		return
	case kindSlice:
		m.makeSlice(shape, (*header)(value))
		return
	case kindOptional:
		m.makeOptional(shape, (*unsafe.Pointer)(value))
		return
	case kindArray:
		for i := range shape.count {
			m.make(shape.element, unsafe.Add(value, uintptr(i)*shape.element.bytes))
		}
		return
	case kindStruct:
		for _, field := range shape.fields {
			m.make(field.shape, unsafe.Add(value, field.offset))
		}
		return
	}
	storeBits(value, shape.bytes, bits)
}

func storeBits(value unsafe.Pointer, bytes uintptr, bits uint64) {
	switch bytes {
	case 1:
		*(*uint8)(value) = uint8(bits)
	case 2:
		*(*uint16)(value) = uint16(bits)
	case 4:
		*(*uint32)(value) = uint32(bits)
	default:
		*(*uint64)(value) = bits
	}
}

func loadBits(value unsafe.Pointer, bytes uintptr) uint64 {
	switch bytes {
	case 1:
		return uint64(*(*uint8)(value))
	case 2:
		return uint64(*(*uint16)(value))
	case 4:
		return uint64(*(*uint32)(value))
	default:
		return *(*uint64)(value)
	}
}

// Make makes the value of a seed in *value.
func Make[T any](shapes *Shapes, seed uint64, value *T) {
	shape := shapes.Of(reflect.TypeFor[T]())
	m := &maker{state: seed, coin: seed, most: elementsMax}
	if m.draw()%512 == 0 {
		m.most = elementsLargeMax
	}
	m.left = m.most
	m.make(shape, unsafe.Pointer(value))
	for _, field := range shape.fields {
		if field.name == "Seed" {
			storeBits(unsafe.Add(unsafe.Pointer(value), field.offset), 8, seed)
		}
	}
}
