/* SPDX-License-Identifier: MIT */
/* limits_test.c - what does not fit and what is wrong is refused with its code and its reason. */
#include <stdlib.h>

#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"
#include "tests/testutil/tree.h"

/* The whole payload space is free: nothing leaked, and its pieces were merged. */
static void expect_empty(struct rc_client *client, size_t payload_bytes)
{
	void *all = rc_alloc(client, payload_bytes);

	cr_assert_not_null(all, "%s", rc_error_last()->text);
	rc_release(client, all);
}

Test(limits, reply_larger_than_payload_returns_emsgsize_and_ran, .timeout = 240)
{
	struct rc_options options = { .payload_bytes = 1 << 16 };
	struct rc_peer *peer = test_open(NULL, &options);
	struct rc_client *client = test_client(peer);
	const struct rc_bytes *made;

	for (int turn = 0; turn < 50; turn++) {
		EXPECT_FAILS(kit_large(client, 1 << 17, 0, &made), -EMSGSIZE, RC_RAN_YES);
		EXPECT_SAYS("kit.large", "131096", "65536", "payload_bytes");
	}
	EXPECT_OK(kit_large(client, 100, 0, &made));
	rc_release(client, made);
	expect_empty(client, 1 << 16);
	test_close(peer, client);
}

TEST_ALL_WAYS(limits, reply_that_cannot_be_fetched_is_forgotten_by_the_worker)
{
	enum {
		TURNS = 200
	};
	struct rc_options options = { .payload_bytes = 1 << 16 };
	struct rc_peer *peer = test_open(way, &options);
	struct rc_client *client = test_client(peer);
	const struct rc_bytes *made;
	uint64_t before, after;

	EXPECT_FAILS(kit_large(client, 1 << 17, 0, &made), -EMSGSIZE, RC_RAN_YES);
	EXPECT_OK(kit_heap(client, &before));
	for (int turn = 0; turn < TURNS; turn++)
		EXPECT_FAILS(kit_large(client, 1 << 17, 0, &made), -EMSGSIZE, RC_RAN_YES);
	EXPECT_OK(kit_heap(client, &after));
	/* A few of them may be in the scratch of handlers. */
	cr_assert_lt(after, before + (uint64_t)TURNS / 2 * (1 << 17), "%llu bytes became %llu",
		     (unsigned long long)before, (unsigned long long)after);
	test_close(peer, client);
}

Test(limits, reply_without_room_now_returns_emsgsize_and_recovers, .timeout = 240)
{
	struct rc_options options = { .payload_bytes = 1 << 16 };
	struct rc_peer *peer = test_open(NULL, &options);
	struct rc_client *client = test_client(peer);
	void *half = rc_alloc(client, 1 << 15);
	const struct rc_bytes *made;

	cr_assert_not_null(half);
	EXPECT_FAILS(kit_large(client, 50000, 0, &made), -EMSGSIZE, RC_RAN_YES);
	EXPECT_SAYS("kit.large", "no room");
	rc_release(client, half);
	EXPECT_OK(kit_large(client, 50000, 0, &made));
	cr_assert_eq(made->len, 50000);
	rc_release(client, made);
	expect_empty(client, 1 << 16);
	test_close(peer, client);
}

Test(limits, full_payload_returns_eagain_and_recovers, .timeout = 240)
{
	struct rc_options options = { .payload_bytes = 1 << 16 };
	struct rc_peer *peer = test_open(NULL, &options);
	struct rc_client *client = test_client(peer);
	static uint8_t bytes[40000];
	struct rc_bytes slice = RC_SLICE_FROM(bytes);
	void *half = rc_alloc(client, 1 << 15);
	uint64_t total;

	cr_assert_not_null(half);
	for (int turn = 0; turn < 1000; turn++)
		EXPECT_FAILS(kit_sum(client, slice, &total), -EAGAIN, RC_RAN_NO);
	EXPECT_SAYS("kit.sum", "40024", "32768", "65536");
	/* A refusal takes no credit. */
	EXPECT_OK(kit_ping(client));
	rc_release(client, half);
	EXPECT_OK(kit_sum(client, slice, &total));
	expect_empty(client, 1 << 16);
	test_close(peer, client);
}

Test(limits, full_payload_gives_rc_alloc_enomem_and_emsgsize, .timeout = 240)
{
	struct rc_options options = { .payload_bytes = 4096 };
	struct rc_peer *peer = test_open(NULL, &options);
	struct rc_client *client = test_client(peer);
	void *all = rc_alloc(client, 4096);

	cr_assert_not_null(all);
	cr_assert_null(rc_alloc(client, 0));
	cr_assert_eq(rc_error_last()->code, -ENOMEM);
	EXPECT_SAYS("4096 of 4096");
	cr_assert_null(rc_alloc(client, 4097));
	cr_assert_eq(rc_error_last()->code, -EMSGSIZE);
	rc_release(client, all);
	all = rc_alloc(client, 0);
	cr_assert_not_null(all);
	rc_release(client, all);
	expect_empty(client, 4096);
	test_close(peer, client);
}

/* Sends a tree that is wrong in one place; the text has to name that place. */
static void expect_refused(struct rc_client *client, const struct kit_tree *tree, const char *field,
			   const char *why)
{
	const struct kit_tree *same;

	EXPECT_FAILS(kit_echo(client, tree, &same), -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("kit.echo", field, why);
}

Test(limits, null_with_a_length_returns_einval_and_names_the_field, .timeout = 240)
{
	struct rc_peer *peer = test_open(NULL, NULL);
	struct rc_client *client = test_client(peer);
	struct kit_leaf leaf = { .blob = { NULL, 1, 1 } };
	struct kit_branch branch = { .leaves = { &leaf, 1, 1 } };
	struct kit_u32_slice row = { NULL, 7, 7 };
	const struct rc_str *same;

	expect_refused(client, &(struct kit_tree){ .name = { NULL, 3 } }, "name", "NULL");
	expect_refused(client, &(struct kit_tree){ .words = { { "", 0 }, { NULL, 1 } } }, "words",
		       "NULL");
	expect_refused(client, &(struct kit_tree){ .points = { NULL, 1, 1 } }, "points", "NULL");
	expect_refused(client, &(struct kit_tree){ .branches = { NULL, 1, 1 } }, "branches",
		       "NULL");
	expect_refused(client, &(struct kit_tree){ .branches = { &branch, 1, 1 } }, "blob", "NULL");
	expect_refused(client, &(struct kit_tree){ .rows = { &row, 1, 1 } }, "rows", "NULL");
	EXPECT_FAILS(kit_text(client, (struct rc_str){ NULL, 1 }, &same), -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("kit.text", "text", "NULL");
	EXPECT_OK(kit_ping(client));
	test_close(peer, client);
}

Test(limits, length_beyond_all_memory_returns_emsgsize, .timeout = 240)
{
	struct rc_peer *peer = test_open(NULL, NULL);
	struct rc_client *client = test_client(peer);
	struct kit_branch branch = { .id = 1 };
	const struct kit_tree *same;
	struct kit_tree tree;

	/* None of it may be read: the pointers are good for a few bytes only. */
	tree = (struct kit_tree){ .name = { "abc", SIZE_MAX } };
	EXPECT_FAILS(kit_echo(client, &tree, &same), -EMSGSIZE, RC_RAN_NO);
	EXPECT_SAYS("kit.echo", "too large");
	tree = (struct kit_tree){ .branches = { &branch, SIZE_MAX / 8, SIZE_MAX / 8 } };
	EXPECT_FAILS(kit_echo(client, &tree, &same), -EMSGSIZE, RC_RAN_NO);
	tree = (struct kit_tree){ .points = { (void *)&branch, SIZE_MAX / 32 + 1, 0 } };
	EXPECT_FAILS(kit_echo(client, &tree, &same), -EMSGSIZE, RC_RAN_NO);
	tree = (struct kit_tree){ .name = { "abc", 1 << 25 } };
	EXPECT_FAILS(kit_echo(client, &tree, &same), -EMSGSIZE, RC_RAN_NO);
	EXPECT_SAYS("payload_bytes");
	test_close(peer, client);
}

Test(limits, undeclared_enum_returns_einval_and_names_the_field, .timeout = 240)
{
	struct rc_peer *peer = test_open(NULL, NULL);
	struct rc_client *client = test_client(peer);
	enum kit_colour colours[] = { KIT_RED, (enum kit_colour)3 };
	struct kit_scalars same, scalars = { .colour = (enum kit_colour)5 };
	struct kit_tree tree = { .colours = RC_SLICE_FROM(colours) };
	struct kit_leaf leaf = { .colour = (enum kit_colour) - 1 };
	const struct kit_tree *made;

	EXPECT_FAILS(kit_scalars(client, &scalars, &same), -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("kit.scalars", "colour");
	expect_refused(client, &tree, "colours", "");
	expect_refused(client, &(struct kit_tree){ .leaf = leaf }, "colour", "");
	EXPECT_FAILS(kit_mixed(client, true, (enum kit_colour)1, (struct rc_str)RC_STR(""),
			       (struct kit_pair){ 0 }, (struct kit_u32_slice){ 0 }, 0, &made),
		     -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("kit.mixed", "colour");
	EXPECT_OK(kit_ping(client));
	test_close(peer, client);
}

Test(limits, null_argument_returns_einval_and_names_it, .timeout = 240)
{
	struct rc_peer *peer = test_open(NULL, NULL);
	struct rc_client *client = test_client(peer);
	struct kit_pair pair = { 1, 2 };
	const struct kit_tree *same;

	EXPECT_FAILS(kit_add(client, 1, 2, NULL), -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("kit.add", "\"sum\"", "NULL");
	EXPECT_FAILS(kit_swap(client, NULL, &pair), -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("kit.swap", "\"pair\"", "NULL");
	EXPECT_FAILS(kit_swap(client, &pair, NULL), -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("\"swapped\"");
	EXPECT_FAILS(kit_echo(client, NULL, &same), -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("\"tree\"");
	EXPECT_FAILS(kit_swap_async(client, NULL, NULL, NULL, NULL), -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("\"pair\"");
	EXPECT_FAILS(rc_client_open(NULL, &client), -EINVAL, RC_RAN_NO);
	EXPECT_FAILS(rc_client_open(peer, NULL), -EINVAL, RC_RAN_NO);
	EXPECT_OK(kit_ping(client));
	test_close(peer, client);
}

static void count_done(void *context, int status)
{
	*(int *)context += status == 0;
}

TEST_SPIN_PARK(limits, full_ring_returns_eagain_and_recovers)
{
	struct rc_options options = { .ring_slots = 8 };
	struct rc_peer *peer = test_open(way, &options);
	struct rc_client *client = test_client(peer), *other = test_client(peer);
	struct rc_stats stats;
	int done = 0;

	for (uint64_t turn = 0; turn < 20; turn++) {
		EXPECT_OK(kit_hold_async(client, turn, count_done, &done, NULL));
		for (int call = 1; call < 8; call++)
			EXPECT_OK(kit_ping_async(client, count_done, &done, NULL));
		for (int call = 0; call < 100; call++)
			EXPECT_FAILS(kit_ping(client), -EAGAIN, RC_RAN_NO);
		EXPECT_SAYS("kit.ping", "all 8 calls", "rc_poll", "ring_slots");
		EXPECT_FAILS(kit_note(client, 1), -EAGAIN, RC_RAN_NO);
		rc_client_stats(client, &stats);
		cr_assert_eq(stats.in_flight, 8);
		EXPECT_OK(kit_open_gate(other, turn));
		while (done < 8)
			cr_assert_gt(rc_wait(client, test_patience_ns()), 0);
		cr_assert_eq(done, 8);
		done = 0;
		EXPECT_OK(kit_ping(client));
	}
	rc_client_close(other);
	test_close(peer, client);
}

Test(limits, service_that_the_worker_lacks_returns_enosys, .timeout = 240)
{
	struct rc_peer *peer = test_open(NULL, NULL);
	struct rc_client *client = test_client(peer);
	int64_t sum;

	EXPECT_FAILS(kit_slow_add(client, 1, 2, &sum), -ENOSYS, RC_RAN_NO);
	EXPECT_SAYS("\"kit_slow\"", "register");
	EXPECT_OK(kit_add(client, 1, 2, &sum));
	test_close(peer, client);
}
