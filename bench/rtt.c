/* SPDX-License-Identifier: MIT */
/*
 * rtt.c - the loop around one subject's round trips.
 */
#include "bench/rtt.h"

#include "bench/clock.h"
#include "bench/stats.h"

/* More values than this are not kept: the median of so many is good enough. */
enum {
	VALUES_MAX = 4096
};

struct values {
	double ns[VALUES_MAX];
	uint32_t count;
};

static void keep(struct values *values, double ns)
{
	if (values->count < VALUES_MAX)
		values->ns[values->count++] = ns;
}

/* One turn. histogram NULL: for warmth only. */
static void turn(const struct rtt *rtt, struct values *values, struct histogram *histogram)
{
	uint32_t round_trips = rtt->batch ? RTT_BATCH : RTT_SLEEPY_BATCH;
	uint64_t ticks[RTT_BATCH + 1];

	if (rtt->batch) {
		uint64_t start = clock_ticks();

		rtt->batch(rtt->subject);
		keep(values, (double)clock_ticks_ns(start, clock_ticks()) / RTT_BATCH);
	}
	rtt->stamped(rtt->subject, round_trips, ticks);
	for (uint32_t index = 0; histogram && index < round_trips; index++) {
		uint64_t ns = clock_ticks_ns(ticks[index], ticks[index + 1]);

		histogram_add(histogram, ns);
		if (!rtt->batch)
			keep(values, (double)ns);
	}
}

double rtt_slice_ns(const struct rtt *rtt, uint64_t warm_ns, uint64_t slice_ns,
		    struct histogram *histogram)
{
	struct values values = { .count = 0 };
	uint64_t end_ns = clock_now_ns() + warm_ns;

	do
		turn(rtt, &values, NULL);
	while (clock_now_ns() < end_ns);

	values.count = 0;
	end_ns = clock_now_ns() + slice_ns;
	do
		turn(rtt, &values, histogram);
	while (clock_now_ns() < end_ns);
	return stats_median(values.ns, values.count);
}
