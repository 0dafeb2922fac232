/* SPDX-License-Identifier: MIT */
/*
 * bench.h - the interface that the benchmark calls: one method, 16 bytes each way.
 */
#ifndef RINGCALL_BENCH_BENCH_H
#define RINGCALL_BENCH_BENCH_H

#include <ringcall/idl.h>

struct bench_point {
	uint64_t x;
	uint64_t y;
};

/* What is timed. */
RC_SERVICE(bench)
{
	/* Answers with the two numbers exchanged. */
	int (*swap)(const struct bench_point *in, struct bench_point *out);
};

#endif
