// SPDX-License-Identifier: MIT

// Package entry is how package inproc, which needs cgo, reaches package ringcall, which must not
// know of it.
package entry

import (
	"ringcall/goside/internal/layout"
	"ringcall/goside/rt"
)

// A Host is a host in this process, as C knows it: struct rc__host, and the function that runs its
// calls. Call is 0 when the host is another process.
type Host struct {
	Host uintptr
	Call uintptr
}

// What package inproc sets.
var (
	// HostCall has the host run the encoded call of a method, from a handler of a lane, and
	// returns its status. Before the room for the reply lies a layout.HostReply.
	HostCall func(host Host, number, lane uint32, request, room rt.Space) int32

	// HostFree gives back what HostCall said it keeps.
	HostFree func(host Host, kept uintptr)
)

// What package ringcall sets.
var (
	// Start serves the registered services to a host in this process, over its control socket,
	// until the host is done; then it closes the socket. It returns the peer's key at once.
	Start func(controlFd int, host Host) int

	// Lane returns the key of an open lane of a peer, or 0 when the peer is gone.
	Lane func(peer int, lane uint32) int

	// Call serves the call in a request's slot, which may be used again, and writes its reply.
	Call func(lane int, request, reply *layout.Descriptor)

	// Site returns a method's site in a lane, without Enter.
	Site func(lane int, method uint32) layout.Site

	// CallInPlace serves what a frame describes.
	CallInPlace func(frame *rt.Frame)
)
