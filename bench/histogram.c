/* SPDX-License-Identifier: MIT */
/*
 * histogram.c - from a duration to its bucket and back.
 */
#include "bench/histogram.h"

/* How far the durations of this one's power of two are shifted to lie in one octave. */
static uint32_t shift_of(uint64_t duration_ns)
{
	uint32_t highest_bit = 63 - (uint32_t)__builtin_clzll(duration_ns | 1);

	return highest_bit > HISTOGRAM_OCTAVE_BITS ? highest_bit - HISTOGRAM_OCTAVE_BITS : 0;
}

void histogram_add(struct histogram *histogram, uint64_t duration_ns)
{
	uint32_t shift = shift_of(duration_ns);

	histogram->counts[shift * HISTOGRAM_OCTAVE + (duration_ns >> shift)]++;
	histogram->total++;
}

static double middle_ns(uint32_t bucket)
{
	uint32_t shift = bucket < 2 * HISTOGRAM_OCTAVE ? 0 : bucket / HISTOGRAM_OCTAVE - 1;
	uint64_t low_ns = (uint64_t)(bucket - shift * HISTOGRAM_OCTAVE) << shift;
	uint64_t width_ns = UINT64_C(1) << shift;

	return (double)low_ns + (double)(width_ns - 1) / 2;
}

double histogram_quantile_ns(const struct histogram *histogram, double quantile)
{
	double wanted = quantile * (double)histogram->total;
	uint64_t seen = 0;

	if (!histogram->total)
		return 0;
	for (uint32_t bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
		seen += histogram->counts[bucket];
		if (seen && (double)seen >= wanted)
			return middle_ns(bucket);
	}
	return 0;
}
