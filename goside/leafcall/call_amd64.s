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

// func enter()
//
// The code of a func value of Bind, called as any is: DX has the address of its struct bound, R14
// has g, and AX, BX, CX, DI, SI and R8 have the words. C preserves R12 to R14.
//
// What asks the goroutine to stop raises its stackguard0. Then the Go function `slow` goes on: its
// prologue is where the goroutine can be stopped.
TEXT ·enter(SB), NOSPLIT|NOFRAME, $0-0
	NO_LOCAL_POINTERS
	CMPQ SP, const_offsetGStackGuard0(R14)
	JLS  slow
	MOVQ SP, R12
	MOVQ DX, R13
	MOVQ const_offsetGM(R14), R10
	MOVQ const_offsetMG0(R10), R10
	MOVQ R8, R9
	MOVQ SI, R8
	MOVQ BX, SI
	MOVQ CX, DX
	MOVQ DI, CX
	CMPQ R14, R10
	JEQ  switched

	// For tracebacks, as in call.
	LEAQ ·inBound+1(SB), R11
	MOVQ R11, const_offsetGSchedPC(R14)
	MOVQ SP, const_offsetGSchedSP(R14)

	get_tls(BX)
	MOVQ R10, g(BX)
	MOVQ const_offsetGSchedSP(R10), SP

switched:
	MOVQ bound_context(R13), DI
	ANDQ $~15, SP
	CALL bound_function(R13)
	get_tls(BX)
	MOVQ R14, g(BX)
	MOVQ R12, SP
	XORPS X15, X15 // which Go has as zero
	TESTL AX, AX
	JNE  failed
	XORL AX, AX
	XORL BX, BX
	RET

failed:
	MOVQ bound_failed(R13), DX
	MOVQ (DX), R10
	JMP  R10

slow:
	MOVQ bound_slow(DX), DX
	MOVQ (DX), R10
	JMP  R10

// func enterSlow()
//
// The code of a func value after Unbind.
TEXT ·enterSlow(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ bound_slow(DX), DX
	MOVQ (DX), R10
	JMP  R10

// func inBound()
//
// It has no frame, as enter.
TEXT ·inBound(SB), NOSPLIT|NOFRAME, $0-0
	BYTE $0x90 // nop
	BYTE $0x90
	UNDEF

// func entries() (bound, unbound uintptr)
TEXT ·entries(SB), NOSPLIT, $0-16
	LEAQ ·enter(SB), AX
	MOVQ AX, bound+0(FP)
	LEAQ ·enterSlow(SB), AX
	MOVQ AX, unbound+8(FP)
	RET

// func currentG() uintptr
TEXT ·currentG(SB), NOSPLIT, $0-8
	get_tls(CX)
	MOVQ g(CX), AX
	MOVQ AX, ret+0(FP)
	RET
