/* SPDX-License-Identifier: MIT */
/*
 * stats.h - a series of values, one a round, and its median.
 *
 * Medians and not means: this kind of machine stops a virtual CPU for milliseconds now and then,
 * and one such round would be the result.
 */
#ifndef RINGCALL_BENCH_STATS_H
#define RINGCALL_BENCH_STATS_H

#include <stddef.h>

/* All zero: empty. Grows as needed; a series lives as long as the process. */
struct series {
	double *values;
	size_t count;
	size_t capacity;
};

void series_add(struct series *series, double value);

/* The value below which a `quantile` of 0 to 1 of the values lie; 0 when empty. */
double series_quantile(const struct series *series, double quantile);

/* series_quantile() of 0.5. */
double series_median(const struct series *series);

/* The median of values that may be put into another order. 0 when there are none. */
double stats_median(double *values, size_t count);

#endif
