/* SPDX-License-Identifier: MIT */
/*
 * ringcall/uring.h - wait for a client's completions by io_uring.
 *
 * The library itself does not use liburing; who includes this file does, and links it.
 */
#ifndef RINGCALL_URING_H
#define RINGCALL_URING_H

#ifdef __cplusplus
#pragma GCC system_header /* what is written for C does not keep the rules for C++ */
#endif

#include <errno.h>
#include <liburing.h>
#include <poll.h>
#include <ringcall/generated.h>
#include <string.h>

/* IORING_OP_FUTEX_WAITV, which older headers lack. */
#define RC__URING_OP_FUTEX_WAITV 53

/* Finds out, once a client, whether the kernel waits for futexes in io_uring. */
static inline enum rc__uring_way rc__uring_way_of(struct rc_client *client, struct io_uring *uring)
{
	enum rc__uring_way way = rc__uring_way(client, RC__URING_UNKNOWN);
	struct io_uring_probe *probe;

	if (way != RC__URING_UNKNOWN)
		return way;
	probe = io_uring_get_probe_ring(uring);
	way = probe && io_uring_opcode_supported(probe, RC__URING_OP_FUTEX_WAITV) ? RC__URING_FUTEX
										  : RC__URING_POLL;
	io_uring_free_probe(probe);
	return rc__uring_way(client, way);
}

static inline struct io_uring_sqe *rc__uring_sqe(struct io_uring *uring)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(uring);

	if (!sqe && io_uring_submit(uring) >= 0)
		sqe = io_uring_get_sqe(uring);
	if (sqe)
		memset(sqe, 0, sizeof(*sqe));
	return sqe;
}

/*
 * rc_uring_arm - have io_uring complete a request when there is something for rc_poll().
 *
 * user_data  of the completion. Its result means nothing; it may come early.
 *
 * To be called each time just before the loop submits and sleeps, when rc_poll() returned 0. At
 * most one request is added; none while an earlier one still waits for the same. Where the kernel
 * can (since 6.7), the request waits for the very words that the worker wakes, else it polls
 * rc_client_fd().
 *
 * Returns:   0: submit and wait; 1: there is something for rc_poll() now; -EBUSY when the
 *            submission queue is full; else as rc_client_fd().
 * Blocks:    never.
 * Threads:   the client's thread only.
 * If the worker dies: the request completes, and rc_poll() completes the calls.
 */
static inline int rc_uring_arm(struct rc_client *client, struct io_uring *uring, uint64_t user_data)
{
	struct rc_uring_wait *waits = NULL;
	struct io_uring_sqe *sqe;
	bool poll = false;
	int status;

	if (rc__uring_way_of(client, uring) == RC__URING_FUTEX)
		status = rc__uring_arm(client, &waits);
	else
		status = rc__uring_poll(client, &poll);
	if (status || (!waits && !poll))
		return status;
	sqe = rc__uring_sqe(uring);
	if (!sqe) {
		rc__uring_failed(client);
		return -EBUSY;
	}
	if (waits) {
		sqe->opcode = RC__URING_OP_FUTEX_WAITV;
		sqe->addr = (uintptr_t)waits;
		sqe->len = 2;
	} else {
		io_uring_prep_poll_add(sqe, rc_client_fd(client), POLLIN);
	}
	sqe->user_data = user_data;
	return 0;
}

#endif
