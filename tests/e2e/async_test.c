/* SPDX-License-Identifier: MIT */
/* async_test.c - asynchronous calls: each callback once, in any order, from any depth. */
#include <stdlib.h>

#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"
#include "tests/testutil/tree.h"

enum {
	CALLS_MAX = 4096
};

/* One call: what it has to give, and how often its callback ran. */
struct entry {
	struct rc_client *client;
	int64_t expected;
	int runs;
	int status;
	bool right;
};

static void added(void *context, int status, const int64_t *sum)
{
	struct entry *entry = context;

	entry->runs++;
	entry->status = status;
	entry->right = !status && *sum == entry->expected;
}

static void expect_each_once(const struct entry *entries, int count)
{
	for (int i = 0; i < count; i++) {
		cr_assert_eq(entries[i].runs, 1, "callback %d ran %d times", i, entries[i].runs);
		cr_assert(entries[i].right, "call %d gave %d or a wrong sum", i, entries[i].status);
	}
}

TEST_ALL_WAYS(async, calls_at_any_depth_complete_once_each)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	struct entry *entries = calloc(CALLS_MAX, sizeof(*entries));

	for (int depth = 1; depth <= 512; depth *= 2) {
		int sent = 0, done = 0;

		memset(entries, 0, CALLS_MAX * sizeof(*entries));
		while (done < CALLS_MAX) {
			int count;

			for (; sent < CALLS_MAX && sent - done < depth; sent++) {
				entries[sent].expected = sent * 3;
				EXPECT_OK(kit_add_async(client, sent, 2 * sent, added,
							&entries[sent], NULL));
			}
			count = depth % 3 ? rc_poll(client) : rc_wait(client, test_patience_ns());
			cr_assert_geq(count, 0, "%s", rc_error_last()->text);
			done += count;
		}
		cr_assert_eq(done, CALLS_MAX, "%d completions of %d calls", done, CALLS_MAX);
		expect_each_once(entries, CALLS_MAX);
	}
	free(entries);
	test_close(peer, client);
}

TEST_ALL_WAYS(async, calls_of_one_wait_are_counted)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	struct entry entries[100] = { { 0 } };
	int done = 0;

	cr_assert_eq(rc_poll(client), 0, "nothing is in flight");
	cr_assert_eq(rc_wait(client, RC_FOREVER), 0, "nothing is in flight");
	for (int call = 0; call < 100; call++) {
		entries[call].expected = call;
		EXPECT_OK(kit_add_async(client, call, 0, added, &entries[call], NULL));
	}
	while (done < 100) {
		int count = rc_wait(client, test_patience_ns());

		cr_assert_gt(count, 0, "%s", rc_error_last()->text);
		done += count;
	}
	cr_assert_eq(done, 100);
	expect_each_once(entries, 100);
	cr_assert_eq(rc_wait(client, RC_FOREVER), 0);
	test_close(peer, client);
}

TEST_ALL_WAYS(async, calls_need_no_callback)
{
	struct rc_options options = { .ring_slots = 64, .payload_bytes = 1 << 20 };
	struct rc_peer *peer = test_open(way, &options);
	struct rc_client *client = test_client(peer);
	struct rc_stats stats;
	void *all;

	for (int turn = 0; turn < 100; turn++) {
		int done = 0;

		for (int i = 0; i < 30; i++) {
			EXPECT_OK(kit_add_async(client, 1, 2, NULL, NULL, NULL));
			/* Its reply has memory, which nobody will release. */
			EXPECT_OK(kit_large_async(client, 4000, 1, NULL, NULL, NULL));
		}
		while (done < 60)
			done += rc_wait(client, test_patience_ns());
		cr_assert_eq(done, 60);
	}
	rc_client_stats(client, &stats);
	cr_assert_eq(stats.in_flight, 0);
	all = rc_alloc(client, 1 << 20);
	cr_assert_not_null(all, "%s", rc_error_last()->text);
	rc_release(client, all);
	test_close(peer, client);
}

/* A chain of calls: each callback makes the next one, and a synchronous one. */
struct chain {
	struct rc_client *client;
	int left;
	int runs;
	int failures;
};

static void chained(void *context, int status, const int64_t *sum)
{
	struct chain *chain = context;
	int64_t inner = 0;

	chain->runs++;
	chain->failures += status || *sum != 5;
	chain->failures += kit_add(chain->client, 20, 22, &inner) || inner != 42;
	chain->failures += rc_poll(chain->client) != 0;
	chain->failures += rc_wait(chain->client, RC_FOREVER) != 0;
	if (chain->left-- > 0)
		chain->failures += kit_add_async(chain->client, 2, 3, chained, chain, NULL) != 0;
}

TEST_ALL_WAYS(async, callbacks_may_make_calls)
{
	struct rc_options options = { .ring_slots = 32 };
	struct rc_peer *peer = test_open(way, &options);
	struct rc_client *client = test_client(peer);
	struct chain chains[16];
	int runs = 0;

	for (int i = 0; i < 16; i++) {
		chains[i] = (struct chain){ .client = client, .left = 200 };
		EXPECT_OK(kit_add_async(client, 2, 3, chained, &chains[i], NULL));
	}
	while (runs < 16 * 201) {
		int count = rc_wait(client, test_patience_ns());

		cr_assert_gt(count, 0, "after %d: %s", runs, rc_error_last()->text);
		runs += count;
	}
	for (int i = 0; i < 16; i++) {
		cr_assert_eq(chains[i].runs, 201);
		cr_assert_eq(chains[i].failures, 0);
	}
	test_close(peer, client);
}

TEST_ALL_WAYS(async, replies_seen_by_a_synchronous_call_are_kept)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	struct entry entries[300] = { { 0 } };
	int done = 0;
	int64_t sum;

	for (int call = 0; call < 300; call++) {
		entries[call].expected = -call;
		EXPECT_OK(kit_add_async(client, -call, 0, added, &entries[call], NULL));
		if (call % 7)
			continue;
		EXPECT_OK(kit_add(client, call, call, &sum));
		cr_assert_eq(sum, 2 * call);
		cr_assert_eq(entries[call].runs, 0, "a callback ran outside of rc_poll()");
	}
	while (done < 300) {
		int count = rc_wait(client, test_patience_ns());

		cr_assert_gt(count, 0, "%s", rc_error_last()->text);
		done += count;
	}
	expect_each_once(entries, 300);
	test_close(peer, client);
}

/* What the callbacks of trees need. */
struct tree_call {
	struct rc_client *client;
	struct kit_tree tree;
	struct test_arena arena;
	const char *difference;
	int runs;
};

static void tree_came(void *context, int status, const struct kit_tree *same)
{
	struct tree_call *call = context;

	call->runs++;
	call->difference = status ? rc_error_last()->text : NULL;
	if (status)
		return;
	call->difference = test_tree_difference(&call->tree, same);
	rc_release(call->client, same);
}

TEST_ALL_WAYS(async, calls_with_pointers_give_the_right_result)
{
	enum {
		DEPTH = 24
	};
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	struct test_random random = { 11 };
	struct tree_call calls[DEPTH];

	for (int i = 0; i < DEPTH; i++)
		calls[i].arena = test_arena_create(30000);
	for (int turn = 0; turn < 60; turn++) {
		int done = 0;

		for (int i = 0; i < DEPTH; i++) {
			calls[i].client = client;
			calls[i].runs = 0;
			test_tree_make(&random, &calls[i].arena, test_random_below(&random, 30000),
				       &calls[i].tree);
			EXPECT_OK(
				kit_echo_async(client, &calls[i].tree, tree_came, &calls[i], NULL));
		}
		while (done < DEPTH)
			done += rc_wait(client, test_patience_ns());
		for (int i = 0; i < DEPTH; i++) {
			cr_assert_eq(calls[i].runs, 1);
			cr_assert_null(calls[i].difference, "%s", calls[i].difference);
		}
	}
	for (int i = 0; i < DEPTH; i++)
		test_arena_destroy(&calls[i].arena);
	test_close(peer, client);
}

static void block_came(void *context, int status, const struct kit_block *bumped)
{
	struct entry *entry = context;

	entry->runs++;
	entry->status = status;
	entry->right = !status && bumped->words[31] == (uint64_t)entry->expected + 1;
}

TEST_ALL_WAYS(async, calls_with_large_plain_replies_give_the_right_result)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	struct entry entries[200] = { { 0 } };
	int done = 0;

	for (int call = 0; call < 200; call++) {
		struct kit_block block = { .words = { [31] = (uint64_t)call } };

		entries[call].expected = call;
		EXPECT_OK(kit_bump_async(client, &block, block_came, &entries[call], NULL));
	}
	while (done < 200)
		done += rc_wait(client, test_patience_ns());
	expect_each_once(entries, 200);
	test_close(peer, client);
}

/* The order in which replies came. */
struct order {
	uint64_t values[64];
	int count;
};

static void note_order(void *context, int status, const uint64_t *same)
{
	struct order *order = context;

	order->values[order->count++] = status ? UINT64_MAX : *same;
}

TEST_SPIN_PARK(async, replies_of_a_concurrent_service_come_in_any_order)
{
	struct rc_peer *peer;
	struct rc_client *client;
	struct order order = { .count = 0 };

	setenv("KIT_SLOW", "1", 1);
	peer = test_open(way, NULL);
	client = test_client(peer);
	for (uint64_t call = 0; call < 64; call++)
		EXPECT_OK(kit_slow_hold_async(client, call, call, note_order, &order, NULL));
	/* The last one first; the calls that open the gates overtake all that wait. */
	for (uint64_t turn = 0; turn < 64; turn++) {
		EXPECT_OK(kit_open_gate(client, 63 - turn));
		while (order.count <= (int)turn)
			cr_assert_geq(rc_wait(client, test_patience_ns()), 0, "%s",
				      rc_error_last()->text);
		cr_assert_eq(order.values[turn], 63 - turn);
	}
	cr_assert_eq(order.count, 64);
	test_close(peer, client);
}

TEST_SPIN_PARK(async, handler_that_blocks_holds_up_no_other_call)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	struct rc_stats stats;
	int64_t sum;

	/* With one client, the call that opens a gate is behind the one that waits for it. */
	for (uint64_t gate = 1; gate <= 5; gate++) {
		EXPECT_OK(kit_hold_async(client, gate, NULL, NULL, NULL));
		for (int64_t call = 0; call < 200; call++) {
			EXPECT_OK(kit_add(client, call, 1, &sum));
			cr_assert_eq(sum, call + 1);
		}
		EXPECT_OK(kit_open_gate(client, gate));
		EXPECT_UNTIL((rc_poll(client), rc_client_stats(client, &stats), !stats.in_flight));
	}
	test_close(peer, client);
}

TEST_ALL_WAYS(async, calls_in_flight_are_cancelled_once_each_by_closing_the_client)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer), *other = test_client(peer);
	struct entry entries[200] = { { 0 } };
	int64_t sum;

	/* All calls are behind one that is held, but some of them are answered already. */
	for (int call = 0; call < 100; call++)
		EXPECT_OK(kit_add_async(client, 1, 2, added, &entries[call], NULL));
	EXPECT_OK(kit_add(client, 1, 2, &sum));
	EXPECT_OK(kit_hold_async(client, 1, NULL, NULL, NULL));
	for (int call = 100; call < 200; call++)
		EXPECT_OK(kit_add_async(client, 1, 2, added, &entries[call], NULL));
	rc_client_close(client);
	for (int call = 0; call < 200; call++) {
		cr_assert_eq(entries[call].runs, 1, "callback %d ran %d times", call,
			     entries[call].runs);
		cr_assert_eq(entries[call].status, -ECANCELED);
	}
	EXPECT_OK(kit_open_gate(other, 1));
	EXPECT_OK(kit_ping(other));
	test_close(peer, other);
}
