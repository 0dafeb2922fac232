// SPDX-License-Identifier: MIT

// Package entry is how package inproc, which needs cgo, reaches package ringcall, which must not
// know of it.
package entry

// Serve serves the registered services to a host in this process, over its control socket, until
// the host is done. It closes the socket. Package ringcall sets it.
var Serve func(controlFd int)
