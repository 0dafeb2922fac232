// SPDX-License-Identifier: MIT

#include "textflag.h"

// func leafCall(function, serving, arguments unsafe.Pointer) int32
//
// What is jumped to has the same arguments in the same places, and returns to our caller.
TEXT ·leafCall(SB), NOSPLIT|NOFRAME, $0-28
	MOVQ  ·LeafEntry(SB), AX
	TESTQ AX, AX
	JEQ   slow
	JMP   AX

slow:
	JMP ·callLeaf(SB)
