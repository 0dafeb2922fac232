/* SPDX-License-Identifier: MIT */
/*
 * latency.h - how long single calls take while something stands in their way.
 */
#ifndef RINGCALL_BENCH_LATENCY_LATENCY_H
#define RINGCALL_BENCH_LATENCY_LATENCY_H

#include <ringcall/ringcall.h>
#include <stdint.h>
#include <stdio.h>

#include "bench/histogram.h"
#include "bench/machine.h"
#include "bench/stats.h"

/* Single calls, by what else the worker did. */
struct latency_calls {
	struct histogram histogram;
	uint64_t longest_ns;
};

struct latency_results {
	/* Synchronous calls; the second while the worker allocates. */
	struct latency_calls quiet;
	struct latency_calls littered;
	uint32_t collections; /* of garbage, meanwhile */
	/* Calls of bundles, from when each was made; in the second one call of each bundle sleeps,
	 * and is left out. */
	struct latency_calls bundled;
	struct latency_calls beside_sleeper;
	/* The longest call of each bundle. */
	struct series bundled_longest_ns;
	struct series beside_sleeper_longest_ns;
	uint32_t bundles; /* of each kind */
	struct rc_stats stats;
	struct measurement measurement;
};

enum {
	LATENCY_BUNDLE = 1000 /* calls made at once */
};

#define LATENCY_LITTER_BYTES_PER_S UINT64_C(1000000000)

struct latency_options {
	const char *endpoint;
	uint64_t run_ns;
};

/* Opens the endpoint, makes rounds for run_ns, at least one, and closes it. *results is all zero
 * before. */
void latency_run(const struct latency_options *options, struct latency_results *results);

/* Print the results as a table, and as one JSON object; bench/README.md has the keys. */
void latency_table(FILE *file, const struct latency_results *results,
		   const struct machine *machine);
void latency_json(FILE *file, const struct latency_results *results, const struct machine *machine);

#endif
