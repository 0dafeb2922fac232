/* SPDX-License-Identifier: MIT */
/*
 * oversubscribed.h - more threads than CPUs: eight threads that call one worker, a client each.
 */
#ifndef RINGCALL_BENCH_OVERSUBSCRIBED_H
#define RINGCALL_BENCH_OVERSUBSCRIBED_H

#include <ringcall/ringcall.h>
#include <stdint.h>

enum {
	OVERSUBSCRIBED_THREADS = 8
};

struct oversubscribed;

/* What one slice gave. Shares are of all calls: with eight threads 0.125 is fair. */
struct oversubscribed_slice {
	double calls_per_second;
	double slowest_share;
};

/* Starts a worker and the threads, which sleep between slices. */
struct oversubscribed *oversubscribed_open(const char *worker);

/* Adds all clients' counters to *total, ends the threads, and stops the worker. */
void oversubscribed_close(struct oversubscribed *oversubscribed, struct rc_stats *total);

/* Lets all threads call for slice_ns. */
struct oversubscribed_slice oversubscribed_run(struct oversubscribed *oversubscribed,
					       uint64_t slice_ns);

/* The smallest and the largest part of all slices' calls that one thread made. */
void oversubscribed_shares(const struct oversubscribed *oversubscribed, double *slowest,
			   double *fastest);

#endif
