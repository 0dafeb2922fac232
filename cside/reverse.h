/* SPDX-License-Identifier: MIT */
/*
 * reverse.h - the host's end of a reverse lane: the calls that a worker makes to the host.
 *
 * The client's thread serves them: in rc_poll(), in rc_wait(), and while it waits in a synchronous
 * call, so that the handler of that call can call back. Roles are those of the lane, swapped: the
 * worker holds the credits and owns the payload space; this side reads requests, checks a private
 * copy, runs the host's function, and writes the reply where it was told to.
 *
 * A function that makes a synchronous call serves host calls within itself. So that calls of other
 * goroutines do not pile up on the stack without end, at most RC_NESTING_MAX functions run within
 * one another; beyond that only calls made by handlers of the innermost one's calls are served, to
 * RC_NESTING_MAX levels, and others are set aside in private memory.
 *
 * If the worker dies, nothing is repaired: what this side holds is private and goes with the
 * client.
 */
#ifndef RINGCALL_CSIDE_REVERSE_H
#define RINGCALL_CSIDE_REVERSE_H

#include <stdbool.h>

#include "ring/layout.h"
#include "ring/park.h"
#include "ring/spsc.h"

/* Functions within one another on one thread: RC_NESTING_MAX that have nothing to do with each
 * other, and as many within the last of them. */
#define RC__RUNNING_MAX (2 * RC_NESTING_MAX)

/* A reply that did not fit, until the worker fetches it. The message follows. */
struct rc__host_kept {
	struct rc__host_kept *next;
	uint32_t call;
	int32_t status;
	uint64_t bytes;
};

struct rc__reverse {
	struct rc__ring requests;
	struct rc__ring replies;
	struct rc__waker worker;
	struct rc_reverse *shared; /* where both sides say that they sleep; the slots follow */
	unsigned char *payload;
	uint64_t payload_bytes;
	struct rc_descriptor *aside; /* requests that wait until an outer level runs again */
	uint32_t aside_count;
	uint32_t calls_max;                  /* that the worker may have in flight */
	uint32_t running;                    /* functions that run on this thread */
	uint8_t chains[RC__RUNNING_MAX + 1]; /* by level: how many of them are one chain */
	struct rc__host_kept *kept;
};

struct rc_client;
struct rc__record;

/* Sets up and takes down the reverse lane of a client. 0 or -ENOMEM. */
int rc__reverse_init(struct rc_client *client);
void rc__reverse_fini(struct rc_client *client);

/* Whether a request that was set aside may be served now. */
bool rc__reverse_aside_ready(const struct rc_client *client);

/* Serves the next call, of which rc__reverse_ready() said that it is there. `waiting` is the
 * synchronous call within which it happens, or NULL. Returns how many were served: 0 or 1. */
int rc__reverse_serve(struct rc_client *client, struct rc__record *waiting);

/* Serves what is there, at most a ring of it. Returns how many. */
int rc__reverse_serve_all(struct rc_client *client);

#endif
