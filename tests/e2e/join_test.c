/* SPDX-License-Identifier: MIT */
/* join_test.c - rc_call_wait(): calls made without a callback, in any order and on any thread. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"

enum {
	CALLS = 300
};

TEST_ALL_WAYS(join, in_any_order_gives_each_call_its_own_reply)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	struct rc_call calls[CALLS];
	int64_t sum;

	for (int turn = 0; turn < 3; turn++) {
		for (int i = 0; i < CALLS; i++)
			EXPECT_OK(kit_add_async(client, i, turn, NULL, NULL, &calls[i]));
		cr_assert_eq(rc_poll(client), 0, "it completes what is to be waited for");
		cr_assert_eq(rc_wait(client, RC_FOREVER), 0);
		for (int i = 0; i < CALLS; i++) {
			int call = turn == 0 ? i : turn == 1 ? CALLS - 1 - i : i * 7 % CALLS;

			EXPECT_OK(rc_call_wait(&calls[call], &sum, test_patience_ns()));
			cr_assert_eq(sum, call + turn);
		}
		EXPECT_FAILS(rc_call_wait(&calls[0], &sum, RC_FOREVER), -ECANCELED, RC_RAN_PERHAPS);
	}
	test_close(peer, client);
}

TEST_ALL_WAYS(join, gives_replies_of_every_kind)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	struct rc_call large, fails, ping, dropped;
	const struct rc_bytes *made;

	for (int turn = 0; turn < 20; turn++) {
		EXPECT_OK(kit_large_async(client, 70000, 3, NULL, NULL, &large));
		EXPECT_OK(kit_fail_async(client, 42, rc_str_of("no"), NULL, NULL, &fails));
		EXPECT_OK(kit_large_async(client, 5000, 3, NULL, NULL, &dropped));
		EXPECT_OK(kit_ping_async(client, NULL, NULL, &ping));
		EXPECT_OK(rc_call_wait(&ping, NULL, test_patience_ns()));
		EXPECT_FAILS(rc_call_wait(&fails, NULL, test_patience_ns()), -EREMOTEIO,
			     RC_RAN_YES);
		cr_assert_eq(rc_error_last()->application, 42);
		EXPECT_OK(rc_call_wait(&dropped, NULL, test_patience_ns()));
		EXPECT_OK(rc_call_wait(&large, &made, test_patience_ns()));
		cr_assert_eq(made->len, 70000);
		cr_assert_eq(made->ptr[69999], (uint8_t)(3 + 69999));
		rc_release(client, made);
	}
	test_close(peer, client);
}

static void count_calls(void *context, int status)
{
	*(int *)context += status == 0;
}

TEST_ALL_WAYS(join, that_is_not_possible_is_refused)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer), *other = test_client(peer);
	uint64_t deadline_ns = test_in_ms(10);
	struct rc_call call, called_back;
	int runs = 0;

	EXPECT_OK(kit_hold_async(client, 1, NULL, NULL, &call));
	EXPECT_OK(kit_hold_async(client, 1, count_calls, &runs, &called_back));
	EXPECT_FAILS(rc_call_wait(&called_back, NULL, RC_FOREVER), -EINVAL, RC_RAN_PERHAPS);
	EXPECT_SAYS("kit.hold", "callback");
	EXPECT_FAILS(rc_call_wait(&call, NULL, deadline_ns), -ETIMEDOUT, RC_RAN_PERHAPS);
	cr_assert_geq(rc_now_ns(), deadline_ns);
	EXPECT_SAYS("kit.hold", "deadline", "wait again");
	EXPECT_OK(kit_open_gate(other, 1));
	EXPECT_OK(rc_call_wait(&call, NULL, test_patience_ns()));
	while (!runs)
		cr_assert_geq(rc_wait(client, test_patience_ns()), 0);
	rc_client_close(other);
	test_close(peer, client);
}

/* A thread that waits for calls of another one's client. */
struct joiner {
	struct rc_call call;
	uint64_t gate;
	int status;
	int64_t sum;
	pthread_t thread;
};

static void *join_hold(void *argument)
{
	struct joiner *joiner = argument;

	joiner->status = rc_call_wait(&joiner->call, NULL, test_patience_ns());
	return NULL;
}

static void *join_add(void *argument)
{
	struct joiner *joiner = argument;

	joiner->status = rc_call_wait(&joiner->call, &joiner->sum, test_patience_ns());
	return NULL;
}

TEST_ALL_WAYS(join, on_another_thread_needs_nothing_of_the_clients_own)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);

	for (int turn = 0; turn < 50; turn++) {
		struct joiner joiners[4] = { { .status = 1 } };

		for (int i = 0; i < 4; i++)
			EXPECT_OK(kit_add_async(client, turn, i, NULL, NULL, &joiners[i].call));
		for (int i = 0; i < 4; i++)
			pthread_create(&joiners[i].thread, NULL, join_add, &joiners[i]);
		for (int i = 0; i < 4; i++) {
			pthread_join(joiners[i].thread, NULL);
			cr_assert_eq(joiners[i].status, 0);
			cr_assert_eq(joiners[i].sum, turn + i);
		}
	}
	test_close(peer, client);
}

TEST_ALL_WAYS(join, on_other_threads_and_calls_on_the_own_do_not_disturb_each_other)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer), *other = test_client(peer);
	struct joiner held = { .gate = 1 };
	int runs = 0;

	if (!way->concurrent)
		EXPECT_OK(kit_hold_async(other, 2, NULL, NULL, &held.call));
	else
		EXPECT_OK(kit_hold_async(client, 2, NULL, NULL, &held.call));
	pthread_create(&held.thread, NULL, join_hold, &held);
	for (int turn = 0; turn < 200; turn++) {
		struct joiner joiners[2] = { { .status = 1 } };
		int64_t sum = 0;

		for (int i = 0; i < 2; i++) {
			EXPECT_OK(kit_add_async(client, turn, i, NULL, NULL, &joiners[i].call));
			pthread_create(&joiners[i].thread, NULL, join_add, &joiners[i]);
		}
		EXPECT_OK(kit_ping_async(client, count_calls, &runs, NULL));
		EXPECT_OK(kit_add(client, turn, 7, &sum));
		cr_assert_eq(sum, turn + 7);
		while (runs <= turn)
			cr_assert_geq(rc_wait(client, test_patience_ns()), 0);
		for (int i = 0; i < 2; i++) {
			pthread_join(joiners[i].thread, NULL);
			cr_assert_eq(joiners[i].status, 0);
			cr_assert_eq(joiners[i].sum, turn + i);
		}
	}
	EXPECT_OK(kit_open_gate(client, 2));
	pthread_join(held.thread, NULL);
	cr_assert_eq(held.status, 0);
	rc_client_close(other);
	test_close(peer, client);
}

TEST_ALL_WAYS(join, ends_when_the_call_is_cancelled)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);

	for (int turn = 0; turn < 20; turn++) {
		struct joiner joiner = { .status = 1 };

		EXPECT_OK(kit_wait_done_async(client, NULL, NULL, &joiner.call));
		pthread_create(&joiner.thread, NULL, join_hold, &joiner);
		if (turn % 2)
			test_nap();
		EXPECT_OK(rc_call_cancel(&joiner.call));
		pthread_join(joiner.thread, NULL);
		cr_assert_eq(joiner.status, -ECANCELED, "%d", joiner.status);
	}
	EXPECT_OK(kit_ping(client));
	test_close(peer, client);
}

TEST_ALL_WAYS(join, ends_when_the_worker_dies)
{
	struct rc_peer *peer;
	struct rc_client *client;
	struct joiner joiner = { .status = 1 };
	struct rc_call death;
	int status;

	if (test_in_process())
		return;
	peer = test_open(way, NULL);
	client = test_client(peer);
	EXPECT_OK(kit_hold_async(client, 1, NULL, NULL, &joiner.call));
	EXPECT_OK(kit_die_async(client, KIT_KILL, NULL, NULL, &death));
	pthread_create(&joiner.thread, NULL, join_hold, &joiner);
	status = rc_call_wait(&death, NULL, test_patience_ns());
	cr_assert(status == -ECONNRESET || status == -ENOTCONN, "%d", status);
	pthread_join(joiner.thread, NULL);
	cr_assert(joiner.status == -ECONNRESET || joiner.status == -ENOTCONN, "%d", joiner.status);
	rc_client_close(client);
	rc_close(peer, test_patience_ns());
}
