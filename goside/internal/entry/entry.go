// SPDX-License-Identifier: MIT

// Package entry is how package inproc, which needs cgo, reaches package ringcall, which must not
// know of it. Package ringcall sets all of it.
package entry

import "ringcall/goside/internal/layout"

var (
	// Start serves the registered services to a host in this process, over its control socket,
	// until the host is done; then it closes the socket. It returns the peer's key at once.
	Start func(controlFd int) int

	// Lane returns the key of an open lane of a peer, or 0 when the peer is gone.
	Lane func(peer int, lane uint32) int

	// Call serves the call in a request's slot, which may be used again, and writes its reply.
	Call func(lane int, request, reply *layout.Slot)
)
