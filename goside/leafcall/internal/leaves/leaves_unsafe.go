// SPDX-License-Identifier: MIT

package leaves

/*
#include "leaves.h"
*/
import "C"

import (
	"syscall"
	"unsafe"
)

// Addresses of the functions in leaves.h.
var (
	Add      = unsafe.Pointer(C.leaf_add)
	Return   = unsafe.Pointer(C.leaf_return)
	Multiply = unsafe.Pointer(C.leaf_multiply)
	SumText  = unsafe.Pointer(C.leaf_sum_text)
	UseStack = unsafe.Pointer(C.leaf_use_stack)
	Spin     = unsafe.Pointer(C.leaf_spin)
	Fault    = unsafe.Pointer(C.leaf_fault)
)

// Addresses of those for func values.
var (
	AddWords      = unsafe.Pointer(C.leaf_add_words)
	MultiplyWords = unsafe.Pointer(C.leaf_multiply_words)
	ReturnWord    = unsafe.Pointer(C.leaf_return_word)
	FaultWord     = unsafe.Pointer(C.leaf_fault_word)
)

// Numbers is struct leaf_numbers.
type Numbers struct{ A, B, Sum int64 }

// Floats is struct leaf_floats.
type Floats struct {
	X, Y              float64
	Scale, Product    float32
	HypotenuseSquared float64
}

// AddByCgo calls leaf_add as any program with cgo would.
func AddByCgo(numbers *Numbers) int32 {
	return int32(C.leaf_add(nil, unsafe.Pointer(numbers)))
}

var onThread func()

// OnThread runs work on a thread that C makes and that calls Go.
func OnThread(stackBytes int, work func()) error {
	onThread = work
	if errno := C.leaf_on_thread(C.size_t(stackBytes)); errno != 0 {
		return syscall.Errno(errno)
	}
	return nil
}

//export leavesOnThread
func leavesOnThread() { onThread() }
