// SPDX-License-Identifier: MIT

package value

import "fmt"

// An Inspector looks at requests in place of the comparison with the value of their seed.
type Inspector interface {
	// Arrived is called first, before anything is allocated. It says where parts may lie.
	Arrived() Bounds

	// Decoded is told of a request's value: where it is wrong, or "", how many bytes its parts
	// have, and where it differs from another value of its type. An error is the call's; else
	// the value is given back.
	Decoded(value any, where string, bytes uintptr, differ func(other any) string) error
}

// Pass serves a method that gives back what it gets, which has to be the value of the seed. By the
// seed, the reply shares parts with the request, is a clone of it, or is made anew.
func Pass[T any](shapes *Shapes, seed uint64, in, out *T) error {
	if shapes.Inspector != nil {
		return inspect(shapes, in, out)
	}
	if where, _ := Sound(shapes, in, nil); where != "" {
		return fmt.Errorf("a request of seed %d is wrong at %T%s", seed, in, where)
	}
	own := new(T)
	Make(shapes, seed, own)
	if where := Differ(shapes, in, own); where != "" {
		return fmt.Errorf("a request of seed %d differs at %T%s", seed, in, where)
	}
	*out = *in
	switch seed % 3 {
	case 0:
		*out = *own
	case 1:
		if value, ok := any(in).(interface{ Clone() *T }); ok {
			*out = *value.Clone()
		}
	}
	return nil
}

func inspect[T any](shapes *Shapes, in, out *T) error {
	bounds := shapes.Inspector.Arrived()
	where, bytes := Sound(shapes, in, bounds)
	differ := func(other any) string { return Differ(shapes, in, other.(*T)) }
	*out = *in
	return shapes.Inspector.Decoded(in, where, bytes, differ)
}
