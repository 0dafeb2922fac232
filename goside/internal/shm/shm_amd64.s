// SPDX-License-Identifier: MIT
// On amd64 a plain store is a release store.

#include "textflag.h"

// func Commit(word *uint32, value uint32, ahead unsafe.Pointer)
TEXT ·Commit(SB), NOSPLIT, $0-24
	MOVQ word+0(FP), AX
	MOVL value+8(FP), CX
	MOVQ ahead+16(FP), DX
	MOVL CX, (AX)
	BYTE $0x0F; BYTE $0x0D; BYTE $0x0A // PREFETCHW (DX)
	RET

// func CommitSlots(to, from unsafe.Pointer, count, sequence uint32)
TEXT ·CommitSlots(SB), NOSPLIT, $0-24
	MOVQ to+0(FP), DI
	MOVQ from+8(FP), SI
	MOVL count+16(FP), CX
	MOVL sequence+20(FP), DX
next:
	MOVQ 16(SI), AX
	MOVQ 24(SI), BX
	MOVQ 8(SI), R8
	MOVQ (SI), R9
	ORQ  DX, R9
	MOVQ AX, 16(DI)
	MOVQ BX, 24(DI)
	MOVQ R8, 8(DI)
	MOVQ R9, (DI)
	ADDL $2, DX
	ADDQ $32, SI
	ADDQ $32, DI
	DECL CX
	JNE  next
	RET

// func Pause(count uint32)
TEXT ·Pause(SB), NOSPLIT, $0-4
	MOVL count+0(FP), AX
again:
	TESTL AX, AX
	JEQ  done
	PAUSE
	DECL AX
	JMP  again
done:
	RET

// func FetchAhead(slots unsafe.Pointer)
TEXT ·FetchAhead(SB), NOSPLIT, $0-8
	MOVQ slots+0(FP), AX
	BYTE $0x0F; BYTE $0x0D; BYTE $0x08 // PREFETCHW (AX)
	BYTE $0x0F; BYTE $0x0D; BYTE $0x48; BYTE $0x40 // PREFETCHW 64(AX)
	BYTE $0x0F; BYTE $0x0D; BYTE $0x88; LONG $0x80 // PREFETCHW 128(AX)
	BYTE $0x0F; BYTE $0x0D; BYTE $0x88; LONG $0xC0 // PREFETCHW 192(AX)
	RET
