/* SPDX-License-Identifier: MIT */
/* deadline_test.c - a deadline ends the wait, reaches the handler, and costs no later call. */
#include <stdlib.h>

#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"

/* Nothing is in flight and the whole payload space is free. */
static void expect_nothing_held(struct rc_client *client, size_t payload_bytes)
{
	struct rc_stats stats;
	void *all;

	/* Replies are read when somebody looks. */
	EXPECT_UNTIL((rc_poll(client), rc_client_stats(client, &stats), !stats.in_flight));
	all = rc_alloc(client, payload_bytes);
	cr_assert_not_null(all, "%s", rc_error_last()->text);
	rc_release(client, all);
}

TEST_ALL_WAYS(deadline, that_passes_returns_etimedout)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer), *other = test_client(peer);
	uint64_t deadline_ns = test_in_ms(20);

	rc_client_set_deadline(client, deadline_ns);
	EXPECT_FAILS(kit_hold(client, 1), -ETIMEDOUT, RC_RAN_PERHAPS);
	cr_assert_geq(rc_now_ns(), deadline_ns, "it came too early");
	EXPECT_SAYS("kit.hold", "deadline");
	rc_client_set_deadline(client, RC_FOREVER);
	EXPECT_OK(kit_open_gate(other, 1));
	EXPECT_OK(kit_ping(client));
	rc_client_close(other);
	test_close(peer, client);
}

TEST_SPIN_PARK(deadline, in_the_past_returns_etimedout_unless_answered)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer), *other = test_client(peer);

	rc_client_set_deadline(client, 1);
	for (int call = 0; call < 10; call++)
		EXPECT_FAILS(kit_hold(client, 1), -ETIMEDOUT, RC_RAN_PERHAPS);
	rc_client_set_deadline(client, RC_FOREVER);
	EXPECT_OK(kit_open_gate(other, 1));
	EXPECT_OK(kit_ping(client));
	expect_nothing_held(client, 16 << 20);
	rc_client_close(other);
	test_close(peer, client);
}

TEST_ALL_WAYS(deadline, late_replies_are_dropped_without_a_leak)
{
	struct rc_options options = { .ring_slots = 64, .payload_bytes = 1 << 20 };
	struct rc_peer *peer = test_open(way, &options);
	struct rc_client *client = test_client(peer), *other = test_client(peer);
	const struct rc_bytes *made;
	static char text[5000];
	const struct rc_str *same;
	uint64_t gate = 0;
	int64_t sum;

	for (int turn = 0; turn < 30; turn++) {
		/* The handler of the first is held, so that the others are late as well. */
		rc_client_set_deadline(client, 1);
		EXPECT_FAILS(kit_hold(client, ++gate), -ETIMEDOUT, RC_RAN_PERHAPS);
		if (!kit_text(client, (struct rc_str){ text, sizeof(text) }, &same))
			rc_release(client, same);
		/* Too large for its space: announced, and nobody fetches it. */
		if (!kit_large(client, 100000, 1, &made))
			rc_release(client, made);
		(void)kit_fail(client, 1, (struct rc_str){ text, sizeof(text) });
		(void)kit_add(client, 1, 2, &sum);
		rc_client_set_deadline(client, RC_FOREVER);
		EXPECT_OK(kit_open_gate(other, gate));
		EXPECT_OK(kit_add(client, turn, 1, &sum));
		cr_assert_eq(sum, turn + 1, "a call got the reply of another");
	}
	expect_nothing_held(client, 1 << 20);
	rc_client_close(other);
	test_close(peer, client);
}

TEST_ALL_WAYS(deadline, reaches_the_context)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	int64_t left_ns = -1;

	EXPECT_OK(kit_deadline(client, &left_ns));
	cr_assert_eq(left_ns, 0, "a call without a deadline has one");
	rc_client_set_deadline(client, rc_now_ns() + 3600 * TEST_NS_PER_S);
	EXPECT_OK(kit_deadline(client, &left_ns));
	cr_assert_leq(left_ns, (int64_t)(3600 * TEST_NS_PER_S));
	cr_assert_gt(left_ns, (int64_t)(3000 * TEST_NS_PER_S));
	rc_client_set_deadline(client, RC_FOREVER);
	EXPECT_OK(kit_deadline(client, &left_ns));
	cr_assert_eq(left_ns, 0);
	test_close(peer, client);
}

TEST_ALL_WAYS(deadline, ends_the_context_of_a_handler_that_waits_for_it)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	struct kit_stats stats;

	for (uint64_t turn = 1; turn <= 5; turn++) {
		int status;

		rc_client_set_deadline(client, test_in_ms(10));
		/* The handler returns at the deadline, so its error may be there in time. */
		status = kit_wait_done(client);
		cr_assert(status == -ETIMEDOUT || status == -EREMOTEIO, "%d", status);
		rc_client_set_deadline(client, RC_FOREVER);
		EXPECT_UNTIL(!kit_stats(client, &stats) && stats.deadlines == turn);
	}
	/* The contexts of the calls that follow are their own. */
	EXPECT_OK(kit_ping(client));
	test_close(peer, client);
}

static void count_done(void *context, int status)
{
	*(int *)context += status == 0;
}

TEST_SPIN_PARK(deadline, of_rc_wait_leaves_calls_in_flight)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer), *other = test_client(peer);
	uint64_t deadline_ns = test_in_ms(20);
	int done = 0;

	EXPECT_OK(kit_hold_async(client, 1, count_done, &done, NULL));
	EXPECT_FAILS(rc_wait(client, 0), -ETIMEDOUT, RC_RAN_PERHAPS);
	EXPECT_FAILS(rc_wait(client, deadline_ns), -ETIMEDOUT, RC_RAN_PERHAPS);
	cr_assert_geq(rc_now_ns(), deadline_ns);
	EXPECT_SAYS("rc_wait", "1 are in flight");
	cr_assert_eq(done, 0);
	EXPECT_OK(kit_open_gate(other, 1));
	cr_assert_eq(rc_wait(client, test_patience_ns()), 1);
	cr_assert_eq(done, 1);
	rc_client_close(other);
	test_close(peer, client);
}
