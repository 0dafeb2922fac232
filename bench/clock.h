/* SPDX-License-Identifier: MIT */
/*
 * clock.h - two clocks: nanoseconds for slices of time, ticks for single round trips.
 *
 * A tick is what the cheapest clock of the CPU counts. On amd64 that is the time stamp counter,
 * which takes some 10 ns where clock_gettime takes 25; on others it is CLOCK_MONOTONIC itself.
 */
#ifndef RINGCALL_BENCH_CLOCK_H
#define RINGCALL_BENCH_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NS_PER_S UINT64_C(1000000000)
#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_US UINT64_C(1000)

static inline uint64_t clock_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

static inline uint64_t clock_ticks(void)
{
#if defined(__x86_64__)
	return __builtin_ia32_rdtsc();
#else
	return clock_now_ns();
#endif
}

/* Measures how long a tick is; takes 20 ms. Before any clock_ticks_ns(). */
void clock_calibrate(void);

/* Ticks between two stamps in nanoseconds. A stamp that lies before the other one counts as 0. */
uint64_t clock_ticks_ns(uint64_t from, uint64_t to);

/* Sleeps. */
void clock_sleep_ns(uint64_t ns);

#endif
