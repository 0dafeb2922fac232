/* SPDX-License-Identifier: MIT */
/*
 * stage_test.c - calls that completion callbacks make: they go to the worker together, and none
 * stays behind.
 *
 * What a callback can see of that is how many calls have come to a gate: it asks by a client of its
 * own. Nothing here has to be fast, so the library is told that calls are.
 */
#include "cside/internal.h"
#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"

enum {
	IN_FLIGHT = 64,
	GATE = 17,
	OPEN_GATE,
	OTHER_GATE
};

struct staging;

/* What the first callback of a collection does. */
typedef void act(struct staging *staging);

struct staging {
	struct rc_client *client;
	struct rc_client *other;
	struct rc_peer *peer;
	act *act;          /* once, or NULL */
	uint32_t together; /* callbacks that saw that requests wait for each other */
	uint32_t again;    /* calls that callbacks are still to make */
	uint32_t landed;
	uint32_t held_landed;
	struct rc_call call;
	int thread_status;
	int64_t sum;
};

static void swap_done(void *context, int status, const struct kit_pair *swapped);

static void swap(struct staging *staging, uint64_t number)
{
	struct kit_pair pair = { number, ~number };

	EXPECT_OK(kit_swap_async(staging->client, &pair, swap_done, staging, NULL));
}

static void swap_done(void *context, int status, const struct kit_pair *swapped)
{
	struct staging *staging = context;

	cr_assert_eq(status, 0, "%s", rc_error_last()->text);
	cr_assert_eq(swapped->first, ~swapped->second);
	staging->landed++;
	if (staging->client->stage.most > 1) {
		act *once = staging->act;

		staging->together++;
		staging->act = NULL;
		if (once)
			once(staging);
	}
	if (staging->again) {
		staging->again--;
		swap(staging, staging->again);
	}
}

static void held_done(void *context, int status)
{
	struct staging *staging = context;

	cr_assert_eq(status, 0, "%s", rc_error_last()->text);
	staging->held_landed++;
}

static uint32_t staged(const struct rc_client *client)
{
	return rc__stage_count(&client->stage, client->requests.position);
}

/* Has the next calls taken for fast ones, as long as the library does not look at its clock. */
static void expect_fast(struct rc_client *client)
{
	client->stage.slow = false;
	client->stage.paced_position = client->requests.position;
}

static void hold(struct staging *staging)
{
	EXPECT_OK(kit_hold_async(staging->client, GATE, held_done, staging, NULL));
}

/* Runs callbacks until `act` has run in one of them. */
static void run_act(struct staging *staging, act *act)
{
	/* Go code in this process that is called in place has nothing to wait for. */
	staging->act = staging->client->head.direct ? NULL : act;
	while (staging->act) {
		uint32_t landed = staging->landed;

		for (uint32_t call = 0; call < IN_FLIGHT; call++)
			swap(staging, call);
		while (staging->landed < landed + IN_FLIGHT) {
			expect_fast(staging->client);
			cr_assert_geq(rc_wait(staging->client, test_patience_ns()), 0);
		}
	}
}

static struct staging open_staging(const struct test_way *way)
{
	struct staging staging = { .peer = test_open(way, NULL) };
	struct kit_pair pair = { 1, 2 }, swapped;

	staging.client = test_client(staging.peer);
	staging.other = test_client(staging.peer);
	/* A method is known after its first call. */
	EXPECT_OK(kit_swap(staging.client, &pair, &swapped));
	EXPECT_OK(kit_open_gate(staging.client, OPEN_GATE));
	EXPECT_OK(kit_hold(staging.client, OPEN_GATE));
	return staging;
}

static uint64_t held(const struct staging *staging)
{
	uint64_t count = 0;

	EXPECT_OK(kit_held(staging->other, GATE, &count));
	return count;
}

static void close_staging(struct staging *staging, uint32_t calls_held)
{
	if (staging->client->head.direct)
		calls_held = 0;
	EXPECT_OK(kit_open_gate(staging->other, GATE));
	while (staging->held_landed < calls_held)
		cr_assert_geq(rc_wait(staging->client, test_patience_ns()), 0);
	rc_client_close(staging->other);
	test_close(staging->peer, staging->client);
}

/* What the callback has called is sent, although it does not return before. */
static void expect_sent(const struct test_way *way, act *act)
{
	struct staging staging = open_staging(way);

	run_act(&staging, act);
	close_staging(&staging, 1);
}

static void hold_and_flush(struct staging *staging)
{
	hold(staging);
	cr_assert_eq(staged(staging->client), 1, "the call did not wait for others");
	rc_flush(staging->client);
	EXPECT_UNTIL(held(staging) == 1);
}

TEST_ALL_WAYS(stage, flush_sends_what_a_callback_has_called)
{
	expect_sent(way, hold_and_flush);
}

static void hold_and_call(struct staging *staging)
{
	hold(staging);
	EXPECT_OK(kit_add(staging->client, 20, 22, &staging->sum));
	cr_assert_eq(staging->sum, 42);
	EXPECT_UNTIL(held(staging) == 1);
}

TEST_ALL_WAYS(stage, synchronous_call_sends_what_was_called_before)
{
	expect_sent(way, hold_and_call);
}

static void hold_and_note(struct staging *staging)
{
	hold(staging);
	EXPECT_OK(kit_note_text(staging->client, rc_str_of("a message with parts")));
	EXPECT_UNTIL(held(staging) == 1);
}

TEST_ALL_WAYS(stage, call_of_another_kind_sends_what_was_called_before)
{
	expect_sent(way, hold_and_note);
}

static void *wait_for_call(void *context)
{
	struct staging *staging = context;

	staging->thread_status = kit_hold_wait(&staging->call, test_patience_ns());
	return NULL;
}

/* A thread that waits for a call made earlier, which is not answered before the gate opens. */
static void hold_and_join(struct staging *staging)
{
	pthread_t thread;

	hold(staging);
	cr_assert_eq(staged(staging->client), 1, "the call did not wait for others");
	cr_assert_eq(pthread_create(&thread, NULL, wait_for_call, staging), 0);
	EXPECT_UNTIL(held(staging) == 1);
	EXPECT_OK(kit_open_gate(staging->other, OTHER_GATE));
	pthread_join(thread, NULL);
	cr_assert_eq(staging->thread_status, 0);
}

TEST_ALL_WAYS(stage, thread_that_waits_sends_what_was_called_before)
{
	struct staging staging = open_staging(way);

	EXPECT_OK(kit_hold_async(staging.client, OTHER_GATE, NULL, NULL, &staging.call));
	run_act(&staging, hold_and_join);
	if (staging.client->head.direct)
		EXPECT_OK(kit_open_gate(staging.other, OTHER_GATE));
	close_staging(&staging, 1);
}

static void hold_and_cancel(struct staging *staging)
{
	EXPECT_OK(kit_hold_async(staging->client, GATE, held_done, staging, &staging->call));
	EXPECT_OK(rc_call_cancel(&staging->call));
}

TEST_ALL_WAYS(stage, call_can_be_cancelled_before_it_is_sent)
{
	struct staging staging = open_staging(way);

	run_act(&staging, hold_and_cancel);
	if (!staging.client->head.direct)
		EXPECT_UNTIL(held(&staging) == 1);
	close_staging(&staging, 0);
	cr_assert_eq(staging.held_landed, 0);
}

TEST_ALL_WAYS(stage, nothing_is_left_when_a_poll_returns)
{
	struct staging staging = open_staging(way);
	uint32_t sent = IN_FLIGHT;

	staging.again = 40 * IN_FLIGHT;
	for (uint32_t call = 0; call < IN_FLIGHT; call++)
		swap(&staging, call);
	while (staging.landed < sent + 40 * IN_FLIGHT) {
		expect_fast(staging.client);
		cr_assert_geq(rc_poll(staging.client), 0);
		cr_assert_eq(staged(staging.client), 0);
		cr_assert_eq(staging.client->stage.most, 0);
	}
	cr_assert(staging.together || staging.client->head.direct, "no requests were ever staged");
	close_staging(&staging, 0);
}

/* By which the worker sees when replies that wait for each other would be missed. */
TEST_ALL_WAYS(stage, request_says_how_many_replies_may_come_together)
{
	struct staging staging = open_staging(way);
	const struct rc__ring *requests = &staging.client->requests;
	bool direct = staging.client->head.direct;

	for (uint32_t calls = 1; calls <= 2 * RC__STAGE_SHARE * RC__STAGE_SLOTS; calls++) {
		int32_t want = (int32_t)(calls / RC__STAGE_SHARE);
		const struct rc_slot *slot;

		swap(&staging, calls);
		slot = &requests->slots[(requests->position - 1) & requests->mask];
		if (!direct)
			cr_assert_eq(slot->status, want < RC__STAGE_SLOTS ? want : RC__STAGE_SLOTS);
	}
	while (staging.landed < 2 * RC__STAGE_SHARE * RC__STAGE_SLOTS)
		cr_assert_geq(rc_wait(staging.client, test_patience_ns()), 0);
	close_staging(&staging, 0);
}

static void swap_dies(void *context, int status, const struct kit_pair *swapped)
{
	struct staging *staging = context;

	(void)swapped;
	/* -ECONNRESET would say that it may have run. */
	cr_assert_eq(status, -ENOTCONN, "%s", rc_error_last()->text);
	staging->held_landed++;
}

static void swap_and_kill(struct staging *staging)
{
	struct kit_pair pair = { 1, 2 };
	struct rc_stats stats;

	EXPECT_OK(kit_swap_async(staging->client, &pair, swap_dies, staging, NULL));
	cr_assert_eq(staged(staging->client), 1);
	(void)kit_die(staging->other, KIT_KILL);
	EXPECT_UNTIL(rc__peer_state(staging->peer) == RC__PEER_DEAD);
	rc_client_stats(staging->client, &stats);
	cr_assert_geq(stats.in_flight, 1);
}

Test(stage, call_not_yet_sent_did_not_run_when_the_worker_dies)
{
	static const struct test_way way = { .name = "spin" };
	struct staging staging;

	if (test_in_process())
		return; /* it would take this process with it */
	staging = open_staging(&way);
	staging.act = swap_and_kill;
	for (uint32_t call = 0; call < IN_FLIGHT; call++)
		swap(&staging, call);
	/* All of these have to be answered before the worker dies. */
	EXPECT_UNTIL(rc__load_acquire(
			     &staging.client->replies
				      .slots[(staging.client->replies.position + IN_FLIGHT - 1) &
					     staging.client->replies.mask]
				      .sequence) ==
		     rc__sequence_of(staging.client->replies.position + IN_FLIGHT - 1));
	expect_fast(staging.client);
	while (!staging.held_landed)
		cr_assert_geq(rc_wait(staging.client, test_patience_ns()), 0);
	cr_assert_eq(staging.landed, IN_FLIGHT);
	rc_client_close(staging.other);
	rc_client_close(staging.client);
	EXPECT_OK(rc_close(staging.peer, test_patience_ns()));
}
