/* SPDX-License-Identifier: MIT */
/*
 * rounds.h - all subjects in turn, many times over, each with the floor before and after it.
 *
 * The machines this runs on change their speed in the middle of a run. So no subject is compared
 * with a floor that was measured at another time: each round divides the subject's time by the
 * mean of the floor just before it and just after it, and the result is the median of the rounds.
 */
#ifndef RINGCALL_BENCH_ROUNDS_H
#define RINGCALL_BENCH_ROUNDS_H

#include <ringcall/ringcall.h>
#include <stdint.h>

#include "bench/histogram.h"
#include "bench/machine.h"
#include "bench/stats.h"

enum {
	OVERSUBSCRIBED_THREADS = 8 /* more than most machines of this kind have CPUs */
};

enum subject {
	SUBJECT_FLOOR,
	SUBJECT_SYNC,
	SUBJECT_IN_FLIGHT_1,
	SUBJECT_IN_FLIGHT_8,
	SUBJECT_IN_FLIGHT_32,
	SUBJECT_IN_FLIGHT_128,
	SUBJECT_IN_FLIGHT_512,
	SUBJECT_LOOP, /* the same from an event loop */
	SUBJECT_CGO,
	SUBJECT_PARKED,
	SUBJECT_FUTEX,
	SUBJECT_UNIX,
	SUBJECT_ONE_CPU,
	SUBJECT_ONE_CPU_FUTEX,
	SUBJECTS
};

/* What is known of a subject. */
struct outcome {
	struct series ns;           /* a round trip or a call; a value a slice */
	struct series floors;       /* the same in floors; a value a round */
	struct histogram histogram; /* of single round trips; empty for calls in flight and cgo */
};

struct results {
	struct outcome outcomes[SUBJECTS];
	struct series speedup_over_cgo;       /* of 128 calls in flight; a value a round */
	struct series loop_beside_inflight;   /* 512 calls in flight; a value a round */
	struct series parked_beside_futex;    /* a value a round */
	struct series one_cpu_beside_futex;   /* the same on one CPU */
	struct series oversubscribed_calls;   /* a second; a value a slice */
	struct series oversubscribed_slowest; /* the slowest thread's share; a value a slice */
	double oversubscribed_slowest_share;  /* of the whole run */
	double oversubscribed_fastest_share;
	double parked_sleeps_a_call; /* how often both sides slept for a parked call, of 2 */
	struct rc_stats stats;       /* of all clients */
	struct measurement measurement;
};

struct rounds_options {
	const char *endpoint;   /* of the worker */
	const char *cgo_helper; /* path of that program */
	uint64_t run_ns;
};

/* Starts everything, makes rounds for run_ns, at least one, and stops everything. *results is
 * all zero before. */
void rounds_run(const struct rounds_options *options, struct results *results);

#endif
