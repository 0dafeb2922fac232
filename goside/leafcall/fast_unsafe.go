// SPDX-License-Identifier: MIT

// These constraints are also on the assembly, and negated in slow_unsafe.go. Raise the version here
// when the tests have run under a new one, and name it in `versions` and the package's description.
//
//go:build cgo && gc && linux && (amd64 || arm64) && !go1.27 && !ringcall_cgo

package leafcall

import (
	"runtime"
	"sync/atomic"
	"unsafe"

	"ringcall/goside/leafcall/internal/viacgo"
)

// Written by init, and read by the assembly.
var fast bool

var reason = "the program's start is not over"

func init() {
	reason = instrumented
	if reason == "" {
		reason = versionReason(runtime.Version())
	}
	if reason == "" {
		reason = inspect(here)
	}
	if reason == "" {
		fast = true
		reason = try()
		fast = reason == ""
	}
}

// call switches to the thread's stack if fast is set, else continues as callSlow. It is assembly.
//
//go:noescape
func call(fn, context, args unsafe.Pointer) int32

func callSlow(fn, context, args unsafe.Pointer) int32 { return viacgo.Call(fn, context, args) }

// inLeaf stands in tracebacks for a goroutine that is in a leaf function. Nobody calls it.
func inLeaf(fn, context, args unsafe.Pointer) int32

// entry returns the address of call. It is assembly.
func entry() uintptr

// A bound is what a func value points to: the address of its code, and what that code, which is
// assembly, has as its closure.
type bound struct {
	code     uintptr // atomic
	function unsafe.Pointer
	context  unsafe.Pointer
	slow     unsafe.Pointer
	failed   func(result int32) error
}

func bind(function, context, slow unsafe.Pointer, failed func(result int32) error) unsafe.Pointer {
	if !fast {
		return slow
	}
	code, _ := entries()
	return unsafe.Pointer(&bound{code, function, context, slow, failed})
}

func unbind(value, slow unsafe.Pointer) {
	if value != slow {
		_, code := entries()
		atomic.StoreUintptr(&(*bound)(value).code, code)
	}
}

// enter and enterSlow are the code of func values, and inBound stands in tracebacks for a goroutine
// that is in the C function of one. Nobody calls them.
func enter()
func enterSlow()
func inBound()

// entries returns the addresses of enter and enterSlow.
func entries() (bound, unbound uintptr)

// currentG returns the address of the runtime's struct g of this goroutine.
func currentG() uintptr
