/* SPDX-License-Identifier: MIT */
/*
 * bare.c - the loop of bare calls, and what takes the Go code into this program.
 *
 * BenchSwap() does what the typed method does, and is checked in the same way, but there is no
 * message, no client and no error: Go's own wrapper is all that lies between.
 */
#include "bench/transports/bare.h"

#include <ringcall/ringcall.h>

#include "bench/clock.h"
#include "bench/fail.h"
#include "bench/libtransports_go.h"
#include "bench/rtt.h"

RC_LINK_GO;

static uint64_t number;

static void swap(void)
{
	struct point in, out = { 0, 0 };

	number++;
	in = (struct point){ number, ~number };
	BenchSwap(&in, &out);
	fail_unless_equal("bare call", out.x, ~number);
	fail_unless_equal("bare call", out.y, number);
}

static void batch(void *subject)
{
	(void)subject;
	for (uint32_t count = 0; count < RTT_BATCH; count++)
		swap();
}

static void stamped(void *subject, uint32_t round_trips, uint64_t *ticks)
{
	(void)subject;
	ticks[0] = clock_ticks();
	for (uint32_t count = 1; count <= round_trips; count++) {
		swap();
		ticks[count] = clock_ticks();
	}
}

double bare_slice_ns(uint64_t warm_ns, uint64_t slice_ns, struct histogram *histogram)
{
	static const struct rtt rtt = { .batch = batch, .stamped = stamped };

	fail_watch("the bare calls");
	return rtt_slice_ns(&rtt, warm_ns, slice_ns, histogram);
}
