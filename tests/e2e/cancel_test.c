/* SPDX-License-Identifier: MIT */
/* cancel_test.c - a cancelled call has one outcome, at any moment and from any thread. */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ring/atomic.h"
#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"

static void count_outcome(void *context, int status)
{
	*(int *)context += status ? 1000 : 1;
}

static uint32_t in_flight(struct rc_client *client)
{
	struct rc_stats stats;

	rc_poll(client);
	rc_client_stats(client, &stats);
	return stats.in_flight;
}

TEST_ALL_WAYS(cancel, ends_the_context_of_the_handler_and_runs_no_callback)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	int outcomes = 0;

	for (int turn = 0; turn < 20; turn++) {
		struct rc_call call;

		/* Returns when its context is done, and not before. */
		EXPECT_OK(kit_wait_done_async(client, count_outcome, &outcomes, &call));
		if (turn % 2)
			rc_poll(client);
		EXPECT_OK(rc_call_cancel(&call));
		EXPECT_FAILS(rc_call_cancel(&call), -EALREADY, RC_RAN_PERHAPS);
		cr_assert_eq(rc_wait(client, RC_FOREVER), 0, "a cancelled call is waited for");
		EXPECT_UNTIL(in_flight(client) == 0);
	}
	cr_assert_eq(outcomes, 0);
	EXPECT_OK(kit_ping(client));
	test_close(peer, client);
}

TEST_ALL_WAYS(cancel, before_the_handler_runs_is_seen_by_it)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer), *other = test_client(peer);
	struct rc_call call;
	int outcomes = 0;

	EXPECT_OK(kit_hold_async(client, 1, count_outcome, &outcomes, NULL));
	EXPECT_OK(kit_wait_done_async(client, count_outcome, &outcomes, &call));
	EXPECT_OK(rc_call_cancel(&call));
	EXPECT_OK(kit_open_gate(other, 1));
	EXPECT_UNTIL(in_flight(client) == 0);
	cr_assert_eq(outcomes, 1);
	rc_client_close(other);
	test_close(peer, client);
}

TEST_ALL_WAYS(cancel, by_closing_the_client_ends_contexts)
{
	struct rc_options options = { .clients_max = 1 };
	struct rc_peer *peer = test_open(way, &options);
	struct rc_client *client = test_client(peer);
	int outcomes = 0;

	EXPECT_OK(kit_wait_done_async(client, count_outcome, &outcomes, NULL));
	rc_client_close(client);
	cr_assert_eq(outcomes, 1000, "its callback did not say so");
	/* The lane is free when the handler has returned. */
	EXPECT_UNTIL(!rc_client_open(peer, &client));
	EXPECT_OK(kit_ping(client));
	test_close(peer, client);
}

/* A call that cancels itself, and another one, from its callback. */
struct pair {
	struct rc_call first;
	struct rc_call second;
	int statuses[3];
	int runs;
};

static void cancel_both(void *context, int status, const int64_t *sum)
{
	struct pair *pair = context;

	pair->runs += !status && *sum == 3;
	pair->statuses[0] = rc_call_cancel(&pair->first);
	pair->statuses[1] = rc_call_cancel(&pair->second);
	pair->statuses[2] = rc_call_cancel(&pair->second);
}

TEST_ALL_WAYS(cancel, from_a_callback_works)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	struct pair pair = { .runs = 0 };
	int outcomes = 0;

	EXPECT_OK(kit_add_async(client, 1, 2, cancel_both, &pair, &pair.first));
	EXPECT_OK(kit_wait_done_async(client, count_outcome, &outcomes, &pair.second));
	cr_assert_eq(rc_wait(client, test_patience_ns()), 1, "%s", rc_error_last()->text);
	cr_assert_eq(pair.runs, 1);
	cr_assert_eq(pair.statuses[0], -EALREADY, "it ran itself");
	cr_assert_eq(pair.statuses[1], 0);
	cr_assert_eq(pair.statuses[2], -EALREADY);
	EXPECT_UNTIL(in_flight(client) == 0);
	cr_assert_eq(outcomes, 0);
	test_close(peer, client);
}

TEST_SPIN_PARK(cancel, of_an_answered_call_drops_its_reply)
{
	struct rc_options options = { .ring_slots = 64, .payload_bytes = 1 << 20 };
	struct rc_peer *peer = test_open(way, &options);
	struct rc_client *client = test_client(peer);
	struct rc_call calls[40];
	int outcomes = 0;
	void *all;

	for (int i = 0; i < 40; i++)
		EXPECT_OK(i % 2 ? kit_large_async(client, 3000, 1, NULL, NULL, &calls[i])
				: kit_ping_async(client, count_outcome, &outcomes, &calls[i]));
	EXPECT_OK(kit_ping(client)); /* reads all replies before its own */
	for (int i = 0; i < 40; i += 4) {
		EXPECT_OK(rc_call_cancel(&calls[i]));
		EXPECT_OK(rc_call_cancel(&calls[i + 1]));
		EXPECT_OK(rc_call_cancel(&calls[i + 3]));
	}
	cr_assert_eq(rc_poll(client), 10);
	cr_assert_eq(outcomes, 10);
	EXPECT_UNTIL(in_flight(client) == 0); /* large replies are fetched, or dropped */
	all = rc_alloc(client, 1 << 20);
	cr_assert_not_null(all, "%s", rc_error_last()->text);
	test_close(peer, client);
}

TEST_ALL_WAYS(cancel, keeps_the_payload_until_the_worker_has_answered)
{
	struct rc_options options = { .payload_bytes = 1 << 20 };
	struct rc_peer *peer = test_open(way, &options);
	struct rc_client *client = test_client(peer), *other = test_client(peer);
	char *half = rc_alloc(client, 1 << 19);
	struct rc_call held, call;
	void *all;

	memset(half, 1, 1 << 19);
	EXPECT_OK(kit_hold_async(client, 1, NULL, NULL, &held));
	EXPECT_OK(kit_sum_async(client, (struct rc_bytes){ (uint8_t *)half, 1 << 19, 1 << 19 },
				NULL, NULL, &call));
	EXPECT_OK(rc_call_release(&call, half));
	EXPECT_FAILS(rc_call_release(&call, half), -EBUSY, RC_RAN_PERHAPS);
	if (!way->concurrent) {
		EXPECT_OK(rc_call_cancel(&call));
		cr_assert_null(rc_alloc(client, 1 << 20), "the worker still reads it");
	}
	EXPECT_OK(kit_open_gate(other, 1));
	EXPECT_OK(rc_call_wait(&held, NULL, test_patience_ns()));
	if (way->concurrent) {
		uint64_t sum = 0;

		EXPECT_OK(rc_call_wait(&call, &sum, test_patience_ns()));
		cr_assert_eq(sum, 1 << 19);
	}
	EXPECT_UNTIL(in_flight(client) == 0);
	all = rc_alloc(client, 1 << 20);
	cr_assert_not_null(all, "%s", rc_error_last()->text);
	/* Of a call that has ended it is released at once. */
	EXPECT_OK(rc_call_release(&call, all));
	all = rc_alloc(client, 1 << 20);
	cr_assert_not_null(all, "%s", rc_error_last()->text);
	rc_client_close(other);
	test_close(peer, client);
}

/* The arguments' storage is gone when this returns. */
static __attribute__((noinline)) void submit_from_stack(struct rc_client *client, int turn,
							struct rc_call *call)
{
	char text[600];
	struct kit_block block;

	memset(text, 'a' + turn % 26, sizeof(text));
	memset(&block, turn, sizeof(block));
	EXPECT_OK(kit_text_async(client, (struct rc_str){ text, sizeof(text) }, NULL, NULL, call));
	EXPECT_OK(kit_bump_async(client, &block, NULL, NULL, call + 1));
	memset(text, 0, sizeof(text));
	memset(&block, 0, sizeof(block));
}

TEST_ALL_WAYS(cancel, and_submit_leave_stack_arguments_alone)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);

	for (int turn = 0; turn < 50; turn++) {
		const struct rc_str *same = NULL;
		struct kit_block bumped;
		struct rc_call calls[2];

		submit_from_stack(client, turn, calls);
		if (turn % 5 == 4) {
			EXPECT_OK(rc_call_cancel(&calls[0]));
			EXPECT_OK(rc_call_cancel(&calls[1]));
			continue;
		}
		EXPECT_OK(rc_call_wait(&calls[0], &same, test_patience_ns()));
		cr_assert_eq(same->len, 600);
		cr_assert_eq(same->ptr[599], 'a' + turn % 26);
		rc_release(client, same);
		EXPECT_OK(rc_call_wait(&calls[1], &bumped, test_patience_ns()));
		cr_assert_eq(bumped.words[3] & 0xff, (uint64_t)turn + 1);
	}
	test_close(peer, client);
}

/* A thread that cancels a call whose callback runs, and that callback. */
struct canceller {
	struct rc_client *client;
	struct rc_call call;
	uint32_t thread_id; /* 0 until it runs; atomic */
	uint32_t returned;  /* from rc_call_cancel(); atomic */
	uint32_t early;     /* while the callback ran */
	int status;
};

static void *cancel_one(void *argument)
{
	struct canceller *canceller = argument;

	rc__store_release(&canceller->thread_id, (uint32_t)gettid());
	canceller->status = rc_call_cancel(&canceller->call);
	rc__store_release(&canceller->returned, 1);
	return NULL;
}

/* Makes a call when the other thread waits for this callback: that takes the client back from it,
 * before the callback ends. */
static void call_while_awaited(void *context, int status, const int64_t *sum)
{
	struct canceller *canceller = context;
	pthread_t thread;
	int64_t other;

	cr_assert(!status && *sum == 3);
	cr_assert_eq(pthread_create(&thread, NULL, cancel_one, canceller), 0);
	pthread_detach(thread);
	EXPECT_UNTIL(rc__load_acquire(&canceller->thread_id) &&
		     test_asleep((int)rc__load_acquire(&canceller->thread_id)));
	EXPECT_OK(kit_add(canceller->client, 4, 5, &other));
	canceller->early = rc__load_acquire(&canceller->returned);
}

TEST_ALL_WAYS(cancel, waits_for_a_callback_that_makes_a_call)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct canceller canceller = { .client = test_client(peer) };

	EXPECT_OK(kit_add_async(canceller.client, 1, 2, call_while_awaited, &canceller,
				&canceller.call));
	cr_assert_eq(rc_wait(canceller.client, test_patience_ns()), 1);
	EXPECT_UNTIL(rc__load_acquire(&canceller.returned));
	cr_assert_eq(canceller.status, -EALREADY);
	cr_assert_eq(canceller.early, 0);
	test_close(peer, canceller.client);
}

enum {
	RACED = 4000,
	RACE_DEPTH = 32
};

/* A call that two threads race for: the client's by polling, the other by cancelling. */
struct raced {
	struct rc_call call;
	uint32_t runs;      /* of its callback */
	uint32_t cancelled; /* 1: rc_call_cancel() said 0; 2: it said -EALREADY */
	uint32_t late;      /* its callback ran after rc_call_cancel() had returned */
};

struct race {
	struct raced *calls;
	uint32_t submitted; /* atomic */
};

static void raced_done(void *context, int status, const int64_t *sum)
{
	struct raced *raced = context;

	(void)sum;
	raced->late += rc__load_acquire(&raced->cancelled) != 0;
	raced->runs += status == 0;
}

static void *cancel_some(void *argument)
{
	struct race *race = argument;

	for (uint32_t i = 0; i < RACED; i += 3) {
		int status;

		while (rc__load_acquire(&race->submitted) <= i)
			sched_yield();
		status = rc_call_cancel(&race->calls[i].call);
		/* What the callback wrote has to be seen here. */
		if ((status == -EALREADY) != (race->calls[i].runs == 1))
			race->calls[i].late++;
		rc__store_release(&race->calls[i].cancelled, status ? 2 : 1);
	}
	return NULL;
}

TEST_ALL_WAYS(cancel, races_with_completion_and_one_of_them_wins)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	struct race race = { .calls = calloc(RACED, sizeof(*race.calls)) };
	uint32_t cancelled = 0;
	pthread_t thread;

	cr_assert_eq(pthread_create(&thread, NULL, cancel_some, &race), 0);
	for (uint32_t i = 0; i < RACED; i++) {
		while (in_flight(client) >= RACE_DEPTH)
			;
		EXPECT_OK(kit_add_async(client, i, 1, raced_done, &race.calls[i],
					&race.calls[i].call));
		rc__store_release(&race.submitted, i + 1);
	}
	EXPECT_UNTIL(in_flight(client) == 0);
	pthread_join(thread, NULL);
	for (uint32_t i = 0; i < RACED; i++) {
		const struct raced *raced = &race.calls[i];

		cancelled += raced->cancelled == 1;
		cr_assert_eq(raced->late, 0, "call %u: a callback after its cancellation", i);
		cr_assert_eq(raced->runs + (raced->cancelled == 1), 1,
			     "call %u ran %u times and cancelling it gave %u", i, raced->runs,
			     raced->cancelled);
	}
	fprintf(stderr, "%s: %u of %d cancelled\n", way->name, cancelled, (RACED + 2) / 3);
	free(race.calls);
	test_close(peer, client);
}
