// SPDX-License-Identifier: MIT

package rt

import (
	"sync/atomic"
	"unsafe"

	"ringcall/goside/internal/layout"
)

const wordBytes = 8

// hostReplyWords is what a transport may use before a reply.
const hostReplyWords = int(unsafe.Sizeof(layout.HostReply{})) / wordBytes

const hostBoundBytes = uint64(unsafe.Sizeof(layout.HostBound{}))

// Root returns the reply's root, which Run has found to be there.
func (c *HostCall) Root() unsafe.Pointer {
	return unsafe.Pointer(&c.reply[hostReplyWords])
}

// errorReply returns what a struct rc_remote_error and its text say.
func (c *HostCall) errorReply() (code int64, text string) {
	const header = unsafe.Sizeof(layout.RemoteError{})
	if c.replyBytes < uint64(header) {
		return 0, ""
	}
	remote := (*layout.RemoteError)(c.Root())
	bytes := min(uint64(remote.TextBytes), c.replyBytes-uint64(header))
	if bytes == 0 {
		return remote.Code, "" // behind the header may lie memory of another's
	}
	return remote.Code, string(unsafe.Slice((*byte)(unsafe.Add(c.Root(), header)), bytes))
}

// writeQuestion makes the request one for the numbers of a service's methods.
func (c *HostCall) writeQuestion(service *HostService) {
	const header = unsafe.Sizeof(layout.HostBind{})
	name, description := service.Name, service.Description
	writer := c.Plain(uint64(header) + uint64(len(name)+len(description)))
	*(*layout.HostBind)(writer.Root(uint64(header))) = layout.HostBind{
		Digest:           service.Digest,
		Methods:          uint32(len(service.Methods)),
		NameBytes:        uint32(len(name)),
		DescriptionBytes: uint32(len(description)),
	}
	writer.String(name)
	writer.String(description)
}

// readAnswer fills in a binding.
func (c *HostCall) readAnswer(binding *hostBinding) error {
	bound := (*layout.HostBound)(c.Root())
	if uint64(bound.Methods) > uint64(len(binding.leaves)) {
		return c.malformed("the answer", "has more methods than were asked for")
	}
	binding.first, binding.methods = bound.First, int(bound.Methods)
	if bound.Serving == 0 {
		return nil
	}
	if c.replyBytes < hostBoundBytes+uint64(bound.Methods)*wordBytes {
		return c.malformed("the answer", "lacks leaf functions")
	}
	serving := pointerOf(&bound.Serving)
	functions := unsafe.Slice((*uint64)(unsafe.Add(c.Root(), hostBoundBytes)), bound.Methods)
	for index := range functions {
		binding.leaves[index] = HostLeaf{pointerOf(&functions[index]), serving}
	}
	c.bindLeaves(binding)
	return nil
}

// pointerOf returns the C address in a word.
func pointerOf(word *uint64) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(word)) }

// A HostLeaf is a C function in this process that is called in place.
type HostLeaf struct {
	function unsafe.Pointer // nil: it is not one, or the host is leaving; atomic
	serving  unsafe.Pointer
}

// LeafCall calls `int function(void *serving, void *arguments)`. Package inproc sets it, where
// there is C in the process. It is leafcall.Call: what it says of functions and arguments holds.
var LeafCall func(function, serving, arguments unsafe.Pointer) int32

// LeafEntry is leafcall.Entry's result: where to jump to instead; 0: call LeafCall.
var LeafEntry uintptr

// Leaf returns how to call a method in place; nil: it has to be called by Begin.
func (c *HostClient) Leaf(index int) *HostLeaf {
	if c.bound == nil {
		return nil
	}
	leaf := &c.bound.leaves[index]
	if atomic.LoadPointer(&leaf.function) == nil {
		return nil
	}
	return leaf
}

// closeLeaves has Leaf return nil from now on.
func (b *hostBinding) closeLeaves() {
	for index := range b.leaves {
		atomic.StorePointer(&b.leaves[index].function, nil)
	}
	for index, slow := range b.service.Leaves {
		if value := b.funcs[index]; value != slow {
			LeafUnbind(unsafe.Pointer(value), unsafe.Pointer(slow))
		}
	}
}

// LeafString returns a string for C: an empty one has no address.
func LeafString(value string) string {
	if value == "" {
		return ""
	}
	return value
}

// LeafSlice returns a slice for C: an empty one has no address, and its capacity is its length.
func LeafSlice[T any](values []T) []T {
	if len(values) == 0 {
		return nil
	}
	return values[:len(values):len(values)]
}

// Call calls the function with its arguments, which may lie on the stack, and what they point to.
func (l *HostLeaf) Call(arguments unsafe.Pointer) int32 {
	return leafCall(l.function, l.serving, arguments)
}

// leafCall jumps to LeafEntry, or else to callLeaf. It is assembly: so nothing that it gets
// escapes, and arguments need not be on the heap.
//
//go:noescape
func leafCall(function, serving, arguments unsafe.Pointer) int32

func callLeaf(function, serving, arguments unsafe.Pointer) int32 {
	return LeafCall(function, serving, arguments)
}
