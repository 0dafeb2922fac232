/* SPDX-License-Identifier: MIT */
/* uring_loop.h - an event loop on io_uring with a group of clients; for Criterion tests. */
#ifndef RINGCALL_TESTS_URING_LOOP_H
#define RINGCALL_TESTS_URING_LOOP_H

#include <ringcall/uring.h>
#include <stdio.h>

#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"

enum {
	DATA = 78,
	ENTRIES = 256,
	PEERS = 2,
	MANY = RC__BATCH_CLIENTS + 9, /* two batches */
	FEW = 5
};

/* An event loop that has nothing but its group. */
struct loop {
	struct io_uring uring;
	struct rc_uring_group group;
	int runs; /* callbacks */
};

/* False: there is none to be had. */
static inline bool open_loop(struct loop *loop, enum rc__uring_way way)
{
	int status = io_uring_queue_init(ENTRIES, &loop->uring, 0);

	loop->runs = 0;
	if (status) {
		fprintf(stderr, "skipped: io_uring_queue_init: %s\n", strerror(-status));
		return false;
	}
	EXPECT_OK(rc_uring_group_init(&loop->group, &loop->uring, DATA));
	if (loop->group.way == RC__URING_POLL && way == RC__URING_FUTEX) {
		fprintf(stderr, "skipped: this kernel's io_uring does not wait for futexes\n");
		rc_uring_group_fini(&loop->group);
		io_uring_queue_exit(&loop->uring);
		return false;
	}
	loop->group.way = way;
	return true;
}

static inline void close_loop(struct loop *loop)
{
	rc_uring_group_fini(&loop->group);
	io_uring_queue_exit(&loop->uring);
}

/* Tells the group of the completions that are there. Returns how many. */
static inline int take_completions(struct loop *loop)
{
	struct io_uring_cqe *cqe;
	int count = 0;

	for (; !io_uring_peek_cqe(&loop->uring, &cqe); count++) {
		cr_assert_eq(cqe->user_data, DATA);
		rc_uring_group_completed(&loop->group);
		io_uring_cqe_seen(&loop->uring, cqe);
	}
	return count;
}

static inline void sleep_once(struct loop *loop)
{
	struct __kernel_timespec patience = { .tv_sec = 20 };
	struct io_uring_cqe *cqe;
	int status;

	cr_assert_geq(io_uring_submit(&loop->uring), 0);
	do
		status = io_uring_wait_cqe_timeout(&loop->uring, &cqe, &patience);
	while (status == -EINTR); /* a worker that ends is a signal */
	cr_assert_eq(status, 0, "a wake-up was lost: %s", strerror(-status));
	take_completions(loop);
}

/* Arms until there is nothing left to do, so that the loop may sleep. */
static inline void arm(struct loop *loop)
{
	uint64_t patience_ns = test_patience_ns();
	int status;

	while ((status = rc_uring_group_arm(&loop->group)) == 1 && rc_now_ns() < patience_ns)
		cr_assert_geq(rc_uring_group_poll(&loop->group), 0);
	cr_assert_eq(status, 0, "arming returns %d", status);
}

/* Goes on until so many callbacks have run. */
static inline void run_until(struct loop *loop, int runs)
{
	while (loop->runs < runs) {
		int status;

		cr_assert_geq(rc_uring_group_poll(&loop->group), 0);
		status = rc_uring_group_arm(&loop->group);
		cr_assert_geq(status, 0, "%s", rc_error_last()->text);
		if (!status && loop->runs < runs)
			sleep_once(loop);
	}
}

static inline void landed(void *context, int status)
{
	(void)status;
	((struct loop *)context)->runs++;
}

/* Clients of the peers in turn, in the group. */
static inline void open_clients(struct loop *loop, struct rc_peer *const peers[PEERS],
				struct rc_client *clients[], int count)
{
	for (int index = 0; index < count; index++) {
		clients[index] = test_client(peers[index % PEERS]);
		EXPECT_OK(rc_uring_group_add(&loop->group, clients[index]));
	}
}

static inline void open_peers(const struct test_way *way, struct rc_peer *peers[PEERS])
{
	/* The lanes of closed clients may still be on their way back. */
	const struct rc_options options = { .clients_max = 2 * MANY,
					    .ring_slots = 32,
					    .payload_bytes = 1 << 16 };

	for (int index = 0; index < PEERS; index++)
		peers[index] = test_open(way, &options);
}

static inline void close_peers(struct rc_peer *const peers[PEERS])
{
	for (int index = 0; index < PEERS; index++)
		test_close(peers[index], NULL);
}

/* One that no call has used: gates stay open. */
static inline uint64_t new_gate(void)
{
	static uint64_t gate;

	return ++gate;
}

#endif
