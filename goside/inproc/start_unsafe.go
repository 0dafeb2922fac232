// SPDX-License-Identifier: MIT

//go:build cgo

package inproc

// #include <stdint.h>
import "C"

import (
	"unsafe"

	_ "ringcall/goside" // sets what entry has
	"ringcall/goside/internal/entry"
	"ringcall/goside/internal/layout"
)

// rc_go_start serves one peer of the host, in goroutines of its own, over its end of the control
// socket, which it closes in the end. It returns the peer's key at once.
//
//export rc_go_start
func rc_go_start(controlFd C.int) C.int {
	return C.int(entry.Start(int(controlFd)))
}

// rc_go_lane waits until a lane is open that the host asked for over the control socket. It returns
// the lane's key, or 0 when the peer is gone.
//
//export rc_go_lane
func rc_go_lane(peer C.int, lane C.uint32_t) C.int {
	return C.int(entry.Lane(int(peer), uint32(lane)))
}

// rc_go_call serves the call in a request slot on the calling thread, and writes the reply's slot.
//
//export rc_go_call
func rc_go_call(lane C.int, request, reply unsafe.Pointer) {
	entry.Call(int(lane), (*layout.Slot)(request), (*layout.Slot)(reply))
}
