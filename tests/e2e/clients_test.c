/* SPDX-License-Identifier: MIT */
/* clients_test.c - many clients on one peer: their number, their lanes, their threads. */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "ring/atomic.h"
#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"
#include "tests/testutil/tree.h"

enum {
	CLIENTS_DEFAULT = 64,
	THREADS = 8
};

Test(clients, one_more_than_the_peer_has_lanes_returns_eagain, .timeout = 240)
{
	struct rc_peer *peer = test_open(NULL, NULL);
	struct rc_client *clients[CLIENTS_DEFAULT], *more = NULL;
	int64_t sum;

	for (int turn = 0; turn < 3; turn++) {
		/* The lane of the last turn's client may still be on its way back. */
		for (int i = 0; i < CLIENTS_DEFAULT; i++)
			EXPECT_UNTIL(rc_client_open(peer, &clients[i]) == 0);
		EXPECT_FAILS(rc_client_open(peer, &more), -EAGAIN, RC_RAN_NO);
		EXPECT_SAYS("all 64 lanes", "clients_max");
		cr_assert_null(more);
		for (int i = 0; i < CLIENTS_DEFAULT; i++) {
			EXPECT_OK(kit_add(clients[i], i, turn, &sum));
			cr_assert_eq(sum, i + turn);
		}
		rc_client_close(clients[17]);
		EXPECT_UNTIL(rc_client_open(peer, &clients[17]) == 0);
		EXPECT_OK(kit_add(clients[17], 1, 2, &sum));
		for (int i = 0; i < CLIENTS_DEFAULT; i++)
			rc_client_close(clients[i]);
	}
	test_close(peer, NULL);
}

TEST_ALL_WAYS(clients, lane_of_a_closed_client_is_used_again)
{
	struct rc_options options = { .clients_max = 1, .ring_slots = 4, .payload_bytes = 4096 };
	struct rc_peer *peer = test_open(way, &options);

	for (int64_t turn = 0; turn < 500; turn++) {
		struct rc_client *client;
		int64_t sum;

		EXPECT_UNTIL(rc_client_open(peer, &client) == 0);
		for (int64_t call = 0; call < turn % 7; call++) {
			EXPECT_OK(kit_add(client, turn, call, &sum));
			cr_assert_eq(sum, turn + call);
		}
		/* What nobody waits for must not disturb the next user. */
		for (int64_t call = 0; call < turn % 4; call++)
			EXPECT_OK(kit_add_async(client, -1, -1, NULL, NULL, NULL));
		rc_client_close(client);
	}
	test_close(peer, NULL);
}

TEST_ALL_WAYS(clients, lane_with_a_running_handler_is_not_used_again)
{
	struct rc_options options = { .clients_max = 2 };
	struct rc_peer *peer = test_open(way, &options);
	struct rc_client *client = test_client(peer), *other = test_client(peer);
	struct rc_client *again;
	uint64_t count = 0;

	EXPECT_OK(kit_hold_async(client, 5, NULL, NULL, NULL));
	EXPECT_UNTIL(kit_held(other, 5, &count) == 0 && count == 1);
	rc_client_close(client);
	EXPECT_FAILS(rc_client_open(peer, &again), -EAGAIN, RC_RAN_NO);
	EXPECT_SAYS("all 2 lanes", "1 of them by closed clients");
	EXPECT_OK(kit_open_gate(other, 5));
	EXPECT_UNTIL(rc_client_open(peer, &again) == 0);
	EXPECT_OK(kit_ping(again));
	rc_client_close(again);
	test_close(peer, other);
}

TEST_ALL_WAYS(clients, do_not_wait_for_each_other)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *held = test_client(peer), *other = test_client(peer);
	uint64_t count = 0;
	int64_t sum;

	EXPECT_OK(kit_hold_async(held, 1, NULL, NULL, NULL));
	EXPECT_UNTIL(kit_held(other, 1, &count) == 0 && count == 1);
	for (int64_t call = 0; call < 1000; call++)
		EXPECT_OK(kit_add(other, call, 1, &sum));
	EXPECT_OK(kit_open_gate(other, 1));
	cr_assert_eq(rc_wait(held, test_patience_ns()), 1);
	rc_client_close(held);
	test_close(peer, other);
}

Test(clients, open_ones_make_rc_close_return_ebusy, .timeout = 240)
{
	struct rc_peer *peer = test_open(NULL, NULL);
	struct rc_client *first = test_client(peer), *second = test_client(peer);
	int64_t sum;

	EXPECT_FAILS(rc_close(peer, RC_FOREVER), -EBUSY, RC_RAN_NO);
	EXPECT_SAYS("2 clients", "rc_client_close");
	rc_client_close(first);
	EXPECT_FAILS(rc_close(peer, 0), -EBUSY, RC_RAN_NO);
	EXPECT_SAYS("1 client");
	EXPECT_OK(kit_add(second, 40, 2, &sum));
	cr_assert_eq(sum, 42);
	rc_client_close(second);
	rc_client_close(NULL);
	EXPECT_OK(rc_close(peer, RC_FOREVER));
	EXPECT_OK(rc_close(NULL, RC_FOREVER));
}

Test(clients, may_move_to_another_thread, .timeout = 240)
{
	struct rc_peer *peer = test_open(NULL, NULL);
	struct rc_client *client = test_client(peer);
	struct rc_peer *other_peer = test_open(NULL, NULL);
	struct rc_client *other = test_client(other_peer);
	int64_t sum;

	/* Two peers in one process do not disturb each other either. */
	EXPECT_OK(kit_add(client, 1, 2, &sum));
	EXPECT_OK(kit_add(other, 3, 4, &sum));
	cr_assert(test_in_process() == (rc_peer_pid(peer) == rc_peer_pid(other_peer)));
	test_close(peer, client);
	EXPECT_OK(kit_add(other, 5, 6, &sum));
	cr_assert_eq(sum, 11);
	test_close(other_peer, other);
}

/* One thread with a client of its own. */
struct worker_thread {
	pthread_t thread;
	struct rc_peer *peer;
	uint32_t *stop;
	uint32_t calls; /* atomic */
	int wrong;
	int failed;
	char text[256];
};

static void expect_call(struct worker_thread *self, struct rc_client *client, int64_t call)
{
	struct kit_tree tree = { .name = { (const char *)&call, sizeof(call) } };
	const struct kit_tree *same;
	int64_t sum = 0;

	if (kit_add(client, call, 7, &sum))
		self->failed++;
	else
		self->wrong += sum != call + 7;
	if (call % 16)
		return;
	if (kit_echo(client, &tree, &same)) {
		self->failed++;
		return;
	}
	self->wrong += test_tree_difference(&tree, same) != NULL;
	rc_release(client, same);
}

static void *call_until_stopped(void *argument)
{
	struct worker_thread *self = argument;
	struct rc_client *client;

	if (rc_client_open(self->peer, &client)) {
		self->failed++;
		snprintf(self->text, sizeof(self->text), "%s", rc_error_last()->text);
		return NULL;
	}
	while (!rc__load_acquire(self->stop) && !self->failed) {
		expect_call(self, client, self->calls);
		rc__store_release(&self->calls, self->calls + 1);
	}
	if (self->failed)
		snprintf(self->text, sizeof(self->text), "%s", rc_error_last()->text);
	rc_client_close(client);
	return NULL;
}

static bool all_reached(struct worker_thread *threads, uint32_t calls)
{
	for (int i = 0; i < THREADS; i++)
		if (!threads[i].failed && rc__load_acquire(&threads[i].calls) < calls)
			return false;
	return true;
}

TEST_ALL_WAYS(clients, of_more_threads_than_cpus_all_make_progress)
{
	struct worker_thread threads[THREADS] = { { 0 } };
	uint32_t stop = 0;
	struct rc_peer *peer;
	cpu_set_t two;

	/* Host and worker share the first two CPUs that this process may use. */
	cr_assert_eq(sched_getaffinity(0, sizeof(two), &two), 0);
	for (size_t cpu = 0, kept = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &two) && kept++ >= 2)
			CPU_CLR(cpu, &two);
	cr_assert_eq(sched_setaffinity(0, sizeof(two), &two), 0);
	peer = test_open(way, NULL);
	for (int i = 0; i < THREADS; i++) {
		threads[i].peer = peer;
		threads[i].stop = &stop;
		cr_assert_eq(pthread_create(&threads[i].thread, NULL, call_until_stopped,
					    &threads[i]),
			     0);
	}
	/* Each has to get there, not only all of them together: nobody starves. */
	bool reached = TEST_UNTIL(all_reached(threads, 3000));
	rc__store_release(&stop, 1);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i].thread, NULL);
		cr_assert_eq(threads[i].failed, 0, "%s", threads[i].text);
		cr_assert_eq(threads[i].wrong, 0);
	}
	cr_assert(reached, "a thread starved");
	test_close(peer, NULL);
}
