// SPDX-License-Identifier: MIT
// What runtime·asmcgocall does, for functions that do not call back; see call_amd64.s. Go keeps g
// in a register, and in thread-local memory for signal handlers: runtime·save_g copies it there,
// and changes R0 and R27.

//go:build cgo && gc && linux && !go1.27 && !ringcall_cgo

#include "funcdata.h"
#include "go_asm.h"
#include "textflag.h"

// func call(fn, context, args unsafe.Pointer) int32
TEXT ·call(SB), 0, $0-28
	NO_LOCAL_POINTERS
	MOVBU ·fast(SB), R0
	CBZ   R0, slow
	MOVD  fn+0(FP), R9
	MOVD  context+8(FP), R10
	MOVD  args+16(FP), R11

	// C preserves R19 to R21.
	MOVD RSP, R20
	MOVD g, R19
	MOVD const_offsetGM(g), R8
	MOVD const_offsetMG0(R8), R8
	CMP  R8, g
	BEQ  switched // on the thread's stack already

	// For tracebacks. inLeaf has this function's frame; + 8 is behind its prologue.
	MOVD $·inLeaf(SB), R12
	ADD  $8, R12
	MOVD R12, const_offsetGSchedPC(g)
	MOVD R20, const_offsetGSchedSP(g)

	MOVD R8, g
	BL   runtime·save_g(SB)
	MOVD const_offsetGSchedSP(g), R8
	AND  $~15, R8
	MOVD R8, RSP

switched:
	MOVD R10, R0
	MOVD R11, R1
	BL   (R9)
	MOVD R0, R21
	MOVD R19, g
	BL   runtime·save_g(SB)
	MOVD R20, RSP
	MOVW R21, ret+24(FP)
	RET

slow:
	RET ·callSlow(SB)

// func inLeaf(fn, context, args unsafe.Pointer) int32
//
// The call makes the assembler give it a frame, as it gives call one.
TEXT ·inLeaf(SB), NOSPLIT, $0-28
	NO_LOCAL_POINTERS
	UNDEF
	BL (LR)
	UNDEF

// func entry() uintptr
TEXT ·entry(SB), NOSPLIT, $0-8
	MOVD $·call(SB), R0
	MOVD R0, ret+0(FP)
	RET

// func enter()
//
// The code of a func value of Bind, called as any is: R26 has the address of its struct bound, R0
// to R5 have the words, R1 to R5 where C wants them.
//
// What asks the goroutine to stop raises its stackguard0. Then the Go function `slow` goes on: its
// prologue is where the goroutine can be stopped.
TEXT ·enter(SB), NOSPLIT|NOFRAME, $0-0
	MOVD const_offsetGStackGuard0(g), R9
	MOVD RSP, R10
	CMP  R9, R10
	BLS  slow
	B    ·onThread(SB)

slow:
	B ·enterSlow(SB)

// func enterSlow()
//
// The code of a func value after Unbind.
TEXT ·enterSlow(SB), NOSPLIT|NOFRAME, $0-0
	MOVD bound_slow(R26), R26
	MOVD (R26), R9
	B    (R9)

// func onThread()
//
// What enter does, in a frame. C preserves R19 to R23.
TEXT ·onThread(SB), NOSPLIT, $0-0
	NO_LOCAL_POINTERS
	MOVD R26, R22
	MOVD RSP, R20
	MOVD g, R19
	MOVD const_offsetGM(g), R8
	MOVD const_offsetMG0(R8), R8
	CMP  R8, g
	BEQ  switched

	// For tracebacks, as in call.
	MOVD $·inBound(SB), R12
	ADD  $8, R12
	MOVD R12, const_offsetGSchedPC(g)
	MOVD R20, const_offsetGSchedSP(g)

	MOVD R8, g
	BL   runtime·save_g(SB)
	MOVD const_offsetGSchedSP(g), R8
	AND  $~15, R8
	MOVD R8, RSP

switched:
	MOVD bound_context(R22), R0
	MOVD bound_function(R22), R8
	BL   (R8)
	MOVD R0, R21
	MOVD R19, g
	BL   runtime·save_g(SB)
	MOVD R20, RSP
	CBNZW R21, failed
	MOVD ZR, R0
	MOVD ZR, R1
	RET

failed:
	MOVW R21, R0
	MOVD bound_failed(R22), R26
	MOVD (R26), R8
	BL   (R8)
	RET

// func inBound()
//
// The call makes the assembler give it a frame, as it gives onThread one.
TEXT ·inBound(SB), NOSPLIT, $0-0
	NO_LOCAL_POINTERS
	UNDEF
	BL (LR)
	UNDEF

// func entries() (bound, unbound uintptr)
TEXT ·entries(SB), NOSPLIT, $0-16
	MOVD $·enter(SB), R0
	MOVD R0, bound+0(FP)
	MOVD $·enterSlow(SB), R0
	MOVD R0, unbound+8(FP)
	RET

// func currentG() uintptr
TEXT ·currentG(SB), NOSPLIT, $0-8
	MOVD g, ret+0(FP)
	RET
