/* SPDX-License-Identifier: MIT */
/*
 * host.h - host services: what a peer is offered, and how a transport has a call run.
 *
 * A transport (inproc_host.c, or a lane of a worker) takes a request from Go, fills in a struct
 * rc__host_call, and passes it to rc__host_run() on any thread. That finds the method by its
 * number, checks the request as a message that its sender may still change, calls the user's
 * function, and encodes the reply into memory that the transport gives. Calls with the number
 * RC_HOST_BIND, by which Go learns the numbers, are calls like all others.
 *
 * All of it is safe for threads. A struct rc__host outlives its peer when Go still runs in it.
 */
#ifndef RINGCALL_CSIDE_HOST_H
#define RINGCALL_CSIDE_HOST_H

#include <pthread.h>
#include <ringcall/generated.h>

#include "ring/layout.h"

/* How many host services a peer is offered at most. */
#define RC__HOST_SERVICES_MAX 64

/* What a peer is offered. */
struct rc__host {
	pthread_mutex_t lock; /* for writers */
	uint32_t count;       /* of servings that are complete; atomic */
	uint32_t methods;     /* of all servings: the next one's first number */
	struct rc_host_serving servings[RC__HOST_SERVICES_MAX];
	uint32_t nesting[RC_LANES_MAX]; /* how deep the thread was in host functions that opened
					 * the lane's client; atomic */
};

/* One call from Go. The first part is the transport's to fill, once zeroed. */
struct rc__host_call {
	struct rc__host *host;
	uint32_t number;     /* of the method, as Go names it: not trusted */
	uint32_t nesting;    /* see rc__host.nesting; 0 when Go calls from outside of a handler */
	bool is_in_process;  /* Go may know addresses */
	const void *request; /* aligned to 8 bytes, and mapped until rc__host_run() returns. Go may
			      * still write to it, but a slot of a ring, which another message will
			      * take, has to be copied first. */
	uint64_t request_bytes;
	const void *pool; /* the lane's payload space, for pointers that have
			      * RC_POINTER_IN_LANE set; pool_bytes 0: none may */
	uint64_t pool_bytes;
	/* Gives memory of at least `bytes` for the reply, aligned to 8 bytes; NULL: there is none.
	 * Called at most once, after the user's function, and not for one-way methods. */
	void *(*reply_space)(struct rc__host_call *call, uint64_t bytes);

	/* Set by rc__host_run(). */
	uint64_t reply_bytes; /* 0: there is none. On failure a struct rc_remote_error */
	bool is_one_way;      /* there is nothing to send */
};

/* NULL: no memory. */
struct rc__host *rc__host_create(void);
void rc__host_destroy(struct rc__host *host);

/*
 * Runs a call and writes its reply.
 *
 * Returns:   0; -EREMOTEIO when the user's function returned other than 0; else it did not run, or
 *            its reply is lost: -ENOSYS no such service or method; -EPROTO a malformed request, or
 *            services that differ; -ELOOP nested deeper than RC_NESTING_MAX; -EINVAL the output
 *            holds what cannot be sent; -EMSGSIZE there is no space for the reply; -ENOMEM. The
 *            reply says more, and so does rc_error_last().
 * Blocks:    as long as the user's function.
 */
int rc__host_run(struct rc__host_call *call);

/* How many host functions this thread is in. */
uint32_t rc__host_depth(void);
/* Says so of the functions of another chain of calls, for the time that this thread runs one. */
void rc__host_depth_set(uint32_t functions);

#endif
