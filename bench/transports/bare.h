/* SPDX-License-Identifier: MIT */
/*
 * bare.h - a bare call from C to Go in this process: what cgo's //export costs by itself.
 */
#ifndef RINGCALL_BENCH_TRANSPORTS_BARE_H
#define RINGCALL_BENCH_TRANSPORTS_BARE_H

#include <stdint.h>

#include "bench/histogram.h"

/* Times calls for slice_ns, each checked; returns nanoseconds a call. */
double bare_slice_ns(uint64_t warm_ns, uint64_t slice_ns, struct histogram *histogram);

#endif
