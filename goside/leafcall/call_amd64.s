// SPDX-License-Identifier: MIT
// What runtime·asmcgocall does, for functions that do not call back. While C runs, the runtime
// sees this thread run its g0: signals that ask to preempt are put off, and a fault is fatal.

//go:build cgo && gc && linux && !go1.27 && !ringcall_cgo

#include "funcdata.h"
#include "go_asm.h"
#include "textflag.h"

#define get_tls(r) MOVQ TLS, r
#define g(r) 0(r)(TLS*1)

// func call(fn, context, args unsafe.Pointer) int32
//
// Not NOSPLIT: on entry, before it touches the stack pointer, the goroutine can be preempted and
// its stack can be moved. Signals to preempt a goroutine that calls C in a loop would mostly find
// it in C, where they are put off, or in here.
TEXT ·call(SB), 0, $0-28
	NO_LOCAL_POINTERS
	CMPB ·fast(SB), $0
	JEQ  slow
	MOVQ fn+0(FP), AX
	MOVQ context+8(FP), DI
	MOVQ args+16(FP), SI

	// C preserves R12 and R13.
	MOVQ SP, R12
	get_tls(CX)
	MOVQ g(CX), R13
	MOVQ const_offsetGM(R13), R8
	MOVQ const_offsetMG0(R8), R8
	CMPQ R13, R8
	JEQ  switched // on the thread's stack already

	// For tracebacks. inLeaf has this function's frame; + 8 is behind its prologue.
	MOVQ $·inLeaf+8(SB), R9
	MOVQ R9, const_offsetGSchedPC(R13)
	MOVQ SP, const_offsetGSchedSP(R13)

	MOVQ R8, g(CX)
	MOVQ const_offsetGSchedSP(R8), SP

switched:
	ANDQ $~15, SP
	CALL AX
	get_tls(CX)
	MOVQ R13, g(CX)
	MOVQ R12, SP
	MOVL AX, ret+24(FP)
	RET

slow:
	RET ·callSlow(SB)

// func inLeaf(fn, context, args unsafe.Pointer) int32
//
// The call makes the assembler give it a frame, as it gives call one.
TEXT ·inLeaf(SB), NOSPLIT, $0-28
	NO_LOCAL_POINTERS
	UNDEF
	CALL AX
	UNDEF

// func entry() uintptr
TEXT ·entry(SB), NOSPLIT, $0-8
	MOVQ $·call(SB), AX
	MOVQ AX, ret+0(FP)
	RET

// func currentG() uintptr
TEXT ·currentG(SB), NOSPLIT, $0-8
	get_tls(CX)
	MOVQ g(CX), AX
	MOVQ AX, ret+0(FP)
	RET
