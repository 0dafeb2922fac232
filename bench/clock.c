/* SPDX-License-Identifier: MIT */
/*
 * clock.c - how long a tick is, by counting ticks during a sleep.
 */
#include "bench/clock.h"

#include <errno.h>

/* An error of 100 ns at either end of it is 10 parts in a million. */
#define CALIBRATION_NS (20 * NS_PER_MS)

static double ns_per_tick = 1;

void clock_sleep_ns(uint64_t ns)
{
	struct timespec left = { .tv_sec = (time_t)(ns / NS_PER_S),
				 .tv_nsec = (long)(ns % NS_PER_S) };

	while (nanosleep(&left, &left) && errno == EINTR)
		;
}

void clock_calibrate(void)
{
	uint64_t start_ns = clock_now_ns(), start_ticks = clock_ticks();
	uint64_t end_ns, end_ticks;

	clock_sleep_ns(CALIBRATION_NS);
	end_ns = clock_now_ns();
	end_ticks = clock_ticks();
	ns_per_tick = (double)(end_ns - start_ns) / (double)(end_ticks - start_ticks);
}

uint64_t clock_ticks_ns(uint64_t from, uint64_t to)
{
	return to > from ? (uint64_t)((double)(to - from) * ns_per_tick + 0.5) : 0;
}
