// SPDX-License-Identifier: MIT

package ringcall

import (
	"unsafe"

	"ringcall/goside/internal/layout"
	"ringcall/goside/rt"
)

// replyHeader returns what the host wrote before its reply: how large that is, and where C keeps it
// when it did not fit.
func replyHeader(room rt.Space) (bytes uint64, kept uintptr) {
	const headerBytes = int(unsafe.Sizeof(layout.HostReply{}))
	header := (*layout.HostReply)(unsafe.Add(room.Base, -headerBytes))
	return header.Bytes, uintptr(header.Kept)
}

// copyKept copies a reply that C keeps.
func copyKept(room rt.Space, kept uintptr, bytes uint64) {
	from := unsafe.Slice((*byte)(unsafe.Add(nil, kept)), bytes)
	copy(unsafe.Slice((*byte)(room.Base), bytes), from)
}
