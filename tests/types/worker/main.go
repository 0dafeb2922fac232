// SPDX-License-Identifier: MIT

// Command worker implements tests/types/shapes.h.
package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	ringcall "ringcall/goside"
	"ringcall/tests/types/shapes"
)

// A service implements shapes.Service.
type service struct{}

// kept is what the calls of one client left.
var kept struct {
	maybe shapes.Maybe
	maps  shapes.Maps
}

// value prints what p points to, or "-".
func value[T any](p *T) string {
	if p == nil {
		return "-"
	}
	return fmt.Sprint(*p)
}

func values[T any](list []*T) string {
	var texts []string
	for _, p := range list {
		texts = append(texts, value(p))
	}
	return strings.Join(texts, ",")
}

func (service) Print(ctx context.Context, maybe *shapes.Maybe, text *string) error {
	m := maybe
	*text = strings.Join([]string{value(m.Number), value(m.Weight), value(m.Yes), value(m.Kind),
		value(m.Point), value(m.Note), value(m.Text), value(m.Notes), values(m.Corners[:]),
		values(m.Points), values(m.MaybeNotes)}, " ")
	return nil
}

func (service) Maybe(ctx context.Context, maybe *shapes.Maybe, clone bool,
	same *shapes.Maybe) error {
	if clone {
		maybe = maybe.Clone()
	}
	*same = *maybe
	return nil
}

func (service) Keep(ctx context.Context, maybe, before *shapes.Maybe) error {
	*before, kept.maybe = kept.maybe, *maybe.Clone()
	return nil
}

func (service) KeepMaps(ctx context.Context, maps, before *shapes.Maps) error {
	*before, kept.maps = kept.maps, *maps.Clone()
	kept.maps.Ages = kept.maps.Ages.Clone()
	return nil
}

func (service) List(ctx context.Context, list, same *shapes.Node) error {
	*same = *list
	return nil
}

func (service) Rest(ctx context.Context, list, rest *shapes.Node) error {
	if list.Next == nil {
		return errors.New("the list has one node")
	}
	*rest = *list.Next
	return nil
}

func join(tree *shapes.Tree) string {
	if tree == nil {
		return ""
	}
	return join(tree.Left) + tree.Name + join(tree.Right)
}

func (service) Names(ctx context.Context, tree *shapes.Tree, names *string) error {
	*names = join(tree)
	return nil
}

func mirror(tree *shapes.Tree) *shapes.Tree {
	if tree == nil {
		return nil
	}
	return &shapes.Tree{Name: tree.Name, Left: mirror(tree.Right), Right: mirror(tree.Left)}
}

func (service) Mirror(ctx context.Context, tree, mirrored *shapes.Tree) error {
	*mirrored = *mirror(tree)
	return nil
}

func (service) Enclose(ctx context.Context, house, outer *shapes.House) error {
	outer.Name = "around " + house.Name
	outer.Rooms = []shapes.Room{{House: house, Dark: true}}
	return nil
}

func (service) Maps(ctx context.Context, maps *shapes.Maps, clone bool, same *shapes.Maps) error {
	if clone {
		maps = maps.Clone()
		maps.Ages = maps.Ages.Clone()
	}
	*same = *maps
	return nil
}

func (service) Age(ctx context.Context, ages shapes.Ages, name string, age *uint32) error {
	found, ok := ages.Get(name)
	if !ok {
		return fmt.Errorf("nobody is called %q", name)
	}
	*age = found
	return nil
}

func (service) Count(ctx context.Context, ages shapes.Ages, counts *shapes.Sums) error {
	sums := make(map[uint32]uint64)
	for _, age := range ages.All() {
		sums[age]++
	}
	*counts = shapes.SumsOf(sums)
	return nil
}

func (service) Outer(ctx context.Context, outer, same *shapes.Outer) error {
	*same = *outer
	return nil
}

func (service) Large(ctx context.Context, large, more *shapes.Large) error {
	*more = *large
	for i := range more.Words {
		more.Words[i]++
	}
	return nil
}

func (service) Larges(ctx context.Context, larges []shapes.LargeChecked,
	reversed *[]shapes.LargeChecked) error {
	*reversed = slices.Clone(larges)
	slices.Reverse(*reversed)
	return nil
}

func (service) Nothing(ctx context.Context, nothing, same *shapes.Nothing) error {
	*same = *nothing
	return nil
}

func (service) Empty(ctx context.Context, empty *shapes.Empty, clone bool,
	more *shapes.Empty) error {
	if clone {
		empty = empty.Clone()
	}
	*more = *empty
	for range empty.List {
		more.Number++
	}
	return nil
}

func main() {
	ringcall.Register(shapes.NewService(service{}))
	ringcall.Main()
}
