/* SPDX-License-Identifier: MIT */
/*
 * uring_wakes_test.c - workers that a loop on io_uring wakes by its submissions: how many entries
 * it takes, and that no wake-up waits for a submission that may never come.
 */
#include <pthread.h>

#include "tests/e2e/uring_loop.h"

static uint64_t wakes_of(const struct rc_client *client)
{
	struct rc_stats stats;

	rc_client_stats(client, &stats);
	return stats.host_wakes;
}

static void expect_no_late_worker(struct rc_client *const clients[], int count)
{
	for (int index = 0; index < count; index++) {
		struct rc_stats stats;

		rc_client_stats(clients[index], &stats);
		cr_assert_eq(stats.worker_late_wakes, 0, "a worker was not woken");
	}
}

/* Entries of the submission queue that wake workers: all that wake, but for those that end the
 * request before the next one. */
static unsigned worker_wakes(const struct loop *loop)
{
	const struct io_uring_sq *sq = &loop->uring.sq;
	unsigned ready = io_uring_sq_ready(&loop->uring), count = 0;

	for (unsigned entry = sq->sqe_tail - ready; entry != sq->sqe_tail; entry++) {
		const struct io_uring_sqe *sqe = &sq->sqes[entry & sq->ring_mask];
		const struct io_uring_sqe *next = &sq->sqes[(entry + 1) & sq->ring_mask];
		const struct rc_uring_wait *waits = (const void *)(uintptr_t)next->addr;

		if (sqe->opcode != RC__URING_OP_FUTEX_WAKE)
			continue;
		count += entry + 1 == sq->sqe_tail || next->opcode != RC__URING_OP_FUTEX_WAITV ||
			 waits[0].address != sqe->addr;
	}
	return count;
}

/* Calls each client. Returns how many slept and were to be woken. */
static unsigned call_each(struct loop *loop, struct rc_client *const clients[], int count)
{
	unsigned asleep = 0;

	for (int index = 0; index < count; index++) {
		uint64_t before = wakes_of(clients[index]);

		EXPECT_OK(kit_ping_async(clients[index], landed, loop, NULL));
		asleep += wakes_of(clients[index]) > before;
	}
	return asleep;
}

/* Calls clients whose workers sleep. False: not all did. */
static bool gather_once(struct loop *loop, struct rc_client *const clients[], int count)
{
	unsigned asleep, gathered;
	int runs = loop->runs;

	cr_assert_eq(rc_uring_group_poll(&loop->group), 0);
	asleep = call_each(loop, clients, count);
	gathered = asleep < 64 ? asleep : 64;
	cr_assert_eq(io_uring_sq_ready(&loop->uring), 0);
	cr_assert_geq(rc_uring_group_arm(&loop->group), 0);
	cr_assert_eq(worker_wakes(loop), gathered);
	cr_assert_geq(io_uring_submit(&loop->uring), 0);
	run_until(loop, runs + count);
	cr_assert_geq(io_uring_submit(&loop->uring), 0);
	take_completions(loop);
	return asleep == (unsigned)count;
}

/* Begins to gather. False: it cannot. */
static bool open_gathering_loop(struct loop *loop)
{
	if (!open_loop(loop, RC__URING_FUTEX))
		return false;
	rc_uring_group_gather(&loop->group);
	rc_uring_group_gather(&loop->group);
	return true;
}

static void gather(int count)
{
	const struct test_way way = { .park = true };
	struct rc_client *clients[MANY];
	struct rc_peer *peers[PEERS];
	struct loop loop;

	if (!open_gathering_loop(&loop))
		return;
	open_peers(&way, peers);
	open_clients(&loop, peers, clients, count);
	arm(&loop);
	cr_assert_geq(io_uring_submit(&loop.uring), 0);
	/* What was submitted takes no place any more. */
	for (int round = 0; round < 3; round++)
		EXPECT_UNTIL(gather_once(&loop, clients, count));
	expect_no_late_worker(clients, count);
	for (int index = 0; index < count; index++)
		rc_client_close(clients[index]);
	close_peers(peers);
	close_loop(&loop);
}

Test(uring_wakes, go_with_the_next_submission, .timeout = 240)
{
	gather(FEW);
}

Test(uring_wakes, go_at_once_when_they_are_too_many, .timeout = 240)
{
	gather(MANY);
}

/* Notes a wake-up of this client's worker, which opens the gate then. */
static uint64_t note_wake(struct rc_client *client)
{
	uint64_t gate, before;

	do {
		gate = new_gate();
		before = wakes_of(client);
		test_nap();
		EXPECT_OK(kit_open_gate(client, gate));
	} while (wakes_of(client) == before);
	return gate;
}

/* A synchronous call that returns only when the worker was woken for another client. `armed`: the
 * wake-up is in the submission queue already. */
static void depend_on_gathered(struct loop *loop, struct rc_client *const clients[2], bool armed)
{
	uint64_t gate = note_wake(clients[0]);

	if (armed) {
		arm(loop);
		cr_assert_eq(worker_wakes(loop), 1);
	}
	EXPECT_OK(kit_hold(clients[1], gate));
	cr_assert_geq(io_uring_submit(&loop->uring), 0);
	take_completions(loop);
}

static void *open_gate_beside(void *argument)
{
	static uint64_t gate;

	gate = note_wake(argument);
	return &gate;
}

/* The gate opens although this thread only looks. */
static void expect_open(struct rc_client *client, uint64_t gate)
{
	struct loop landing = { .runs = 0 };

	EXPECT_OK(kit_hold_async(client, gate, landed, &landing, NULL));
	EXPECT_UNTIL(rc_poll(client) >= 0 && landing.runs == 1);
}

/* Another thread makes a call: nobody would submit its wake-up. */
static void call_beside(struct rc_client *const clients[2])
{
	pthread_t thread;
	void *gate;

	cr_assert_eq(pthread_create(&thread, NULL, open_gate_beside, clients[0]), 0);
	pthread_join(thread, &gate);
	expect_open(clients[1], *(uint64_t *)gate);
}

/* The loop goes on without a submission, as when arming says that there is something to do. */
static void arm_again(struct loop *loop, struct rc_client *const clients[2])
{
	uint64_t gate = note_wake(clients[0]);

	arm(loop);
	arm(loop);
	expect_open(clients[1], gate);
	cr_assert_geq(io_uring_submit(&loop->uring), 0);
	take_completions(loop);
}

Test(uring_wakes, go_at_once_where_nobody_submits, .timeout = 240)
{
	const struct test_way way = { .park = true };
	struct rc_client *clients[2];
	struct rc_peer *peer;
	struct loop loop;

	if (!open_gathering_loop(&loop))
		return;
	peer = test_open(&way, NULL);
	clients[0] = test_client(peer);
	clients[1] = test_client(peer); /* the loop waits for the other one only */
	/* It has a slot even where calls run on the caller's thread. */
	rc_client_set_deadline(clients[1], test_patience_ns());
	EXPECT_OK(rc_uring_group_add(&loop.group, clients[0]));
	arm(&loop);
	cr_assert_geq(io_uring_submit(&loop.uring), 0);
	/* Not each worker that comes to its bound counts as late: see goside/wait.go. */
	for (int round = 0; round < 4; round++) {
		depend_on_gathered(&loop, clients, false);
		depend_on_gathered(&loop, clients, true);
		call_beside(clients);
		arm_again(&loop, clients);
	}
	expect_no_late_worker(clients, 2);

	/* What goes takes nothing along. */
	note_wake(clients[0]);
	rc_client_close(clients[0]);
	rc_client_close(clients[1]);
	test_close(peer, NULL);
	arm(&loop);
	cr_assert_eq(worker_wakes(&loop), 0);
	close_loop(&loop);
}
