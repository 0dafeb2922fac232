/* SPDX-License-Identifier: MIT */
/*
 * rounds.c - the order of things within a round, and how long each is timed.
 */
#include "bench/transports/rounds.h"

#include "bench/calls.h"
#include "bench/clock.h"
#include "bench/fail.h"
#include "bench/machine.h"
#include "bench/report.h"
#include "bench/threads.h"
#include "bench/transports/bare.h"

/* Wakes both sides and fills caches before a slice. */
#define WARM_NS (500 * NS_PER_US)
#define SLICE_NS (4 * NS_PER_MS)

/* Between two slices: the sides that spin see that nothing comes any more, and sleep. */
#define SETTLE_NS (500 * NS_PER_US)

/* Threads need longer slices than one does, so they have one in so many rounds only. */
#define CROWD_SLICE_NS (50 * NS_PER_MS)
enum {
	CROWD_ROUNDS = 5
};

const uint32_t transport_depths[DEPTHS] = { 1, 8, 32, 128, 512 };
const uint32_t transport_crowds[CROWDS] = { 1, 2, CROWD_LARGEST };

/* Two peers of one transport: for one thread, and for several. */
struct peers {
	struct calls *calls;
	struct threads *threads;
};

static void open_all(struct peers *peers, const struct transports_options *options)
{
	for (size_t index = 0; index < TRANSPORTS; index++) {
		peers[index].calls = calls_open(options->endpoints[index], false);
		peers[index].threads = threads_open(options->endpoints[index], CROWD_LARGEST);
	}
}

static void close_all(struct peers *peers, struct transports_results *results)
{
	for (size_t index = 0; index < TRANSPORTS; index++) {
		threads_close(peers[index].threads, &results->stats);
		calls_close(peers[index].calls, &results->stats);
	}
}

static double run_bare(struct transports_results *results)
{
	double ns = bare_slice_ns(WARM_NS, SLICE_NS, &results->bare);

	series_add(&results->bare_ns, ns);
	return ns;
}

static double run_sync(struct peers *peers, struct transport_results *results)
{
	double ns = calls_sync_slice_ns(peers->calls, WARM_NS, SLICE_NS, &results->histogram);

	series_add(&results->sync_ns, ns);
	return ns;
}

/* The call on cgo stands between two slices of bare calls, its floor. */
static void run_beside_bare(struct peers *peers, struct transports_results *results)
{
	double before_ns, typed_ns, after_ns;

	clock_sleep_ns(SETTLE_NS);
	before_ns = run_bare(results);
	typed_ns = run_sync(&peers[TRANSPORT_CGO], &results->transports[TRANSPORT_CGO]);
	after_ns = run_bare(results);
	series_add(&results->minus_bare_ns, typed_ns - (before_ns + after_ns) / 2);
}

/* Calls from Go to the host, beside calls the other way. */
static void run_back(struct peers *peers, struct transports_results *results)
{
	for (size_t index = 0; index < TRANSPORTS; index++) {
		struct transport_results *transport = &results->transports[index];
		double before_ns, back_ns, after_ns;

		clock_sleep_ns(SETTLE_NS);
		before_ns = run_sync(&peers[index], transport);
		back_ns = calls_back_slice_ns(peers[index].calls, WARM_NS, SLICE_NS);
		after_ns = run_sync(&peers[index], transport);
		series_add(&transport->back_ns, back_ns);
		if (index == TRANSPORT_WORKER)
			series_add(&results->back_ratio, 2 * back_ns / (before_ns + after_ns));
	}
}

/* What goes through a ring. cgo has no calls in flight but by its ring, which is that of ring. */
static void run_ringed(struct peers *peers, struct transport_results *results)
{
	clock_sleep_ns(SETTLE_NS);
	run_sync(peers, results);
	for (size_t index = 0; index < DEPTHS; index++) {
		clock_sleep_ns(SETTLE_NS);
		series_add(&results->in_flight_ns[index],
			   calls_in_flight_slice_ns(peers->calls, transport_depths[index], WARM_NS,
						    SLICE_NS));
	}
}

/* Short calls from Go to C, beside the same by cgo. */
static void run_leaf(struct peers *peers, struct transports_results *results)
{
	struct bench_leaf_ns ns = calls_leaf_slice_ns(peers[TRANSPORT_CGO].calls);

	series_add(&results->leaf_ns, ns.leaf);
	series_add(&results->to_c_ns, ns.bare);
	series_add(&results->speedup, ns.bare / ns.leaf);
}

static void run_crowds(struct peers *peers, struct transports_results *results)
{
	for (size_t crowd = 0; crowd < CROWDS; crowd++) {
		for (size_t index = 0; index < TRANSPORTS; index++) {
			struct threads_slice slice;

			clock_sleep_ns(SETTLE_NS);
			slice = threads_run(peers[index].threads, transport_crowds[crowd],
					    CROWD_SLICE_NS);
			series_add(&results->transports[index].calls_per_s[crowd],
				   slice.calls_per_second);
		}
	}
}

static void run_round(struct peers *peers, struct transports_results *results)
{
	run_beside_bare(peers, results);
	run_ringed(&peers[TRANSPORT_RING], &results->transports[TRANSPORT_RING]);
	run_beside_bare(peers, results);
	run_ringed(&peers[TRANSPORT_WORKER], &results->transports[TRANSPORT_WORKER]);
	run_back(peers, results);
	run_leaf(peers, results);
	if (results->measurement.rounds % CROWD_ROUNDS == 0)
		run_crowds(peers, results);
	results->measurement.rounds++;
}

void transports_run(const struct transports_options *options, struct transports_results *results)
{
	uint64_t start_ns = clock_now_ns(), gone_ns;
	struct peers peers[TRANSPORTS];
	struct machine_load load;

	machine_load_begin(&load);
	clock_calibrate();
	open_all(peers, options);
	do {
		run_round(peers, results);
		gone_ns = clock_now_ns() - start_ns;
		report_progress(results->measurement.rounds, gone_ns, options->run_ns);
	} while (gone_ns < options->run_ns);
	report_progress_end();
	results->measurement.seconds = (double)gone_ns / (double)NS_PER_S;
	close_all(peers, results);
	machine_load_end(&load, &results->measurement);
	fail_watch(NULL);
}
