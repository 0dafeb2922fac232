/* SPDX-License-Identifier: MIT */
/*
 * threads.h - threads that call one peer at the same time, a client each.
 */
#ifndef RINGCALL_BENCH_THREADS_H
#define RINGCALL_BENCH_THREADS_H

#include <ringcall/ringcall.h>
#include <stdint.h>

enum {
	THREADS_MAX = 8
};

struct threads;

/* What one slice gave. With eight threads a share of 0.125 of all calls is fair. */
struct threads_slice {
	double calls_per_second;
	double slowest_share;
};

/* Opens a peer and starts `count` threads, at most THREADS_MAX, which sleep between slices. */
struct threads *threads_open(const char *endpoint, uint32_t count);

/* Adds all clients' counters to *total, ends the threads, and closes the peer. */
void threads_close(struct threads *threads, struct rc_stats *total);

/* Lets `callers` of the threads call for slice_ns. */
struct threads_slice threads_run(struct threads *threads, uint32_t callers, uint64_t slice_ns);

/* The smallest and the largest part of all slices' calls that one thread made. */
void threads_shares(const struct threads *threads, double *slowest, double *fastest);

#endif
