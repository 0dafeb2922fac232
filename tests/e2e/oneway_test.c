/* SPDX-License-Identifier: MIT */
/* oneway_test.c - one-way calls all arrive, and their credit comes back. */
#include <stdlib.h>

#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"

/* What the worker has heard from all clients. One-way calls may hold the whole ring for a while. */
static struct kit_notes heard(struct rc_client *client)
{
	struct kit_notes notes = { 0 };
	int status;

	EXPECT_UNTIL((rc_poll(client), status = kit_notes(client, &notes)) != -EAGAIN);
	cr_assert_eq(status, 0, "%s", rc_error_last()->text);
	return notes;
}

/* Sends until it is accepted: a full ring is emptied by polling. */
static void note(struct rc_client *client, uint64_t value)
{
	uint64_t patience_ns = test_patience_ns();
	int status;

	while ((status = kit_note(client, value)) == -EAGAIN && rc_now_ns() < patience_ns)
		rc_poll(client);
	cr_assert_eq(status, 0, "%s", rc_error_last()->text);
}

TEST_ALL_WAYS(oneway, each_call_reaches_the_handler)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	uint64_t sum = 0;

	for (uint64_t value = 1; value <= 1000; value++) {
		EXPECT_OK(value % 2 ? kit_note(client, value)
				    : kit_note_text(client, (struct rc_str)RC_STR("seven..")));
		sum += value % 2 ? value : 7;
		/* The call that asks is behind them, unless calls are concurrent. */
		if (value % 100)
			continue;
		EXPECT_UNTIL(heard(client).count == value);
		cr_assert_eq(heard(client).sum, sum);
	}
	test_close(peer, client);
}

TEST_ALL_WAYS(oneway, burst_of_a_hundred_rings_arrives)
{
	struct rc_options options = { .ring_slots = 64 };
	struct rc_peer *peer = test_open(way, &options);
	struct rc_client *client = test_client(peer);
	uint64_t sum = 0;

	for (uint64_t value = 0; value < 6400; value++) {
		note(client, value);
		sum += value;
	}
	/* In the concurrent way another client's question may pass the last ones. */
	EXPECT_UNTIL(heard(client).count == 6400);
	cr_assert_eq(heard(client).sum, sum);
	test_close(peer, client);
}

TEST_ALL_WAYS(oneway, credit_comes_back_without_other_calls)
{
	static const uint32_t slots[] = { 2, 4, 8, 16, 32, 128 };

	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
		struct rc_options options = { .ring_slots = slots[i] };
		struct rc_peer *peer = test_open(way, &options);
		struct rc_client *client = test_client(peer);
		struct rc_stats stats;

		for (uint32_t turn = 0; turn < 5; turn++) {
			/* Any part of a ring, so that acks are not full. */
			for (uint32_t call = 0; call <= turn * slots[i] / 4 && call < slots[i];
			     call++)
				EXPECT_OK(kit_note(client, 1));
			EXPECT_UNTIL((rc_poll(client), kit_note(client, 1) == 0));
			EXPECT_UNTIL((rc_poll(client), rc_client_stats(client, &stats),
				      stats.in_flight == 0 ||
					      (stats.in_flight < slots[i] && kit_ping(client))));
		}
		test_close(peer, client);
	}
}

TEST_ALL_WAYS(oneway, payload_space_comes_back)
{
	struct rc_options options = { .ring_slots = 64, .payload_bytes = 1 << 16 };
	struct rc_peer *peer = test_open(way, &options);
	struct rc_client *client = test_client(peer);
	static char text[3000];
	uint64_t patience_ns = test_patience_ns();
	void *all;

	for (int call = 0; call < 2000; call++) {
		int status;

		while ((status = kit_note_text(client, (struct rc_str){ text, sizeof(text) })) ==
			       -EAGAIN &&
		       rc_now_ns() < patience_ns)
			rc_poll(client);
		cr_assert_eq(status, 0, "%s", rc_error_last()->text);
	}
	EXPECT_UNTIL(heard(client).count == 2000);
	cr_assert_eq(heard(client).sum, 2000 * sizeof(text));
	EXPECT_UNTIL(
		(rc_poll(client), (all = rc_alloc(client, 1 << 16)) != NULL || kit_ping(client)));
	cr_assert_not_null(all);
	rc_release(client, all);
	test_close(peer, client);
}

TEST_ALL_WAYS(oneway, errors_and_panics_cost_no_credit)
{
	struct rc_options options = { .ring_slots = 16 };
	struct rc_peer *peer;
	struct rc_client *client;
	uint64_t patience_ns = test_patience_ns();

	setenv("KIT_SILENT", "1", 1);
	peer = test_open(way, &options);
	client = test_client(peer);
	for (uint64_t value = 0; value < 500; value++) {
		int status;

		while ((status = kit_note_badly(client, value)) == -EAGAIN &&
		       rc_now_ns() < patience_ns)
			rc_poll(client);
		cr_assert_eq(status, 0, "%s", rc_error_last()->text);
	}
	EXPECT_UNTIL(heard(client).count == 500);
	test_close(peer, client);
}

TEST_ALL_WAYS(oneway, calls_are_served_before_a_closed_lane_is_left)
{
	struct rc_options options = { .clients_max = 2 };
	struct rc_peer *peer = test_open(way, &options);
	struct rc_client *watcher = test_client(peer);
	struct rc_client *client;

	for (uint64_t turn = 1; turn <= 50; turn++) {
		EXPECT_UNTIL(rc_client_open(peer, &client) == 0);
		for (int call = 0; call < 10; call++)
			EXPECT_OK(kit_note(client, 1));
		rc_client_close(client);
		EXPECT_UNTIL(heard(watcher).count == turn * 10);
	}
	test_close(peer, watcher);
}
