// SPDX-License-Identifier: MIT

package main

import (
	"unsafe"

	"ringcall/goside/rt"
)

// newSpace returns room for a message.
func newSpace(bytes uint64) rt.Space {
	words := make([]uint64, bytes/8)
	return rt.Space{Base: unsafe.Pointer(unsafe.SliceData(words)), Bytes: bytes}
}
