// SPDX-License-Identifier: MIT

//go:build cgo

package main

/*
#include <stdint.h>

struct point {
	uint64_t x;
	uint64_t y;
};
*/
import "C"

import _ "ringcall/goside/inproc"

// BenchSwap is what Swap is compared with: a call from C into Go, and nothing else.
//
//export BenchSwap
func BenchSwap(in, out *C.struct_point) {
	out.x, out.y = in.y, in.x
}
