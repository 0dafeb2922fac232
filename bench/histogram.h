/* SPDX-License-Identifier: MIT */
/*
 * histogram.h - how often each duration occurred, in buckets that grow with the duration.
 *
 * Log-linear: durations below 256 ns have a bucket each, above that each power of two has 128 of
 * them. So a quantile is right to within 1 in 256 of itself.
 */
#ifndef RINGCALL_BENCH_HISTOGRAM_H
#define RINGCALL_BENCH_HISTOGRAM_H

#include <stdint.h>

enum {
	HISTOGRAM_OCTAVE_BITS = 7,
	HISTOGRAM_OCTAVE = 1 << HISTOGRAM_OCTAVE_BITS,
	HISTOGRAM_BUCKETS = (64 - HISTOGRAM_OCTAVE_BITS + 1) * HISTOGRAM_OCTAVE
};

/* All zero: empty. */
struct histogram {
	uint64_t counts[HISTOGRAM_BUCKETS];
	uint64_t total;
};

void histogram_add(struct histogram *histogram, uint64_t duration_ns);

/* The duration that a `quantile` of 0 to 1 of all durations does not exceed: the middle of its
 * bucket. 0 when empty. */
double histogram_quantile_ns(const struct histogram *histogram, double quantile);

#endif
