// SPDX-License-Identifier: MIT

package main

// A kind is how a value is drawn and compared; it is an enum grid_kind of value.h.
type kind string

const (
	kindBits   kind = "GRID_BITS"
	kindFloat  kind = "GRID_FLOAT"
	kindBool   kind = "GRID_BOOL"
	kindEnum   kind = "GRID_ENUM"
	kindString kind = "GRID_STRING"
	kindSlice  kind = "GRID_SLICE"
	kindArray  kind = "GRID_ARRAY"
	kindStruct kind = "GRID_STRUCT"

	kindOptional kind = "GRID_OPTIONAL"
)

// A Type is one type of the header.
type Type struct {
	kind     kind
	c        string // as C declares with it: "struct grid0_r7"
	goName   string // "R7"; of arrays and slices none
	index    int    // in the table; the same for all names of one type
	element  *Type
	count    int     // of an array
	fields   []field // of a struct
	values   []constant
	pointers bool // it holds some
}

// bytes is at least what the type has, and not much more.
func (t *Type) bytes() int {
	switch t.kind {
	case kindArray:
		return t.count * t.element.bytes()
	case kindStruct:
		bytes := 0
		for _, field := range t.fields {
			bytes += field.typ.bytes()
		}
		return bytes
	case kindSlice:
		return 24
	case kindString:
		return 16
	default:
		return 8
	}
}

type field struct {
	name   string // in C
	goName string
	typ    *Type
}

// A constant is a value of an enum, by its names.
type constant struct{ c, goName string }

// A leaf is a type that is made of no other.
type leaf struct {
	name  string
	build func(p *part) *Type
}

func scalar(name, c, goName string, kind kind) leaf {
	return leaf{name, func(p *part) *Type {
		return p.add(&Type{kind: kind, c: c, goName: goName})
	}}
}

func bits(name, c, goName string) leaf { return scalar(name, c, goName, kindBits) }

func enum(name string, constants ...string) leaf {
	return leaf{name, func(p *part) *Type {
		return p.enum(name, constants)
	}}
}

// The leaves, in classes of those that generated code treats alike. Depth 0 and 1 have all of them,
// deeper types one of each class or one of all, in turn.
var classes = [][]leaf{
	{
		bits("i8", "int8_t", "int8"), bits("u16", "uint16_t", "uint16"),
		bits("i32", "int32_t", "int32"), bits("u64", "uint64_t", "uint64"),
		bits("u8", "uint8_t", "uint8"), bits("i16", "int16_t", "int16"),
		bits("u32", "uint32_t", "uint32"), bits("i64", "int64_t", "int64"),
		bits("size", "size_t", "uint"), bits("difference", "ptrdiff_t", "int"),
		bits("char", "signed char", "int8"), bits("short", "unsigned short", "uint16"),
		bits("int", "int", "int32"), bits("long", "long", "int64"),
		bits("longlong", "unsigned long long", "uint64"),
		{"id", func(p *part) *Type { return p.typedef(p.leaf("u64")) }},
		{"idofid", func(p *part) *Type { return p.typedef(p.leaf("id")) }},
	},
	{
		scalar("f32", "float", "float32", kindFloat),
		scalar("f64", "double", "float64", kindFloat),
	},
	{bits("rune", "char32_t", "int32")}, // a rune is an int32
	{scalar("bool", "bool", "bool", kindBool)},
	{
		enum("color", "red", "green = 7", "also_green = 7", "blue"),
		enum("sign", "minus = -1", "none", "plus"),
		enum("wide", "min = INT64_MIN", "max = INT64_MAX", "middle = 5"),
		enum("bits", "high = 0x80000000u", "low = 1"),
		enum("huge", "zero", "max = UINT64_MAX"),
	},
	{{"string", func(p *part) *Type {
		return p.add(&Type{kind: kindString, c: "struct rc_str", goName: "string",
			pointers: true})
	}}},
	{{"empty", func(p *part) *Type {
		name := p.declare("e", "__extension__ struct %[1]s {};\n")
		return p.add(&Type{kind: kindStruct, c: "struct " + name, goName: p.goName(name)})
	}}},
	{{"bytes", func(p *part) *Type {
		return p.slice("struct rc_bytes", p.leaf("u8"))
	}}},
}

var leafByName = map[string]leaf{}

func init() {
	for _, class := range classes {
		for _, leaf := range class {
			leafByName[leaf.name] = leaf
		}
	}
}

// A constructor makes a type of another.
type constructor struct {
	name string

	// deep says that it is one of those that nest to depthMax. The others nest one less: what
	// they make is generated as what a deep one makes.
	deep bool

	// allows says of which types; nil: of any.
	allows func(t *Type) bool
	build  func(p *part, t *Type) *Type
}

// The constructors. What is added here is nested with all others.
var constructors = []constructor{
	{"array", true, nil, func(p *part, t *Type) *Type {
		name := p.declare("a", "typedef %[2]s %[1]s[%[3]d];\n", t.c, 1+len(p.types)%3)
		return p.add(&Type{kind: kindArray, c: name, element: t, count: 1 + len(p.types)%3,
			pointers: t.pointers})
	}},
	{"slice", true, nil, func(p *part, t *Type) *Type {
		return p.slice("struct "+p.declare("s", "RC_SLICE(%[1]s, %[2]s);\n", t.c), t)
	}},
	{"struct", true, nil, func(p *part, t *Type) *Type {
		before, after := p.leaf("u8"), p.leaf("bool")
		return p.structOf(field{"before", "Before", before}, field{"value", "Value", t},
			field{"after", "After", after})
	}},
	{"optional", true, isTarget, func(p *part, t *Type) *Type { return p.optional(t) }},
	{"tail", false, nil, func(p *part, t *Type) *Type {
		number := p.leaf("u32")
		return p.structOf(field{"number", "Number", number}, field{"value", "Value", t})
	}},
	{"typedef", false, nil, func(p *part, t *Type) *Type { return p.typedef(t) }},
	{"forest", true, nil, func(p *part, t *Type) *Type {
		name := p.declare("r", "struct %[1]s;\n")
		slice := p.declare("s", "RC_SLICE(%[1]s, struct %[2]s);\n", name)
		node := &Type{kind: kindStruct, c: "struct " + name, goName: p.goName(name),
			pointers: true}
		p.add(node)
		p.define(node, field{"value", "Value", t},
			field{"children", "Children", p.slice("struct "+slice, node)})
		return node
	}},
	{"list", true, nil, func(p *part, t *Type) *Type {
		name := p.declare("r", "struct %[1]s;\n")
		node := &Type{kind: kindStruct, c: "struct " + name, goName: p.goName(name),
			pointers: true}
		p.add(node)
		p.define(node, field{"value", "Value", t}, field{"next", "Next", p.optional(node)})
		return node
	}},
	{"map", true, nil, func(p *part, t *Type) *Type {
		return p.mapOf(p.leaf(keys[p.names%len(keys)]), t)
	}},
	{"keys", false, isKey, func(p *part, t *Type) *Type { return p.mapOf(t, p.leaf("u16")) }},
	{"nameless", false, nil, func(p *part, t *Type) *Type { return p.nameless(t) }},
}

// isTarget tells whether a pointer may lead to the type.
func isTarget(t *Type) bool { return t.kind != kindArray && t.kind != kindOptional }

// isKey tells whether a map's key may be of the type.
func isKey(t *Type) bool {
	switch t.kind {
	case kindBits, kindFloat, kindBool, kindEnum, kindString:
		return true
	}
	return false
}

// keys are the leaves that keys are made of, in turn, where the value is what matters.
var keys = []string{"string", "u8", "sign", "i64", "bool", "f64"}
