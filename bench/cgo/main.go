// SPDX-License-Identifier: MIT

// Command cgo is the Go side of the bare cgo call that bench/ring compares with: a function that
// C calls, and nothing else.
package main

/*
#include <stdint.h>

struct point {
	uint64_t x;
	uint64_t y;
};
*/
import "C"

// BenchSwap answers with the two numbers exchanged.
//
//export BenchSwap
func BenchSwap(in, out *C.struct_point) {
	out.x, out.y = in.y, in.x
}

func main() {}
