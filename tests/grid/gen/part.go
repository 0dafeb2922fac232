// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"strings"
)

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

// mapOf makes a map: a slice of a struct of its own.
func (p *part) mapOf(key, value *Type) *Type {
	name := p.declare("m", "RC_MAP(%[1]s, %[2]s, %[3]s);\n", key.c, value.c)
	entry := p.add(&Type{kind: kindStruct, c: "struct " + name + "_entry",
		goName: p.goName(name) + "Entry", pointers: key.pointers || value.pointers})
	entry.fields = []field{{"key", "Key", key}, {"value", "Value", value}}
	t := p.slice("struct "+name, entry)
	t.goName = p.goName(name)
	return t
}

// nameless makes a struct with structs and an enum without a name, once as a field and once not.
func (p *part) nameless(value *Type) *Type {
	const text = `struct %[1]s {
	uint16_t before;
	struct {
		%[2]s value;
		bool after;
	} inner;
	enum { %[3]sA = -3, %[3]sB } choice;
	struct {
		%[2]s flat;
		uint8_t last;
	};
};
`
	prefix := strings.ToUpper(fmt.Sprintf("%s_n%d_", p.name, p.names))
	name := p.declare("r", text, value.c, prefix)
	outer := &Type{kind: kindStruct, c: "struct " + name, goName: p.goName(name)}
	inside := func(field string) string {
		return fmt.Sprintf("__typeof__(((struct %s *)0)->%s)", name, field)
	}
	inner := p.add(&Type{kind: kindStruct, c: inside("inner"), goName: outer.goName + "Inner"})
	inner.fields = []field{{"value", "Value", value}, {"after", "After", p.leaf("bool")}}
	choice := p.add(&Type{kind: kindEnum, c: inside("choice"), goName: outer.goName + "Choice"})
	choice.values = []constant{p.constant(prefix + "A"), p.constant(prefix + "B")}
	before, last := p.leaf("u16"), p.leaf("u8")
	outer.fields = []field{{"before", "Before", before}, {"inner", "Inner", inner},
		{"choice", "Choice", choice}, {"flat", "Flat", value}, {"last", "Last", last}}
	inner.pointers, outer.pointers = value.pointers, value.pointers
	return p.add(outer)
}

func (p *part) enum(name string, constants []string) *Type {
	prefix := strings.ToUpper(p.name + "_" + name + "_")
	t := &Type{kind: kindEnum, c: "enum " + p.name + "_" + name, goName: camel(name)}
	var list []string
	for _, constant := range constants {
		word, _, _ := strings.Cut(constant, " ")
		t.values = append(t.values, p.constant(prefix+strings.ToUpper(word)))
		list = append(list, prefix+strings.ToUpper(word)+constant[len(word):])
	}
	p.print("__extension__ %s { %s };\n", t.c, strings.Join(list, ", "))
	return p.add(t)
}

// constant is a constant of an enum by its C name, which ringgen lowers.
func (p *part) constant(name string) constant {
	return constant{name, p.goName(strings.ToLower(name))}
}

// goName is what ringgen calls a type in Go: without the part's name.
func (p *part) goName(name string) string {
	return camel(strings.TrimPrefix(name, p.name+"_"))
}

func camel(name string) string {
	var text strings.Builder
	for _, word := range strings.Split(name, "_") {
		text.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return text.String()
}
