/* SPDX-License-Identifier: MIT */
/*
 * delay.h - points at which a thread may lose any amount of time, made likely for a test.
 *
 * A wake-up is lost only when two threads meet in windows of a few instructions. In a library
 * compiled with RC__DELAYS each such window has a point that is, at random, passed at once, spun
 * at, or slept at, so that all orders occur. Elsewhere a point is nothing.
 */
#ifndef RINGCALL_RING_DELAY_H
#define RINGCALL_RING_DELAY_H

#ifdef RC__DELAYS

#include <sched.h>
#include <stdint.h>
#include <time.h>

static inline void rc__delay_point(void)
{
	static _Thread_local uint64_t random;
	struct timespec now, nap = { .tv_nsec = 20000 };

	if (!random) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		random = (uint64_t)now.tv_nsec << 20 | 1;
	}
	random ^= random << 13;
	random ^= random >> 7;
	random ^= random << 17;
	if (random % 2)
		return;
	if (random % 512 == 0)
		nanosleep(&nap, NULL);
	else if (random % 32 == 0)
		sched_yield();
	else
		for (volatile uint64_t turn = random >> 20 & 1023; turn > 0; turn--)
			;
}

#else

static inline void rc__delay_point(void)
{
}

#endif

#endif
