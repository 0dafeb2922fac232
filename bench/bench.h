/* SPDX-License-Identifier: MIT */
/*
 * bench.h - the interface that the benchmarks call.
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

/* What short calls from Go to C in its process take, in nanoseconds a call. */
struct bench_leaf_ns {
	double leaf; /* a function that is RC_LEAF */
	double bare; /* a function called by cgo, without the library */
};

/* The same the other way: what Go calls. */
RC_HOST_SERVICE(bench_host)
{
	/* Answers with the two numbers exchanged. */
	int (*swap)(const struct bench_point *in, struct bench_point *out);
	RC_LEAF int (*leaf_swap)(const struct bench_point *in, struct bench_point *out);
};

/* Has Go call it. */
RC_SERVICE(bench_back)
{
	/* Makes so many calls of bench_host.swap, checks each, and says how long they took. */
	int (*swap)(uint32_t calls, uint64_t * ns);
	/* The same of bench_host.leaf_swap and of a C function by cgo; in the host's process. */
	int (*leaf)(uint32_t calls, struct bench_leaf_ns * ns);
};

/* What stands in the way of what is timed. */
RC_SERVICE(trouble)
{
	/* Sleeps. */
	int (*nap)(uint64_t ns);
	/* From now on the worker allocates so many bytes a second, in the background, until it is
	 * told another number. Returns how often it has collected its garbage. */
	int (*litter)(uint64_t bytes_per_s, uint32_t * collections);
};

#endif
