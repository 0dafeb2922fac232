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
	one   bool // it is also a parameter and an output by itself
}

// below lists what is made of a chain of constructors: all leaves below none and one, one of each
// class below two, and one below more, or below two of which one is not deep. turn counts the
// chains of that depth.
func below(chain []constructor, turn int) []expression {
	var list []expression
	for index, class := range classes {
		first := turn % len(class)
		for number, leaf := range class {
			e := expression{leaf.name, chain, len(chain) == 0 || number == first}
			switch {
			case len(chain) <= 1:
				list = append(list, e)
			case number != first:
			case len(chain) < depthMax && isDeep(chain) || turn%len(classes) == index:
				e.one = false
				list = append(list, e)
			}
		}
	}
	return list
}

func isDeep(chain []constructor) bool {
	for _, constructor := range chain {
		if !constructor.deep {
			return false
		}
	}
	return true
}

// expressions lists the grid: all chains of constructors, with leaves in turn.
func expressions() []expression {
	var grid []expression
	chains := [][]constructor{nil}
	for depth := 0; depth <= depthMax; depth++ {
		for turn, chain := range chains {
			grid = append(grid, below(chain, turn)...)
		}
		chains = longer(chains, depth)
	}
	return grid
}

// longer puts each constructor around each chain of depth.
func longer(chains [][]constructor, depth int) [][]constructor {
	var list [][]constructor
	for _, chain := range chains {
		for _, outer := range constructors {
			next := append(chain[:depth:depth], outer)
			if len(next) < depthMax || isDeep(next) {
				list = append(list, next)
			}
		}
	}
	return list
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
var fieldsOfRoot = []int{1, 2, 4, 8, 16, 32}

// bytesOfRoot is about how large a root may become by its fields, so that its messages are small
// enough for a fuzzer's corpus.
const bytesOfRoot = 400

// newPart makes every parts-th type of the grid, beginning at index, a header of its own. Types
// with pointers do not share a root with others, which would hide that those are sent without.
func newPart(index, parts int) *part {
	p := empty(fmt.Sprintf("grid%d", index))
	var with, without []field
	for number, e := range expressions() {
		if number%parts != index {
			continue
		}
		// What is tried must not leave declarations behind that nothing uses.
		if empty(p.name).build(e) == nil {
			continue
		}
		t := p.build(e)
		// C has no arrays as parameters, and a pointer means something else there.
		if e.one && t.kind != kindArray && t.kind != kindOptional {
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
	bytes := 0
	for _, field := range fields {
		bytes += field.typ.bytes()
	}
	if len(fields) < fieldsOfRoot[len(p.roots)%len(fieldsOfRoot)] && bytes < bytesOfRoot {
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
