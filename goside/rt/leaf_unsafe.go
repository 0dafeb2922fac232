// SPDX-License-Identifier: MIT

package rt

// Methods whose arguments C takes in registers, as Go does in calls of func values: there a call is
// one of a func value that switches to C's stack and jumps to the host's function. The parameters
// are the generated client, which C does not get, then words and floats as of leafcall.Bind.

import "unsafe"

// A LeafFunc is a Go func value of some type.
type LeafFunc unsafe.Pointer

// FuncOf returns a func value.
func FuncOf[T any](function T) LeafFunc { return *(*LeafFunc)(unsafe.Pointer(&function)) }

// LeafBind and LeafUnbind are those of leafcall. Package inproc sets them, where there is C in the
// process.
var (
	LeafBind func(function, context, slow unsafe.Pointer,
		failed func(result int32) error) unsafe.Pointer
	LeafUnbind func(value, slow unsafe.Pointer)
)

// Leaves returns the address of an array with the func value of each method. Of those which cannot
// be called in place it is that of the service.
func (c *HostClient) Leaves() unsafe.Pointer {
	if c.bound == nil {
		return unsafe.Pointer(unsafe.SliceData(c.service.Leaves))
	}
	return unsafe.Pointer(unsafe.SliceData(c.bound.funcs))
}

// bindLeaves makes func values of the host's functions, of which the answer says the addresses
// behind those of the leaves.
func (c *HostCall) bindLeaves(binding *hostBinding) {
	service := binding.service
	methods := uint64(binding.methods)
	words := unsafe.Slice((*uint64)(c.Root()), c.replyBytes/8)
	words = words[hostBoundBytes/8+methods:]
	if len(service.Leaves) == 0 || LeafBind == nil || uint64(len(words)) <= methods {
		return
	}
	context, functions := pointerOf(&words[0]), words[1:]
	binding.funcs = append([]LeafFunc(nil), service.Leaves...)
	for index, slow := range service.Leaves[:methods] {
		if slow == nil || binding.leaves[index].function == nil {
			continue
		}
		binding.funcs[index] = LeafFunc(LeafBind(pointerOf(&functions[index]), context,
			unsafe.Pointer(slow), func(result int32) error {
				return service.leafError(index, result)
			}))
	}
}
