// SPDX-License-Identifier: MIT
// STLR is the release store. ISB is what a spin loop waits with on arm64: YIELD does nothing.

#include "textflag.h"

// func Commit(word *uint32, value uint32, ahead unsafe.Pointer)
TEXT ·Commit(SB), NOSPLIT, $0-24
	MOVD word+0(FP), R0
	MOVW value+8(FP), R1
	MOVD ahead+16(FP), R2
	STLRW R1, (R0)
	PRFM (R2), PSTL1KEEP
	RET

// func CommitSlots(to, from unsafe.Pointer, count, sequence uint32)
TEXT ·CommitSlots(SB), NOSPLIT, $0-24
	MOVD  to+0(FP), R0
	MOVD  from+8(FP), R1
	MOVWU count+16(FP), R2
	MOVWU sequence+20(FP), R3
next:
	LDP   (R1), (R4, R5)
	LDP   16(R1), (R6, R7)
	ORR   R3, R4
	MOVD  R5, 8(R0)
	STP   (R6, R7), 16(R0)
	STLR  R4, (R0)
	ADDW  $2, R3
	ADD   $32, R1
	ADD   $32, R0
	SUBW  $1, R2
	CBNZW R2, next
	RET

// func Pause(count uint32)
TEXT ·Pause(SB), NOSPLIT, $0-4
	MOVWU count+0(FP), R0
again:
	CBZ R0, done
	ISB $15
	SUB $1, R0
	B   again
done:
	RET

// func FetchAhead(slots unsafe.Pointer)
TEXT ·FetchAhead(SB), NOSPLIT, $0-8
	MOVD slots+0(FP), R0
	PRFM (R0), PSTL1KEEP
	PRFM 64(R0), PSTL1KEEP
	PRFM 128(R0), PSTL1KEEP
	PRFM 192(R0), PSTL1KEEP
	RET
