/* SPDX-License-Identifier: MIT */
/* full_test.c - what calls do when the lane is full: fail, wait, or wait until the deadline. */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"

enum {
	SLOTS = 64,
	BURST = 100 * SLOTS
};

static const struct rc_options small = { .ring_slots = SLOTS, .payload_bytes = 1 << 16 };

static void count_pings(void *context, int status)
{
	*(int *)context += status == 0;
}

/* Sums that came, each of its own call. */
struct sums {
	struct rc_client *client;
	int runs;
	int64_t total;
};

static void add_up(void *context, int status, const int64_t *sum)
{
	struct sums *sums = context;

	sums->runs++;
	sums->total += status ? INT64_MIN / 2 : *sum;
}

static void add_length(void *context, int status, const struct rc_str *same)
{
	struct sums *sums = context;

	sums->runs++;
	if (status)
		return;
	sums->total += (int64_t)same->len;
	rc_release(sums->client, same);
}

static void collect_all(struct rc_client *client)
{
	int count;

	while ((count = rc_wait(client, test_patience_ns())) > 0)
		;
	cr_assert_eq(count, 0, "%s", rc_error_last()->text);
}

TEST_ALL_WAYS(full, burst_of_a_hundred_rings_loses_nothing)
{
	struct rc_peer *peer = test_open(way, &small);
	struct rc_client *client = test_client(peer);
	struct sums sums = { .client = client };
	struct rc_stats stats;

	rc_client_set_full(client, RC_FULL_WAIT);
	for (int call = 0; call < BURST; call++) {
		EXPECT_OK(kit_add_async(client, call, 1, add_up, &sums, NULL));
		if (call % 1000)
			continue;
		rc_client_stats(client, &stats);
		cr_assert_leq(stats.in_flight, SLOTS);
	}
	collect_all(client);
	cr_assert_eq(sums.runs, BURST);
	cr_assert_eq(sums.total, (int64_t)BURST * (BURST + 1) / 2);
	test_close(peer, client);
}

TEST_ALL_WAYS(full, burst_of_large_messages_needs_no_more_memory_than_the_lane)
{
	struct rc_peer *peer = test_open(way, &small);
	struct rc_client *client = test_client(peer);
	struct sums sums = { .client = client };
	struct rc_call first;
	static char text[5000];
	size_t before = 0;

	memset(text, 'x', sizeof(text));
	/* From here on the client knows how large the replies are. */
	EXPECT_OK(
		kit_text_async(client, (struct rc_str){ text, sizeof(text) }, NULL, NULL, &first));
	EXPECT_OK(rc_call_wait(&first, NULL, test_patience_ns()));
	rc_client_set_full(client, RC_FULL_WAIT);
	for (int call = 0; call < BURST / 4; call++) {
		EXPECT_OK(kit_text_async(client, (struct rc_str){ text, sizeof(text) }, add_length,
					 &sums, NULL));
		if (call == SLOTS)
			before = mallinfo2().uordblks;
	}
	collect_all(client);
	cr_assert_eq(sums.runs, BURST / 4);
	cr_assert_eq(sums.total, BURST / 4 * (int64_t)sizeof(text), "a reply was lost");
	cr_assert_leq(mallinfo2().uordblks, before + (1 << 20), "it grew from %zu to %zu bytes",
		      before, mallinfo2().uordblks);
	test_close(peer, client);
}

TEST_ALL_WAYS(full, burst_of_one_way_calls_gets_its_credit_back)
{
	struct rc_peer *peer = test_open(way, &small);
	struct rc_client *client = test_client(peer);
	struct kit_notes before, after;
	int64_t sum;

	EXPECT_OK(kit_notes(client, &before));
	rc_client_set_full(client, RC_FULL_WAIT);
	for (uint64_t call = 0; call < BURST; call++)
		EXPECT_OK(kit_note(client, call));
	for (int call = 0; call < 10; call++)
		EXPECT_OK(kit_add(client, 1, 2, &sum));
	EXPECT_UNTIL(!kit_notes(client, &after) && after.count - before.count == BURST);
	cr_assert_eq(after.sum - before.sum, (uint64_t)BURST * (BURST - 1) / 2);
	test_close(peer, client);
}

TEST_ALL_WAYS(full, synchronous_calls_follow_the_option)
{
	struct rc_peer *peer = test_open(way, &small);
	struct rc_client *client = test_client(peer), *other = test_client(peer);
	uint64_t deadline_ns;
	int pings = 0;
	int64_t sum;

	/* Each is held, by the gate or behind the one that is. */
	for (int call = 0; call < SLOTS; call++)
		EXPECT_OK(kit_hold_async(client, 1, count_pings, &pings, NULL));
	EXPECT_FAILS(kit_add(client, 1, 2, &sum), -EAGAIN, RC_RAN_NO);
	EXPECT_SAYS("kit.add", "64 calls", "rc_client_set_full");
	deadline_ns = test_in_ms(20);
	rc_client_set_deadline(client, deadline_ns);
	rc_client_set_full(client, RC_FULL_WAIT_DEADLINE);
	EXPECT_FAILS(kit_add(client, 1, 2, &sum), -ETIMEDOUT, RC_RAN_NO);
	EXPECT_SAYS("kit.add", "no room", "deadline");
	cr_assert_geq(rc_now_ns(), deadline_ns);
	EXPECT_FAILS(kit_ping_async(client, count_pings, &pings, NULL), -ETIMEDOUT, RC_RAN_NO);
	EXPECT_FAILS(kit_note(client, 1), -ETIMEDOUT, RC_RAN_NO);
	rc_client_set_deadline(client, RC_FOREVER);
	rc_client_set_full(client, RC_FULL_WAIT);
	EXPECT_OK(kit_open_gate(other, 1));
	EXPECT_OK(kit_add(client, 1, 2, &sum));
	cr_assert_eq(sum, 3);
	collect_all(client);
	cr_assert_eq(pings, SLOTS);
	rc_client_close(other);
	test_close(peer, client);
}

/* A callback that finds the lane full. */
struct inner {
	struct rc_client *client;
	int status;
	int pings;
};

static void fill_up(void *context, int status)
{
	struct inner *inner = context;

	while (!status)
		status = kit_ping_async(inner->client, count_pings, &inner->pings, NULL);
	inner->status = status;
}

TEST_SPIN_PARK(full, lane_that_stays_full_is_said_to_be)
{
	struct rc_peer *peer = test_open(way, &small);
	struct rc_client *client = test_client(peer);
	struct inner inner = { .client = client };
	struct rc_call calls[SLOTS];
	static uint8_t bytes[1 << 14];
	uint64_t sum;
	void *whole;

	rc_client_set_full(client, RC_FULL_WAIT);
	EXPECT_OK(kit_ping_async(client, fill_up, &inner, NULL));
	collect_all(client);
	cr_assert_eq(inner.status, -EAGAIN, "from a callback it is %d", inner.status);
	cr_assert_geq(inner.pings, SLOTS - 1);

	for (int call = 0; call < SLOTS; call++)
		EXPECT_OK(kit_ping_async(client, NULL, NULL, &calls[call]));
	EXPECT_FAILS(kit_ping(client), -EAGAIN, RC_RAN_NO);
	for (int call = 0; call < SLOTS; call++)
		EXPECT_OK(rc_call_wait(&calls[call], NULL, test_patience_ns()));

	whole = rc_alloc(client, 1 << 16);
	cr_assert_not_null(whole, "%s", rc_error_last()->text);
	EXPECT_FAILS(kit_sum(client, (struct rc_bytes){ bytes, sizeof(bytes), sizeof(bytes) },
			     &sum),
		     -EAGAIN, RC_RAN_NO);
	EXPECT_SAYS("kit.sum", "no room");
	rc_release(client, whole);
	EXPECT_OK(kit_sum(client, (struct rc_bytes){ bytes, sizeof(bytes), sizeof(bytes) }, &sum));
	test_close(peer, client);
}
