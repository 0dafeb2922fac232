/* SPDX-License-Identifier: MIT */
/*
 * rounds.h - all transports in turn, many times over.
 *
 * What is compared is measured in the same round, a few milliseconds apart: machines of this kind
 * change their speed in the middle of a run.
 */
#ifndef RINGCALL_BENCH_TRANSPORTS_ROUNDS_H
#define RINGCALL_BENCH_TRANSPORTS_ROUNDS_H

#include <ringcall/ringcall.h>
#include <stdint.h>

#include "bench/histogram.h"
#include "bench/machine.h"
#include "bench/stats.h"

enum transport {
	TRANSPORT_CGO,
	TRANSPORT_RING,
	TRANSPORT_WORKER,
	TRANSPORTS
};

enum {
	DEPTHS = 5,       /* different numbers of calls in flight */
	CROWDS = 3,       /* different numbers of threads */
	CROWD_LARGEST = 4 /* threads */
};

/* What the indexes of a transport's results stand for: 1 to 512 calls, 1 to 4 threads. */
extern const uint32_t transport_depths[DEPTHS];
extern const uint32_t transport_crowds[CROWDS];

struct transport_results {
	struct series sync_ns;              /* a synchronous call; a value a slice */
	struct histogram histogram;         /* of single synchronous calls */
	struct series back_ns;              /* a call that Go makes to the host; a value a slice */
	struct series in_flight_ns[DEPTHS]; /* a call; a value a slice; none on cgo */
	struct series calls_per_s[CROWDS];  /* of all threads; a value a slice */
};

struct transports_results {
	struct series bare_ns; /* a bare call of an //export function; a value a slice */
	struct histogram bare;
	struct series minus_bare_ns; /* a call on cgo minus the bare calls around it */
	struct transport_results transports[TRANSPORTS];
	struct series back_ratio; /* a worker's call to the host by the host's to it */
	struct series leaf_ns;    /* a call of an RC_LEAF function; a value a slice */
	struct series to_c_ns;    /* a call of a C function by cgo */
	struct series speedup;    /* leaf calls in one by cgo; a value a round */
	struct rc_stats stats;    /* of all clients */
	struct measurement measurement;
};

struct transports_options {
	const char *endpoints[TRANSPORTS];
	uint64_t run_ns;
};

/* Opens all endpoints, makes rounds for run_ns, at least one, and closes them. *results is all
 * zero before. */
void transports_run(const struct transports_options *options, struct transports_results *results);

#endif
