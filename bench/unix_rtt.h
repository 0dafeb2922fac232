/* SPDX-License-Identifier: MIT */
/*
 * unix_rtt.h - a round trip between two processes through a unix socket.
 */
#ifndef RINGCALL_BENCH_UNIX_RTT_H
#define RINGCALL_BENCH_UNIX_RTT_H

#include <stdint.h>

#include "bench/histogram.h"

struct unix_rtt;

/* Starts the other process. Before any thread. */
struct unix_rtt *unix_rtt_open(void);

/* Times for slice_ns; returns the round trip in nanoseconds. */
double unix_rtt_slice_ns(struct unix_rtt *unix_rtt, uint64_t warm_ns, uint64_t slice_ns,
			 struct histogram *histogram);

/* Ends the other process. */
void unix_rtt_close(struct unix_rtt *unix_rtt);

#endif
