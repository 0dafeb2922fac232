// SPDX-License-Identifier: MIT

//go:build cgo

package inproc

import "C"

import "ringcall/goside/internal/entry"

// rc_go_start serves one peer of the host, in goroutines of its own, over its end of the control
// socket, which it closes in the end. It returns 0 at once.
//
//export rc_go_start
func rc_go_start(controlFd C.int) C.int {
	go entry.Serve(int(controlFd))
	return 0
}
