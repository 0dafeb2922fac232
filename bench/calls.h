/* SPDX-License-Identifier: MIT */
/*
 * calls.h - typed calls from one thread to Go, on any transport: the subject itself.
 */
#ifndef RINGCALL_BENCH_CALLS_H
#define RINGCALL_BENCH_CALLS_H

#include <ringcall/ringcall.h>
#include <stdbool.h>
#include <stdint.h>

#include "bench/bench.h"
#include "bench/histogram.h"

/* Calls in flight, at most: what a lane has slots for by default. */
enum {
	CALLS_IN_FLIGHT_MAX = 512
};

struct calls;

/* Opens a peer and a client. With `sleepy` neither side ever spins. */
struct calls *calls_open(const char *endpoint, bool sleepy);

/* Opens a peer that shares a CPU with its clients: *cpu. For calls_one_cpu_slice_ns() alone. */
struct calls *calls_open_one_cpu(const char *endpoint, int *cpu);

/* Adds the counters of all clients to *total, and closes the peer. */
void calls_close(struct calls *calls, struct rc_stats *total);

/* Times synchronous calls for slice_ns; returns the round trip in nanoseconds. */
double calls_sync_slice_ns(struct calls *calls, uint64_t warm_ns, uint64_t slice_ns,
			   struct histogram *histogram);

/* The same with a client that is open for that time, so that this thread is kept on the CPU no
 * longer. */
double calls_one_cpu_slice_ns(struct calls *calls, uint64_t warm_ns, uint64_t slice_ns,
			      struct histogram *histogram);

/* Times calls that Go makes to the host, within one of the host's; as calls_sync_slice_ns(). */
double calls_back_slice_ns(struct calls *calls, uint64_t warm_ns, uint64_t slice_ns);

/* Times asynchronous calls with always so many in flight; returns nanoseconds a call. */
double calls_in_flight_slice_ns(struct calls *calls, uint32_t in_flight, uint64_t warm_ns,
				uint64_t slice_ns);

/* The same from an event loop on epoll, which looks at its descriptors in each turn. */
double calls_loop_slice_ns(struct calls *calls, uint32_t in_flight, uint64_t warm_ns,
			   uint64_t slice_ns);

/* Times calls from Go to C that are RC_LEAF, and by cgo beside them. In this process alone. */
struct bench_leaf_ns calls_leaf_slice_ns(struct calls *calls);

/* Opens a peer, or fails. */
struct rc_peer *calls_open_peer(const char *endpoint, const struct rc_options *options);

/* Makes one call that carries `number`, and checks its answer. */
void calls_swap(struct rc_client *client, uint64_t number);

/* Adds a client's counters to *total. */
void calls_add_stats(const struct rc_client *client, struct rc_stats *total);

#endif
