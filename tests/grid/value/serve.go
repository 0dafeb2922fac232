// SPDX-License-Identifier: MIT

package value

import "fmt"

// Pass serves a method that gives back what it gets, which has to be the value of the seed. By the
// seed, the reply shares parts with the request, is a clone of it, or is made anew.
func Pass[T any](shapes *Shapes, seed uint64, in, out *T) error {
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
