/* SPDX-License-Identifier: MIT */
/*
 * stats_test.c - medians and quantiles of values that are known.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "bench/stats.h"

Test(series, empty_has_median_0)
{
	struct series series = { 0 };

	cr_assert_eq(series_median(&series), 0);
	cr_assert_eq(stats_median(NULL, 0), 0);
}

Test(series, median_of_an_odd_count_is_the_middle_value)
{
	struct series series = { 0 };

	series_add(&series, 9);
	series_add(&series, 1);
	series_add(&series, 2);
	cr_assert_eq(series_median(&series), 2);
	free(series.values);
}

Test(series, median_of_an_even_count_lies_between_the_middle_values)
{
	double values[] = { 8, 1, 2, 4 };

	cr_assert_eq(stats_median(values, 4), 3);
}

Test(series, quantiles_leave_the_order_as_it_is)
{
	struct series series = { 0 };

	for (int value = 1000; value >= 0; value--)
		series_add(&series, value);
	cr_assert_eq(series_quantile(&series, 0), 0);
	cr_assert_float_eq(series_quantile(&series, 0.9), 900, 1e-9);
	cr_assert_eq(series_quantile(&series, 1), 1000);
	cr_assert_eq(series.values[0], 1000);
	free(series.values);
}
