/* SPDX-License-Identifier: MIT */
/*
 * histogram_test.c - quantiles of durations that are known.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "bench/histogram.h"

static struct histogram *histogram;

static void set_up(void)
{
	histogram = calloc(1, sizeof(*histogram));
	cr_assert(histogram);
}

static void tear_down(void)
{
	free(histogram);
}

TestSuite(histogram, .init = set_up, .fini = tear_down);

Test(histogram, empty_has_quantile_0)
{
	cr_assert_eq(histogram_quantile_ns(histogram, 0.5), 0);
}

Test(histogram, short_durations_are_exact)
{
	for (uint64_t duration_ns = 0; duration_ns < 256; duration_ns++) {
		*histogram = (struct histogram){ 0 };
		histogram_add(histogram, duration_ns);
		cr_assert_eq(histogram_quantile_ns(histogram, 0.5), (double)duration_ns);
	}
}

Test(histogram, long_durations_are_right_to_1_in_256)
{
	for (uint64_t duration_ns = 1; duration_ns < UINT64_C(1) << 62;
	     duration_ns += duration_ns / 3 + 1) {
		double wanted = (double)duration_ns, got;

		*histogram = (struct histogram){ 0 };
		histogram_add(histogram, duration_ns);
		got = histogram_quantile_ns(histogram, 1);
		cr_assert(got >= wanted * (1 - 1.0 / 256) && got <= wanted * (1 + 1.0 / 256),
			  "%llu became %f", (unsigned long long)duration_ns, got);
	}
}

Test(histogram, largest_duration_has_a_bucket)
{
	histogram_add(histogram, UINT64_MAX);
	cr_assert_gt(histogram_quantile_ns(histogram, 0.5), 1.8e19);
}

Test(histogram, quantiles_split_the_durations)
{
	for (uint64_t duration_ns = 1; duration_ns <= 200; duration_ns++)
		histogram_add(histogram, duration_ns);
	cr_assert_eq(histogram_quantile_ns(histogram, 0), 1);
	cr_assert_eq(histogram_quantile_ns(histogram, 0.5), 100);
	cr_assert_eq(histogram_quantile_ns(histogram, 0.99), 198);
	cr_assert_eq(histogram_quantile_ns(histogram, 1), 200);
}
