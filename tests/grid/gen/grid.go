// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"strings"
)

// depthMax is how many constructors nest.
const depthMax = 3

// An expression is a type to be: a leaf and the constructors around it, innermost first.
type expression struct {
	leaf  string
	outer []constructor
}

// leavesBelow returns which leaves stand below a chain of depth constructors: all below none and
// one, one of each class below two, and one below more. turn counts the chains of that depth.
func leavesBelow(depth, turn int) []leaf {
	var leaves []leaf
	for index, class := range classes {
		switch {
		case depth <= 1:
			leaves = append(leaves, class...)
		case depth < depthMax:
			leaves = append(leaves, class[turn%len(class)])
		case turn%len(classes) == index:
			leaves = append(leaves, class[turn/len(classes)%len(class)])
		}
	}
	return leaves
}

// expressions lists the grid: all chains of constructors, with leaves in turn.
func expressions() []expression {
	var grid []expression
	chains := [][]constructor{nil}
	for depth := 0; depth <= depthMax; depth++ {
		for turn, chain := range chains {
			for _, leaf := range leavesBelow(depth, turn) {
				grid = append(grid, expression{leaf.name, chain})
			}
		}
		var longer [][]constructor
		for _, chain := range chains {
			for _, outer := range constructors {
				longer = append(longer, append(chain[:depth:depth], outer))
			}
		}
		chains = longer
	}
	return grid
}

// build returns the expression's type, or nil when a constructor does not take what is below it.
func (p *part) build(e expression) *Type {
	t := p.leaf(e.leaf)
	for _, constructor := range e.outer {
		if constructor.allows != nil && !constructor.allows(t) {
			return nil
		}
		t = constructor.build(p, t)
	}
	return t
}

// fieldsOfRoot is how many types the roots hold, in turn, so that there are messages that fit a
// slot and such that do not.
var fieldsOfRoot = []int{1, 2, 3, 5, 8, 13}

// newPart makes every parts-th group of the grid, beginning at index, a header of its own. Types
// with pointers do not share a root with others, which would hide that those are sent without.
func newPart(index, parts int) *part {
	p := empty(fmt.Sprintf("grid%d", index))
	var with, without []field
	for number, e := range expressions() {
		if number/8%parts != index {
			continue
		}
		// What is tried must not leave declarations behind that nothing uses.
		if empty(p.name).build(e) == nil {
			continue
		}
		t := p.build(e)
		// C has no arrays as parameters, and a pointer means something else there.
		if len(e.outer) <= 1 && t.kind != kindArray && t.kind != kindOptional {
			p.ones = append(p.ones, t)
		}
		if t.pointers {
			with = p.group(with, t)
		} else {
			without = p.group(without, t)
		}
	}
	p.root(with)
	p.root(without)
	return p
}

func empty(name string) *part {
	return &part{name: name, leaves: map[string]*Type{}}
}

// group adds a type to the fields of the next root; it makes the root when there are enough.
func (p *part) group(fields []field, t *Type) []field {
	name := fmt.Sprintf("f%d", len(fields))
	fields = append(fields, field{name, strings.ToUpper(name), t})
	if len(fields) < fieldsOfRoot[len(p.roots)%len(fieldsOfRoot)] {
		return fields
	}
	p.root(fields)
	return nil
}

// root makes a root of the fields, if any. Its first field is the seed of the others.
func (p *part) root(fields []field) {
	if len(fields) == 0 {
		return
	}
	seed := field{"seed", "Seed", p.leaf("u64")}
	p.roots = append(p.roots, p.structOf(append([]field{seed}, fields...)...))
}

func (p *part) enum(name string, constants []string) *Type {
	prefix := strings.ToUpper(p.name + "_" + name + "_")
	t := &Type{kind: kindEnum, c: "enum " + p.name + "_" + name, goName: camel(name)}
	var list []string
	for _, constant := range constants {
		word, _, _ := strings.Cut(constant, " ")
		t.values = append(t.values, constantOf(prefix, name, word))
		list = append(list, prefix+strings.ToUpper(word)+constant[len(word):])
	}
	p.print("__extension__ %s { %s };\n", t.c, strings.Join(list, ", "))
	return p.add(t)
}

func constantOf(prefix, enum, word string) constant {
	return constant{prefix + strings.ToUpper(word), camel(enum + "_" + word)}
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
