/* SPDX-License-Identifier: MIT */
/*
 * futex_rtt.h - a round trip between two processes that both sleep in a futex.
 */
#ifndef RINGCALL_BENCH_FUTEX_RTT_H
#define RINGCALL_BENCH_FUTEX_RTT_H

#include <stdint.h>

#include "bench/histogram.h"

struct futex_rtt;

/* Starts the other process. Before any thread. */
struct futex_rtt *futex_rtt_open(void);

/* From now on both sides run on one CPU while they are timed. */
void futex_rtt_share(struct futex_rtt *futex_rtt, int cpu);

/* Times for slice_ns; returns the round trip in nanoseconds. */
double futex_rtt_slice_ns(struct futex_rtt *futex_rtt, uint64_t warm_ns, uint64_t slice_ns,
			  struct histogram *histogram);

/* Ends the other process. */
void futex_rtt_close(struct futex_rtt *futex_rtt);

#endif
