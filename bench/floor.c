/* SPDX-License-Identifier: MIT */
/*
 * floor.c - two processes that spin on a word and answer at once.
 *
 * A round trip moves one cache line there and one back, and does nothing else. No protocol over
 * shared memory can be faster, so this is what the hardware, here and now, takes; other figures
 * are put beside it.
 *
 * Each round trip takes the next pair of lines, as a ring does. A line's way leads over a place
 * that its address decides; one pair alone may take half as long as another, for a whole run, and
 * the floor would be a lottery.
 */
#include "bench/floor.h"

#include <stdalign.h>

#include "bench/clock.h"
#include "bench/fail.h"
#include "bench/helper.h"
#include "bench/rtt.h"
#include "ring/atomic.h"

/* Lines each way; a power of two. */
enum {
	LINES = 512
};

/* With a number: it is the slice's last. */
#define LAST (UINT32_C(1) << 31)

struct line {
	alignas(HELPER_LINE_BYTES) uint32_t number;
};

struct floor {
	struct line ping[LINES]; /* written by the benchmark */
	struct line pong[LINES]; /* written by the helper */
	/* Written by the benchmark: one more wakes the helper for a slice. */
	alignas(HELPER_LINE_BYTES) uint32_t slices;
	/* The benchmark's own. */
	alignas(HELPER_LINE_BYTES) uint32_t number;
	pid_t helper;
};

static uint32_t next(uint32_t number)
{
	return (number + 1) & ~LAST;
}

/* Answers the numbers after `number` until one is the last; returns that. */
static uint32_t answer(struct floor *floor, uint32_t number)
{
	uint32_t got;

	do {
		uint32_t *ping, *pong;

		number = next(number);
		ping = &floor->ping[number % LINES].number;
		pong = &floor->pong[number % LINES].number;
		/* PAIRS-WITH round_trip: nothing but the word itself is handed over. */
		do
			got = rc__load_acquire(ping);
		while ((got & ~LAST) != number);
		rc__store_release(pong, got);
	} while (!(got & LAST));
	return number;
}

static void helper(void *argument)
{
	struct floor *floor = argument;
	uint32_t number = 0;

	for (uint32_t slice = 0;; slice++) {
		/* PAIRS-WITH floor_slice_ns: nothing but the word itself is handed over. */
		while (rc__load_acquire(&floor->slices) == slice)
			helper_futex_wait(&floor->slices, slice);
		number = answer(floor, number);
	}
}

static inline void round_trip(struct floor *floor, uint32_t last)
{
	uint32_t number = next(floor->number);
	uint32_t *ping = &floor->ping[number % LINES].number;
	uint32_t *pong = &floor->pong[number % LINES].number;

	floor->number = number;
	rc__store_release(ping, number | last);
	/* PAIRS-WITH answer. */
	while (rc__load_acquire(pong) != (number | last))
		;
}

static void batch(void *subject)
{
	for (uint32_t count = 0; count < RTT_BATCH; count++)
		round_trip(subject, 0);
}

static void stamped(void *subject, uint32_t round_trips, uint64_t *ticks)
{
	ticks[0] = clock_ticks();
	for (uint32_t count = 1; count <= round_trips; count++) {
		round_trip(subject, 0);
		ticks[count] = clock_ticks();
	}
}

struct floor *floor_open(void)
{
	struct floor *floor = helper_map(sizeof(*floor));

	floor->helper = helper_fork(helper, floor);
	return floor;
}

void floor_close(struct floor *floor)
{
	helper_stop(floor->helper);
}

double floor_slice_ns(struct floor *floor, uint64_t warm_ns, uint64_t slice_ns,
		      struct histogram *histogram)
{
	struct rtt rtt = { .batch = batch, .stamped = stamped, .subject = floor };
	double ns;

	fail_watch("the floor");
	rc__store_release(&floor->slices, floor->slices + 1);
	helper_futex_wake(&floor->slices);
	ns = rtt_slice_ns(&rtt, warm_ns, slice_ns, histogram);
	round_trip(floor, LAST);
	return ns;
}
