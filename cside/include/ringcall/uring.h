/* SPDX-License-Identifier: MIT */
/*
 * ringcall/uring.h - wait for the completions of a client, or of a group of them, by io_uring.
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

/* IORING_OP_FUTEX_WAKE and IORING_OP_FUTEX_WAITV, which older headers lack: they came together. */
#define RC__URING_OP_FUTEX_WAKE 52
#define RC__URING_OP_FUTEX_WAITV 53

/* Finds out whether the kernel waits for futexes in io_uring. */
static inline enum rc__uring_way rc__uring_probe(struct io_uring *uring)
{
	struct io_uring_probe *probe = io_uring_get_probe_ring(uring);
	bool futex = probe && io_uring_opcode_supported(probe, RC__URING_OP_FUTEX_WAITV);

	io_uring_free_probe(probe);
	return futex ? RC__URING_FUTEX : RC__URING_POLL;
}

/* The same, once a client. */
static inline enum rc__uring_way rc__uring_way_of(struct rc_client *client, struct io_uring *uring)
{
	enum rc__uring_way way = rc__uring_way(client, RC__URING_UNKNOWN);

	if (way != RC__URING_UNKNOWN)
		return way;
	return rc__uring_way(client, rc__uring_probe(uring));
}

/* The next entry of the submission queue, or NULL. */
static inline struct io_uring_sqe *rc__uring_sqe(struct io_uring *uring, uint64_t user_data)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(uring);

	if (!sqe && io_uring_submit(uring) >= 0)
		sqe = io_uring_get_sqe(uring);
	if (!sqe)
		return NULL;
	memset(sqe, 0, sizeof(*sqe));
	sqe->user_data = user_data;
	return sqe;
}

static inline bool rc__uring_waitv(struct io_uring *uring, const struct rc_uring_wait *waits,
				   uint32_t count, uint64_t user_data)
{
	struct io_uring_sqe *sqe = rc__uring_sqe(uring, user_data);

	if (!sqe)
		return false;
	sqe->opcode = RC__URING_OP_FUTEX_WAITV;
	sqe->addr = (uintptr_t)waits;
	sqe->len = count;
	return true;
}

/* Wakes who waits for a word when it is submitted; completes only if it fails. */
static inline bool rc__uring_wake(struct io_uring *uring, const uint32_t *word, uint64_t user_data)
{
	struct io_uring_sqe *sqe = rc__uring_sqe(uring, user_data);

	if (!sqe)
		return false;
	sqe->opcode = RC__URING_OP_FUTEX_WAKE;
	sqe->flags = IOSQE_CQE_SKIP_SUCCESS;
	sqe->fd = RC__URING_FUTEX_32;
	sqe->addr = (uintptr_t)word;
	sqe->addr2 = INT32_MAX;  /* how many */
	sqe->addr3 = UINT32_MAX; /* FUTEX_BITSET_MATCH_ANY */
	return true;
}

static inline bool rc__uring_pollin(struct io_uring *uring, struct rc_client *client,
				    uint64_t user_data)
{
	struct io_uring_sqe *sqe = rc__uring_sqe(uring, user_data);

	if (!sqe)
		return false;
	io_uring_prep_poll_add(sqe, rc_client_fd(client), POLLIN);
	sqe->user_data = user_data;
	return true;
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
 *            submission queue is full; -EINVAL when the client is in a group; else as
 *            rc_client_fd().
 * Blocks:    never.
 * Threads:   the client's thread only.
 * If the worker dies: the request completes, and rc_poll() completes the calls.
 */
static inline int rc_uring_arm(struct rc_client *client, struct io_uring *uring, uint64_t user_data)
{
	struct rc_uring_wait *waits = NULL;
	bool poll = false, made;
	int status;

	if (rc__uring_way_of(client, uring) == RC__URING_FUTEX)
		status = rc__uring_arm(client, &waits);
	else
		status = rc__uring_poll(client, &poll);
	if (status || (!waits && !poll))
		return status;
	made = poll ? rc__uring_pollin(uring, client, user_data)
		    : rc__uring_waitv(uring, waits, RC__URING_WAITS, user_data);
	if (made)
		return 0;
	rc__uring_failed(client);
	return -EBUSY;
}

/*
 * Clients that one loop waits for together, of one peer or of several. Where the kernel can wait
 * for futexes in io_uring, one request waits for up to 63 clients, and it takes one barrier to arm
 * them all; rc_uring_arm() makes a request and runs a barrier for each.
 *
 *     rc_uring_group_init(&group, &uring, USER_DATA);
 *     rc_uring_group_add(&group, client);    - each
 *     for (;;) {
 *             rc_uring_group_poll(&group);
 *             status = rc_uring_group_arm(&group);
 *             io_uring_submit_and_wait(&uring, status ? 0 : 1);
 *             for each completion:
 *                     if it has USER_DATA: rc_uring_group_completed(&group);
 *                     else: serve it, making calls as you like
 *     }
 *
 * All is for the loop's thread only, to which the clients belong. The fields are the library's.
 */
struct rc_uring_group {
	struct io_uring *uring;
	uint64_t user_data;
	enum rc__uring_way way;
	uint32_t tail; /* of the submission queue, behind the last entry of the group */
	struct rc__uring_set *set;
};

/*
 * rc_uring_group_init - begin a group, without clients.
 *
 * user_data  of its completions, and of no others. Their results mean nothing.
 *
 * Returns:   0; -ENOMEM.
 */
static inline int rc_uring_group_init(struct rc_uring_group *group, struct io_uring *uring,
				      uint64_t user_data)
{
	memset(group, 0, sizeof(*group));
	group->uring = uring;
	group->user_data = user_data;
	group->tail = uring->sq.sqe_tail;
	group->way = rc__uring_probe(uring);
	group->set = rc__uring_set_create();
	return group->set ? 0 : -ENOMEM;
}

/* Whether the kernel has read the group's last entry. Until then the words it waits for are not to
 * change, and wake-ups may not have been sent. */
static inline bool rc__uring_group_is_read(const struct rc_uring_group *group)
{
	uint32_t head = group->uring->sq.sqe_tail - io_uring_sq_ready(group->uring);

	return (int32_t)(head - group->tail) >= 0;
}

/*
 * rc_uring_group_fini - end a group. Its clients stay open.
 *
 * Requests that wait still complete, with the group's user_data, which then is nobody's.
 */
static inline void rc_uring_group_fini(struct rc_uring_group *group)
{
	while (!rc__uring_group_is_read(group) && io_uring_submit(group->uring) >= 0)
		;
	rc__uring_set_destroy(group->set);
	memset(group, 0, sizeof(*group));
}

/*
 * rc_uring_group_add - have the group wait for a client as well.
 *
 * It is in the group until rc_uring_group_remove() or rc_client_close(). Meanwhile it is not for
 * rc_uring_arm() and rc_client_arm(); all other functions may be used.
 *
 * Returns:   0; -EINVAL when it is in a group; -ENOMEM.
 */
static inline int rc_uring_group_add(struct rc_uring_group *group, struct rc_client *client)
{
	return rc__uring_set_add(group->set, client);
}

/*
 * rc_uring_group_remove - have the group no longer wait for a client.
 *
 * What waits for it completes. Does nothing when the client is not in this group.
 */
static inline void rc_uring_group_remove(struct rc_uring_group *group, struct rc_client *client)
{
	rc__uring_set_remove(group->set, client);
}

/*
 * rc_uring_group_gather - have the calls that the loop makes wake workers by its submissions.
 *
 * A worker that sleeps is woken by a system call of its own, futex(2), a client. From the next
 * rc_uring_group_arm() on the group notes such wake-ups instead, and rc_uring_group_arm() makes
 * entries of them (IORING_OP_FUTEX_WAKE): the loop's next submission wakes all workers that it has
 * work for. Until then they sleep on. So this is for a loop that calls several workers a turn, and
 * whose turns are short.
 *
 * Before the library itself sleeps, as in a synchronous call or rc_wait(), the thread wakes all
 * that was noted, so nothing has to be submitted for that. (A call that runs in place, on cgo:, is
 * no sleep of the library.) It does so, too, in rc_uring_group_arm() when the loop has submitted
 * nothing since the last one. Calls of other threads wake at once, as do those beyond 64 a turn,
 * and all where the kernel has no such entries (before 6.7).
 */
static inline void rc_uring_group_gather(struct rc_uring_group *group)
{
	if (group->way == RC__URING_FUTEX)
		rc__uring_set_gather(group->set);
}

/* Makes entries of the wake-ups that were gathered. */
static inline void rc__uring_group_wake(struct rc_uring_group *group)
{
	const uint32_t *word;

	if (rc__uring_group_is_read(group))
		rc__uring_set_woken(group->set);
	else
		rc__uring_set_wake_now(group->set); /* the loop turns without a submission */
	while ((word = rc__uring_set_wake(group->set))) {
		if (!rc__uring_wake(group->uring, word, group->user_data)) {
			rc__uring_set_wake_now(group->set);
			return;
		}
		group->tail = group->uring->sq.sqe_tail;
	}
}

/*
 * rc_uring_group_completed - tell the group that one of its requests has completed.
 *
 * To be called once for each completion that has the group's user_data, before
 * rc_uring_group_arm(): it makes a new request only when it knows that the last one is gone.
 */
static inline void rc_uring_group_completed(struct rc_uring_group *group)
{
	rc__uring_set_completed(group->set);
}

/*
 * rc_uring_group_poll - rc_poll() for each client of the group.
 *
 * Callbacks may add clients and take them out. One that goes may have another polled a turn later.
 *
 * Returns:   how many calls completed or host functions ran; else the first failure of an
 *            rc_poll(), after all were polled.
 */
static inline int rc_uring_group_poll(struct rc_uring_group *group)
{
	struct rc_client *client;
	int total = 0, failure = 0;

	for (uint32_t index = 0; (client = rc__uring_set_client(group->set, index)); index++) {
		int count = rc_poll(client);

		total += count > 0 ? count : 0;
		if (count < 0 && !failure)
			failure = count;
	}
	return failure ? failure : total;
}

/* Makes the requests that are missing, for futexes. */
static inline int rc__uring_group_wait(struct rc_uring_group *group)
{
	struct rc__uring_request request;

	while (rc__uring_set_next(group->set, &request)) {
		if (request.wake && !rc__uring_wake(group->uring, request.wake, group->user_data))
			return -EBUSY;
		if (!rc__uring_waitv(group->uring, request.waits, request.count, group->user_data))
			return -EBUSY;
		group->tail = group->uring->sq.sqe_tail;
		rc__uring_set_made(group->set);
	}
	return 0;
}

/* The same by descriptors: a request a client. */
static inline int rc__uring_group_arm_polls(struct rc_uring_group *group)
{
	struct rc_client *client;

	for (uint32_t index = 0; (client = rc__uring_set_client(group->set, index)); index++) {
		bool poll;
		int status = rc__uring_set_poll(client, &poll);

		if (status)
			return status;
		if (poll && !rc__uring_pollin(group->uring, client, group->user_data)) {
			rc__uring_failed(client);
			return -EBUSY;
		}
	}
	return 0;
}

/*
 * rc_uring_group_arm - have io_uring complete a request when there is something for rc_poll() of a
 * client of the group.
 *
 * To be called each time just before the loop submits and sleeps, when its clients were polled. A
 * request is added for each 63 clients of which something has changed since the last one; in place
 * of one that still waits, which completes, after an entry that ends it. Nothing has changed:
 * nothing is added. Where the kernel cannot wait for futexes (before 6.7), a request for each
 * client polls its rc_client_fd().
 *
 * Returns:   0: submit and wait; 1: there is something for rc_poll() now; -EBUSY when the
 *            submission queue is full; else as rc_client_fd().
 * Blocks:    never. With IORING_SETUP_SQPOLL, until the kernel has taken the group's last entry.
 * Threads:   the loop's thread only. Others may use the clients as ever.
 * If the worker dies: a request completes, and rc_poll() completes the calls. Then the group does
 *            not wait for the client any more.
 */
static inline int rc_uring_group_arm(struct rc_uring_group *group)
{
	int status;

	if (group->way == RC__URING_POLL)
		return rc__uring_group_arm_polls(group);
	if (group->uring->flags & IORING_SETUP_SQPOLL)
		while (!rc__uring_group_is_read(group) && io_uring_submit(group->uring) >= 0)
			;
	status = rc__uring_set_arm(group->set);
	rc__uring_group_wake(group);
	return status ? status : rc__uring_group_wait(group);
}

#endif
