// SPDX-License-Identifier: MIT

//go:build !cgo

package leafcall

import "unsafe"

const fast = false

const reason = "the program was built with CGO_ENABLED=0, so it has no C function to call"

func call(fn, context, args unsafe.Pointer) int32 { panic("leafcall: Call: " + reason) }

func entry() uintptr { return 0 }

func bind(_, _, slow unsafe.Pointer, _ func(result int32) error) unsafe.Pointer { return slow }

func unbind(_, _ unsafe.Pointer) {}
