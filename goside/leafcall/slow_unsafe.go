// SPDX-License-Identifier: MIT

//go:build cgo && !(gc && linux && (amd64 || arm64) && !go1.27 && !ringcall_cgo)

package leafcall

import (
	"runtime"
	"unsafe"

	"ringcall/goside/leafcall/internal/viacgo"
)

const fast = false

const reason = "built for " + runtime.GOOS + "/" + runtime.GOARCH + " by " + runtime.Compiler +
	": the assembly for Call is for linux/amd64 and linux/arm64 and Go 1.23 to 1.26, " +
	"without the build tag ringcall_cgo"

func call(fn, context, args unsafe.Pointer) int32 { return viacgo.Call(fn, context, args) }

func entry() uintptr { return 0 }

func bind(_, _, slow unsafe.Pointer, _ func(result int32) error) unsafe.Pointer { return slow }

func unbind(_, _ unsafe.Pointer) {}
