/* SPDX-License-Identifier: MIT */
/*
 * rounds.c - the order of things within a round, and how long each is timed.
 */
#include "bench/rounds.h"

#include <stdbool.h>
#include <stdlib.h>

#include "bench/calls.h"
#include "bench/cgo.h"
#include "bench/clock.h"
#include "bench/fail.h"
#include "bench/floor.h"
#include "bench/futex_rtt.h"
#include "bench/machine.h"
#include "bench/report.h"
#include "bench/threads.h"
#include "bench/unix_rtt.h"

/* Wakes both sides and fills caches before a slice. */
#define WARM_NS (1 * NS_PER_MS)

/* The same where a Go runtime takes part. When one has slept for 10 ms and begins to work, its
 * monitor looks around each 20 us for some 8 ms, and so it does when the work ends; each look is a
 * timer interrupt, which stops a virtual CPU. What is timed then shows that and not a call. */
#define GO_WARM_NS (12 * NS_PER_MS)
#define FLOOR_SLICE_NS (2 * NS_PER_MS)
#define SLICE_NS (4 * NS_PER_MS)

/* Between two slices: the sides that spin see that nothing comes any more, and sleep. */
#define SETTLE_NS (500 * NS_PER_US)

/* Before the subjects that sleep. Without it a pair of threads that wake each other stays on one
 * CPU or on two by chance, and a call on two was put beside a futex on one, four times as fast. */
#define REST_NS (100 * NS_PER_MS)

/* The scheduler moves eight threads over a few CPUs in tens of milliseconds, so a slice of theirs
 * has to be longer; and there is one in so many rounds only. */
#define OVERSUBSCRIBED_SLICE_NS (300 * NS_PER_MS)
enum {
	OVERSUBSCRIBED_ROUNDS = 10
};

struct subjects {
	struct floor *floor;
	struct futex_rtt *futex;
	struct futex_rtt *one_cpu_futex;
	struct unix_rtt *socket;
	struct cgo *cgo;
	struct calls *calls;
	struct calls *parked;
	struct calls *one_cpu;
	struct threads *oversubscribed;
};

/* Forked helpers first, because the library starts threads. */
static void open_all(struct subjects *subjects, const struct rounds_options *options)
{
	int cpu;

	subjects->floor = floor_open();
	subjects->futex = futex_rtt_open();
	subjects->one_cpu_futex = futex_rtt_open();
	subjects->socket = unix_rtt_open();
	subjects->cgo = cgo_open(options->cgo_helper);
	subjects->calls = calls_open(options->endpoint, false);
	subjects->parked = calls_open(options->endpoint, true);
	subjects->one_cpu = calls_open_one_cpu(options->endpoint, &cpu);
	futex_rtt_share(subjects->one_cpu_futex, cpu);
	subjects->oversubscribed = threads_open(options->endpoint, OVERSUBSCRIBED_THREADS);
}

static void close_all(struct subjects *subjects, struct results *results)
{
	struct rc_stats parked = { 0 }, *all = &results->stats;

	calls_close(subjects->parked, &parked);
	if (parked.calls)
		results->parked_sleeps_a_call =
			(double)(parked.host_parks + parked.worker_parks) / (double)parked.calls;
	all->host_late_wakes += parked.host_late_wakes;
	all->worker_late_wakes += parked.worker_late_wakes;
	calls_close(subjects->one_cpu, all);
	calls_close(subjects->calls, all);
	threads_shares(subjects->oversubscribed, &results->oversubscribed_slowest_share,
		       &results->oversubscribed_fastest_share);
	threads_close(subjects->oversubscribed, all);
	cgo_close(subjects->cgo);
	unix_rtt_close(subjects->socket);
	futex_rtt_close(subjects->one_cpu_futex);
	futex_rtt_close(subjects->futex);
	floor_close(subjects->floor);
}

/* One slice of one subject, in nanoseconds a round trip or a call. */
static double time_subject(struct subjects *subjects, enum subject subject,
			   struct histogram *histogram)
{
	struct calls *calls = subjects->calls;

	switch (subject) {
	case SUBJECT_FLOOR:
		return floor_slice_ns(subjects->floor, WARM_NS, FLOOR_SLICE_NS, histogram);
	case SUBJECT_SYNC:
		return calls_sync_slice_ns(calls, GO_WARM_NS, SLICE_NS, histogram);
	case SUBJECT_IN_FLIGHT_1:
		return calls_in_flight_slice_ns(calls, 1, GO_WARM_NS, SLICE_NS);
	case SUBJECT_IN_FLIGHT_8:
		return calls_in_flight_slice_ns(calls, 8, GO_WARM_NS, SLICE_NS);
	case SUBJECT_IN_FLIGHT_32:
		return calls_in_flight_slice_ns(calls, 32, GO_WARM_NS, SLICE_NS);
	case SUBJECT_IN_FLIGHT_128:
		return calls_in_flight_slice_ns(calls, 128, GO_WARM_NS, SLICE_NS);
	case SUBJECT_IN_FLIGHT_512:
		return calls_in_flight_slice_ns(calls, 512, GO_WARM_NS, SLICE_NS);
	case SUBJECT_LOOP:
		return calls_loop_slice_ns(calls, 512, GO_WARM_NS, SLICE_NS);
	case SUBJECT_CGO:
		return cgo_slice_ns(subjects->cgo, GO_WARM_NS, SLICE_NS);
	case SUBJECT_PARKED:
		return calls_sync_slice_ns(subjects->parked, GO_WARM_NS, SLICE_NS, histogram);
	case SUBJECT_FUTEX:
		return futex_rtt_slice_ns(subjects->futex, WARM_NS, SLICE_NS, histogram);
	case SUBJECT_UNIX:
		return unix_rtt_slice_ns(subjects->socket, WARM_NS, SLICE_NS, histogram);
	case SUBJECT_ONE_CPU:
		return calls_one_cpu_slice_ns(subjects->one_cpu, GO_WARM_NS, SLICE_NS, histogram);
	case SUBJECT_ONE_CPU_FUTEX:
		return futex_rtt_slice_ns(subjects->one_cpu_futex, WARM_NS, SLICE_NS, histogram);
	default:
		abort();
	}
}

static double run_subject(struct subjects *subjects, enum subject subject, struct results *results)
{
	struct outcome *outcome = &results->outcomes[subject];
	double ns;

	clock_sleep_ns(SETTLE_NS);
	ns = time_subject(subjects, subject, &outcome->histogram);
	series_add(&outcome->ns, ns);
	return ns;
}

/* The subjects that are put beside the floor, each between two slices of it. Odd rounds go through
 * them backwards, so that what one leaves behind does not always meet the same other. Calls in
 * flight that are put beside cgo have cgo on both sides: it runs on one CPU, and one of two may be
 * slower by a half. */
static const enum subject beside_floor[] = { SUBJECT_SYNC,        SUBJECT_IN_FLIGHT_1,
					     SUBJECT_IN_FLIGHT_8, SUBJECT_IN_FLIGHT_32,
					     SUBJECT_LOOP,        SUBJECT_IN_FLIGHT_512,
					     SUBJECT_CGO,         SUBJECT_IN_FLIGHT_128,
					     SUBJECT_CGO };

static void run_beside_floor(struct subjects *subjects, struct results *results)
{
	const size_t count = sizeof(beside_floor) / sizeof(beside_floor[0]);
	double before_ns = run_subject(subjects, SUBJECT_FLOOR, results);
	double took_ns[SUBJECTS] = { 0 };

	for (size_t place = 0; place < count; place++) {
		bool backwards = results->measurement.rounds % 2;
		enum subject subject = beside_floor[backwards ? count - 1 - place : place];
		double ns = run_subject(subjects, subject, results);
		double after_ns = run_subject(subjects, SUBJECT_FLOOR, results);

		series_add(&results->outcomes[subject].floors, ns / ((before_ns + after_ns) / 2));
		took_ns[subject] += ns;
		before_ns = after_ns;
	}
	series_add(&results->speedup_over_cgo,
		   took_ns[SUBJECT_CGO] / 2 / took_ns[SUBJECT_IN_FLIGHT_128]);
	series_add(&results->loop_beside_inflight,
		   took_ns[SUBJECT_LOOP] / took_ns[SUBJECT_IN_FLIGHT_512]);
}

/* A call that sleeps, between two slices of raw futex round trips. */
static void run_beside_futex(struct subjects *subjects, enum subject call, enum subject futex,
			     struct results *results, struct series *ratios)
{
	double before_ns = run_subject(subjects, futex, results);
	double call_ns = run_subject(subjects, call, results);
	double after_ns = run_subject(subjects, futex, results);

	series_add(ratios, call_ns / ((before_ns + after_ns) / 2));
}

/* The subjects that sleep: beside them the floor is nothing. */
static void run_sleepy(struct subjects *subjects, struct results *results)
{
	clock_sleep_ns(REST_NS);
	run_beside_futex(subjects, SUBJECT_PARKED, SUBJECT_FUTEX, results,
			 &results->parked_beside_futex);
	run_beside_futex(subjects, SUBJECT_ONE_CPU, SUBJECT_ONE_CPU_FUTEX, results,
			 &results->one_cpu_beside_futex);
	run_subject(subjects, SUBJECT_UNIX, results);
}

static void run_oversubscribed(struct subjects *subjects, struct results *results)
{
	struct threads_slice slice;

	clock_sleep_ns(SETTLE_NS);
	slice = threads_run(subjects->oversubscribed, OVERSUBSCRIBED_THREADS,
			    OVERSUBSCRIBED_SLICE_NS);
	series_add(&results->oversubscribed_calls, slice.calls_per_second);
	series_add(&results->oversubscribed_slowest, slice.slowest_share);
}

static void run_round(struct subjects *subjects, struct results *results)
{
	run_beside_floor(subjects, results);
	run_sleepy(subjects, results);
	if (results->measurement.rounds % OVERSUBSCRIBED_ROUNDS == 0)
		run_oversubscribed(subjects, results);
	results->measurement.rounds++;
}

void rounds_run(const struct rounds_options *options, struct results *results)
{
	uint64_t start_ns = clock_now_ns(), gone_ns;
	struct machine_load load;
	struct subjects subjects;

	machine_load_begin(&load);
	clock_calibrate();
	open_all(&subjects, options);
	do {
		run_round(&subjects, results);
		gone_ns = clock_now_ns() - start_ns;
		report_progress(results->measurement.rounds, gone_ns, options->run_ns);
	} while (gone_ns < options->run_ns);
	report_progress_end();
	results->measurement.seconds = (double)gone_ns / (double)NS_PER_S;
	close_all(&subjects, results);
	machine_load_end(&load, &results->measurement);
	fail_watch(NULL);
}
