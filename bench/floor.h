/* SPDX-License-Identifier: MIT */
/*
 * floor.h - the least that a round trip between two processes can cost.
 */
#ifndef RINGCALL_BENCH_FLOOR_H
#define RINGCALL_BENCH_FLOOR_H

#include <stdint.h>

#include "bench/histogram.h"

struct floor;

/* Starts the other process, which sleeps between slices. Before any thread. */
struct floor *floor_open(void);

/* Times for slice_ns; returns the round trip in nanoseconds. */
double floor_slice_ns(struct floor *floor, uint64_t warm_ns, uint64_t slice_ns,
		      struct histogram *histogram);

/* Ends the other process. */
void floor_close(struct floor *floor);

#endif
