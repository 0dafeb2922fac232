/* SPDX-License-Identifier: MIT */
/*
 * run.c - rounds of calls, with and without what stands in their way.
 *
 * Every call has a stamp of its own. With and without take turns within a round, because machines
 * of this kind change their speed in the middle of a run.
 */
#include "bench/bench.rc.h"
#include "bench/calls.h"
#include "bench/clock.h"
#include "bench/fail.h"
#include "bench/latency/latency.h"
#include "bench/machine.h"
#include "bench/report.h"

#define SYNC_SLICE_NS (200 * NS_PER_MS)
#define NAP_NS NS_PER_S

/* The worker gets to the rate, or to rest. */
#define SETTLE_NS (5 * NS_PER_MS)
#define CLOSE_NS (10 * NS_PER_S)

enum {
	BUNDLES = 10, /* of each kind, in a round */
	/* A bundle, and all the sleepers of a second. */
	RING_SLOTS = 4096,
	SLEEPERS_MAX = 2048
};

/* Calls of one bundle. */
struct bundle {
	struct latency_calls *into;
	uint64_t ticks[LATENCY_BUNDLE];
	uint64_t longest_ns;
	uint32_t done;
};

struct flight {
	struct bundle *bundle;
	uint32_t index;
};

struct run {
	struct rc_peer *peer;
	struct rc_client *client; /* of the calls that are timed */
	struct rc_client *aside;  /* of those that are not */
	uint64_t number;
	uint32_t sleepers;
	struct bundle bundle;
	struct flight flights[LATENCY_BUNDLE];
};

static void add(struct latency_calls *calls, uint64_t ns)
{
	histogram_add(&calls->histogram, ns);
	if (ns > calls->longest_ns)
		calls->longest_ns = ns;
}

static uint32_t litter(struct run *run, uint64_t bytes_per_s)
{
	uint32_t collections;

	if (trouble_litter(run->aside, bytes_per_s, &collections))
		fail("%s", rc_error_last()->text);
	clock_sleep_ns(SETTLE_NS);
	return collections;
}

static void time_sync(struct run *run, struct latency_calls *calls)
{
	uint64_t end_ns = clock_now_ns() + SYNC_SLICE_NS, before = clock_ticks(), after;

	fail_watch("the synchronous calls");
	do {
		for (int call = 0; call < 256; call++) {
			calls_swap(run->client, ++run->number);
			after = clock_ticks();
			add(calls, clock_ticks_ns(before, after));
			before = after;
		}
	} while (clock_now_ns() < end_ns);
}

static void land(void *context, int status, const struct bench_point *out)
{
	struct flight *flight = context;
	struct bundle *bundle = flight->bundle;
	uint64_t ns = clock_ticks_ns(bundle->ticks[flight->index], clock_ticks());

	if (status)
		fail("%s", rc_error_last()->text);
	fail_unless_equal("call", out->y, flight->index);
	add(bundle->into, ns);
	if (ns > bundle->longest_ns)
		bundle->longest_ns = ns;
	bundle->done++;
}

static void wake_up(void *context, int status)
{
	struct run *run = context;

	if (status)
		fail("%s", rc_error_last()->text);
	run->sleepers--;
}

static void send(struct run *run, uint32_t index)
{
	struct bench_point in = { index, ~(uint64_t)index };

	run->flights[index] = (struct flight){ &run->bundle, index };
	run->bundle.ticks[index] = clock_ticks();
	if (bench_swap_async(run->client, &in, land, &run->flights[index], NULL))
		fail("%s", rc_error_last()->text);
}

/* Makes the calls of a bundle, the one at `sleeper` a sleeping one, and waits for all others. */
static void time_bundle(struct run *run, struct latency_calls *calls, struct series *longest_ns,
			uint32_t sleeper)
{
	uint32_t wanted = LATENCY_BUNDLE - (sleeper < LATENCY_BUNDLE);

	fail_watch("a bundle of calls");
	run->bundle.into = calls;
	run->bundle.done = 0;
	run->bundle.longest_ns = 0;
	for (uint32_t index = 0; index < LATENCY_BUNDLE; index++) {
		if (index != sleeper) {
			send(run, index);
			continue;
		}
		if (trouble_nap_async(run->client, NAP_NS, wake_up, run, NULL))
			fail("%s", rc_error_last()->text);
		run->sleepers++;
	}
	while (run->bundle.done < wanted) {
		if (rc_wait(run->client, RC_FOREVER) < 0)
			fail("%s", rc_error_last()->text);
	}
	series_add(longest_ns, (double)run->bundle.longest_ns);
}

static void time_round(struct run *run, struct latency_results *results)
{
	uint32_t before;

	time_sync(run, &results->quiet);
	before = litter(run, LATENCY_LITTER_BYTES_PER_S);
	time_sync(run, &results->littered);
	results->collections += litter(run, 0) - before;
	for (uint32_t count = 0; count < BUNDLES; count++) {
		time_bundle(run, &results->bundled, &results->bundled_longest_ns, LATENCY_BUNDLE);
		time_bundle(run, &results->beside_sleeper, &results->beside_sleeper_longest_ns,
			    (uint32_t)((run->number + count * 37) % LATENCY_BUNDLE));
		results->bundles++;
	}
	results->measurement.rounds++;
}

static void land_all(struct run *run)
{
	fail_watch("the calls that sleep");
	while (run->sleepers) {
		if (rc_wait(run->client, RC_FOREVER) < 0)
			fail("%s", rc_error_last()->text);
	}
}

static void open_all(struct run *run, const char *endpoint)
{
	struct rc_options options = { .ring_slots = RING_SLOTS };

	run->peer = calls_open_peer(endpoint, &options);
	if (rc_client_open(run->peer, &run->client) || rc_client_open(run->peer, &run->aside))
		fail("%s", rc_error_last()->text);
}

static void close_all(struct run *run, struct rc_stats *stats)
{
	fail_watch("closing the peer");
	calls_add_stats(run->client, stats);
	calls_add_stats(run->aside, stats);
	rc_client_close(run->client);
	rc_client_close(run->aside);
	if (rc_close(run->peer, rc_now_ns() + CLOSE_NS))
		fail("%s", rc_error_last()->text);
}

void latency_run(const struct latency_options *options, struct latency_results *results)
{
	static struct run run;
	struct machine_load load;
	uint64_t start_ns;

	clock_calibrate();
	machine_load_begin(&load);
	open_all(&run, options->endpoint);
	start_ns = clock_now_ns();
	do {
		time_round(&run, results);
		if (run.sleepers > SLEEPERS_MAX)
			land_all(&run);
		report_progress(results->measurement.rounds, clock_now_ns() - start_ns,
				options->run_ns);
	} while (clock_now_ns() - start_ns < options->run_ns);
	land_all(&run);
	results->measurement.seconds = (double)(clock_now_ns() - start_ns) / 1e9;
	close_all(&run, &results->stats);
	report_progress_end();
	fail_watch(NULL);
	machine_load_end(&load, &results->measurement);
}
