// SPDX-License-Identifier: MIT

// Package leafcall calls short C functions from Go at about the cost of a Go function call that is
// not inlined: no system call is announced to the scheduler and no other thread takes over, as cgo
// does for C code that may block.
//
// # What a leaf function may do
//
// Call holds up the scheduler: until the C function returns, no other goroutine runs in the
// caller's place, and a garbage collection that wants to begin waits. So a leaf function
//
//   - is short, microseconds at most, and never blocks or sleeps;
//   - never calls Go, not even through other C code: the program would end with a fatal error;
//   - uses at most StackBytes of stack;
//   - returns: no longjmp and no C++ exception leaves it, and its thread does not end;
//   - leaves the thread as it found it: signal mask, signal handlers and stacks, rounding mode;
//   - keeps no pointer into Go memory and stores none in memory of C's, as with cgo.
//
// It may read and write what its arguments point to, call C functions that keep these rules, use
// errno and thread-local variables within the call, and make system calls that cannot block.
//
// A fault in the function (a bad pointer, too deep a stack) ends the program as it does with cgo:
// "SIGSEGV: segmentation violation", with the goroutine's stack; recover does not help. A CPU
// profile has the function's time under runtime._ExternalCode, without the callers.
//
// # How it is done
//
// On linux/amd64 and linux/arm64 a few lines of assembly do what the runtime itself does when it
// calls C: switch to the stack of the operating system's thread (that of the runtime's g0), call,
// and switch back. (The runtime's own asmcgocall would need no offsets, but takes twice as long.)
// They rely on where four fields are in the runtime's structs. That is the same in all versions
// that were checked,
//
//	Go 1.23.5   Go 1.24.13   Go 1.25.9   Go 1.26.8
//
// the assembly is used with releases of these four only, and each start of a program compares what
// is in those places with what has to be there, then makes a call on trial. In all other cases
// (another version, platform or compiler, -race, -msan, -asan, GOEXPERIMENT=runtimesecret, the
// build tag ringcall_cgo, a failed check) Call is an ordinary cgo call with the same meaning. Fast
// and Reason tell which.
//
// Built with CGO_ENABLED=0, as workers are, the package compiles, but there is no C to call.
package leafcall

import "unsafe"

// StackBytes is how much stack a leaf function may use. A thread that Go started has that much
// left, unless the process's limit (ulimit -s) is that small. A thread that the C program started,
// and on which it called Go, has what that program left of its stack.
const StackBytes = 64 << 10

// Call runs the C function `int fn(void *context, void *args)` and returns its result.
//
// The function keeps the rules in the package's description. Neither context nor args need to be on
// the heap, and both may lead to Go memory with pointers to more of it: nothing is moved or freed
// during the call, provided that the caller keeps alive what only args' memory points to, as by
// runtime.KeepAlive. A fn of nil is a fault.
//
// Any goroutine may call it at any time. It panics in a program built without cgo.
func Call(fn, context, args unsafe.Pointer) int32 { return call(fn, context, args) }

// Entry returns the address of Call's code, for an assembly function of the same signature to jump
// to, which takes less than a call through a variable; 0 where it is not assembly.
func Entry() uintptr { return entry() }

// Bind returns a Go func value, as its pointer, that calls a C function at less than the cost of
// Call, in the way that Call does.
//
// Its type is func(_ uintptr, …) error. The C function is `int function(void *context, …)`, with
// the same parameters: at most five words, which are integers of 64 bits and addresses, and eight
// float32 and float64. Addresses may be given as uintptr, so that what they lead to needs not be on
// the heap; the caller keeps it alive by runtime.KeepAlive after the call. The value returns nil
// when the function returned 0, else what failed does.
//
// slow is a func value of the same type, but for pointers in the place of addresses. It is what
// Bind returns where Call is cgo, and what the value calls when the goroutine has to stop first, or
// after Unbind. It must call the C function by other means, keep no pointer that it gets, and use
// the first parameter, which C does not get, as it likes.
func Bind(function, context, slow unsafe.Pointer, failed func(result int32) error) unsafe.Pointer {
	return bind(function, context, slow, failed)
}

// Unbind has a func value of Bind call slow from now on.
func Unbind(value, slow unsafe.Pointer) { unbind(value, slow) }

// Fast reports whether Call takes the assembly path, which it does for all of the program's life or
// never.
func Fast() bool { return fast }

// Reason says why Call does not take the assembly path, for a log; it is empty if Fast is true.
func Reason() string { return reason }
