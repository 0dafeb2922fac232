// SPDX-License-Identifier: MIT

package main

import "fmt"

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

// A constructor makes a type of another. allows says of which; nil: of any.
type constructor struct {
	name   string
	allows func(t *Type) bool
	build  func(p *part, t *Type) *Type
}

// The constructors. What is added here is nested with all others.
var constructors = []constructor{
	{"array", nil, func(p *part, t *Type) *Type {
		name := p.declare("a", "typedef %[2]s %[1]s[%[3]d];\n", t.c, 1+len(p.types)%3)
		return p.add(&Type{kind: kindArray, c: name, element: t, count: 1 + len(p.types)%3,
			pointers: t.pointers})
	}},
	{"slice", nil, func(p *part, t *Type) *Type {
		return p.slice("struct "+p.declare("s", "RC_SLICE(%[1]s, %[2]s);\n", t.c), t)
	}},
	{"struct", nil, func(p *part, t *Type) *Type {
		before, after := p.leaf("u8"), p.leaf("bool")
		return p.structOf(field{"before", "Before", before}, field{"value", "Value", t},
			field{"after", "After", after})
	}},
	{"optional", isTarget, func(p *part, t *Type) *Type { return p.optional(t) }},
	{"typedef", nil, func(p *part, t *Type) *Type { return p.typedef(t) }},
	{"forest", nil, func(p *part, t *Type) *Type {
		name := p.declare("r", "struct %[1]s;\n")
		slice := p.declare("s", "RC_SLICE(%[1]s, struct %[2]s);\n", name)
		node := &Type{kind: kindStruct, c: "struct " + name, goName: p.goName(name),
			pointers: true}
		p.add(node)
		p.define(node, field{"value", "Value", t},
			field{"children", "Children", p.slice("struct "+slice, node)})
		return node
	}},
	{"list", nil, func(p *part, t *Type) *Type {
		name := p.declare("r", "struct %[1]s;\n")
		node := &Type{kind: kindStruct, c: "struct " + name, goName: p.goName(name),
			pointers: true}
		p.add(node)
		p.define(node, field{"value", "Value", t}, field{"next", "Next", p.optional(node)})
		return node
	}},
}

// isTarget tells whether a pointer may lead to the type.
func isTarget(t *Type) bool { return t.kind != kindArray && t.kind != kindOptional }

// A part is one header of the grid, with a service of its own.
type part struct {
	name   string // "grid0"
	types  []*Type
	roots  []*Type // structs that have methods of their own
	ones   []*Type // types that are parameters and outputs
	leaves map[string]*Type
	header []byte // the declarations
	names  int
}

// print adds to the declarations.
func (p *part) print(format string, arguments ...any) {
	p.header = fmt.Appendf(p.header, format, arguments...)
}

// add puts a type into the table.
func (p *part) add(t *Type) *Type {
	t.index = len(p.types)
	p.types = append(p.types, t)
	return t
}

// declare writes a declaration; its first argument is the new name that it returns.
func (p *part) declare(letter, format string, arguments ...any) string {
	name := fmt.Sprintf("%s_%s%d", p.name, letter, p.names)
	p.names++
	p.print(format, append([]any{name}, arguments...)...)
	return name
}

// leaf returns a leaf by name, the same one each time.
func (p *part) leaf(name string) *Type {
	if t := p.leaves[name]; t != nil {
		return t
	}
	t := leafByName[name].build(p)
	p.leaves[name] = t
	return t
}

// typedef gives a type another name.
func (p *part) typedef(t *Type) *Type {
	named := *t
	named.c = p.declare("d", "typedef %[2]s %[1]s;\n", t.c)
	return &named
}

func (p *part) slice(c string, element *Type) *Type {
	return p.add(&Type{kind: kindSlice, c: c, element: element, pointers: true})
}

func (p *part) optional(value *Type) *Type {
	return p.add(&Type{kind: kindOptional, c: "const " + value.c + " *", element: value,
		pointers: true})
}

// define writes the definition of a struct that is declared.
func (p *part) define(t *Type, fields ...field) {
	t.fields = fields
	p.print("%s {\n", t.c)
	for _, field := range fields {
		p.print("\t%s %s;\n", field.typ.c, field.name)
		t.pointers = t.pointers || field.typ.pointers
	}
	p.print("};\n")
}

func (p *part) structOf(fields ...field) *Type {
	name := p.declare("r", "struct %[1]s;\n")
	t := p.add(&Type{kind: kindStruct, c: "struct " + name, goName: p.goName(name)})
	p.define(t, fields...)
	return t
}
