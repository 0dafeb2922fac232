/* SPDX-License-Identifier: MIT */
/*
 * rtt.h - timing round trips of one subject for a slice of time.
 *
 * Short round trips are timed in two ways, which take turns: batches of them between two looks at
 * the clock, whose mean a round trip is free of the clock's own cost and gives the round's value;
 * and each one by itself, with a stamp a round trip, for the histogram. Round trips that sleep take
 * a thousand times as long as a stamp and are only timed each by itself.
 */
#ifndef RINGCALL_BENCH_RTT_H
#define RINGCALL_BENCH_RTT_H

#include <stdint.h>

#include "bench/histogram.h"

enum {
	RTT_BATCH = 32,      /* round trips in a batch */
	RTT_SLEEPY_BATCH = 4 /* of those that sleep */
};

struct rtt {
	/* Makes RTT_BATCH round trips. NULL: they sleep. */
	void (*batch)(void *subject);
	/* Makes so many; ticks[0] is the time before the first, ticks[i] after the i-th. */
	void (*stamped)(void *subject, uint32_t round_trips, uint64_t *ticks);
	void *subject;
};

/* Warms up, then times for slice_ns. Returns the median: of the batches' means, or where round
 * trips sleep, of the single ones. */
double rtt_slice_ns(const struct rtt *rtt, uint64_t warm_ns, uint64_t slice_ns,
		    struct histogram *histogram);

#endif
