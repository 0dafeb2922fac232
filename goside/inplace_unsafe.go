// SPDX-License-Identifier: MIT

package ringcall

import (
	"reflect"
	"unsafe"

	"ringcall/goside/rt"
)

// address returns what a host knows a site by.
func (s *site) address() uint64 { return uint64(uintptr(unsafe.Pointer(s))) }

// entryOf returns the address of a function's code, to which Go's crosscall2 hands a frame.
func entryOf(function func(*rt.Frame)) uint64 { return uint64(reflect.ValueOf(function).Pointer()) }
