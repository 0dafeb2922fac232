/* SPDX-License-Identifier: MIT */
/*
 * stats.c - quantiles by sorting.
 */
#include "bench/stats.h"

#include <stdlib.h>
#include <string.h>

#include "bench/fail.h"

enum {
	CAPACITY_FIRST = 64
};

void series_add(struct series *series, double value)
{
	if (series->count == series->capacity) {
		size_t capacity = series->capacity ? 2 * series->capacity : CAPACITY_FIRST;
		double *values = realloc(series->values, capacity * sizeof(*values));

		if (!values)
			fail_errno("memory for %zu rounds", capacity);
		series->values = values;
		series->capacity = capacity;
	}
	series->values[series->count++] = value;
}

static int compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return a < b ? -1 : a > b;
}

/* Between two values it takes the part of both that their distance asks for. */
static double quantile_of(double *values, size_t count, double quantile)
{
	double place = quantile * (double)(count - 1);
	size_t below = (size_t)place;

	qsort(values, count, sizeof(*values), compare);
	if (below + 1 >= count)
		return values[count - 1];
	return values[below] + (place - (double)below) * (values[below + 1] - values[below]);
}

double stats_median(double *values, size_t count)
{
	return count ? quantile_of(values, count, 0.5) : 0;
}

double series_quantile(const struct series *series, double quantile)
{
	size_t bytes = series->count * sizeof(double);
	double *copy, result;

	if (!series->count)
		return 0;
	copy = malloc(bytes);
	if (!copy)
		fail_errno("memory for %zu rounds", series->count);
	memcpy(copy, series->values, bytes);
	result = quantile_of(copy, series->count, quantile);
	free(copy);
	return result;
}

double series_median(const struct series *series)
{
	return series_quantile(series, 0.5);
}
