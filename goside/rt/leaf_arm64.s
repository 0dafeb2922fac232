// SPDX-License-Identifier: MIT

#include "textflag.h"

// func leafCall(function, serving, arguments unsafe.Pointer) int32
//
// What is jumped to has the same arguments in the same places, and returns to our caller.
TEXT ·leafCall(SB), NOSPLIT|NOFRAME, $0-28
	MOVD ·LeafEntry(SB), R9
	CBZ  R9, slow
	B    (R9)

slow:
	B ·callLeaf(SB)
