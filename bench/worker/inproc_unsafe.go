// SPDX-License-Identifier: MIT

//go:build cgo

package main

/*
#include <stdint.h>

struct point {
	uint64_t x;
	uint64_t y;
};

static inline int bench_swap_bare(const struct point *in, struct point *out)
{
	const volatile struct point *words = in; // as host_leaf_swap() of bench/calls.c

	out->x = words->y;
	out->y = words->x;
	return 0;
}
*/
import "C"

import (
	"time"
	"unsafe"

	"ringcall/bench/bench"
	_ "ringcall/goside/inproc"
)

func init() { timeBare = timeCgo }

// timeCgo times calls of a C function by cgo.
func timeCgo(calls uint32) (float64, error) {
	start := time.Now()
	for i := range uint64(calls) {
		in := bench.Point{X: i, Y: ^i}
		var out bench.Point
		C.bench_swap_bare((*C.struct_point)(unsafe.Pointer(&in)),
			(*C.struct_point)(unsafe.Pointer(&out)))
		if err := check(i, out); err != nil {
			return 0, err
		}
	}
	return float64(time.Since(start)) / float64(calls), nil
}

// BenchSwap is what Swap is compared with: a call from C into Go, and nothing else.
//
//export BenchSwap
func BenchSwap(in, out *C.struct_point) {
	out.x, out.y = in.y, in.x
}
