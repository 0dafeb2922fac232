/* SPDX-License-Identifier: MIT */
/* calls_test.c - values of every type and size arrive, and come back, as they were sent. */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"
#include "tests/testutil/tree.h"

TEST_ALL_WAYS(calls, without_parameters_and_output)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);

	for (int call = 0; call < 2000; call++)
		EXPECT_OK(kit_ping(client));
	test_close(peer, client);
}

TEST_ALL_WAYS(calls, with_scalars_give_the_right_result)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	int64_t sum = 0;

	for (int64_t call = 0; call < 2000; call++) {
		EXPECT_OK(kit_add(client, call, -3 * call, &sum));
		cr_assert_eq(sum, -2 * call);
	}
	EXPECT_OK(kit_add(client, INT64_MAX, INT64_MIN, &sum));
	cr_assert_eq(sum, -1);
	test_close(peer, client);
}

TEST_ALL_WAYS(calls, with_structs_in_a_slot_and_beyond_give_the_right_result)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);

	for (uint64_t call = 0; call < 2000; call++) {
		struct kit_pair swapped, pair = { call, ~call };
		struct kit_block bumped, block;

		EXPECT_OK(kit_swap(client, &pair, &swapped));
		cr_assert(swapped.first == ~call && swapped.second == call);
		for (uint64_t word = 0; word < 32; word++)
			block.words[word] = call * 32 + word;
		EXPECT_OK(kit_bump(client, &block, &bumped));
		for (uint64_t word = 0; word < 32; word++)
			cr_assert_eq(bumped.words[word], call * 32 + word + 1);
	}
	test_close(peer, client);
}

Test(calls, with_extreme_scalars_give_them_back, .timeout = 240)
{
	struct rc_peer *peer = test_open(NULL, NULL);
	struct rc_client *client = test_client(peer);
	struct kit_scalars extreme[2] = {
		{ .i8 = INT8_MIN,
		  .i16 = INT16_MIN,
		  .i32 = INT32_MIN,
		  .i64 = INT64_MIN,
		  .f32 = -FLT_MAX,
		  .f64 = DBL_MIN,
		  .difference = PTRDIFF_MIN,
		  .colour = KIT_BLUE },
		{ .i8 = INT8_MAX,
		  .u8 = UINT8_MAX,
		  .i16 = INT16_MAX,
		  .u16 = UINT16_MAX,
		  .i32 = INT32_MAX,
		  .u32 = UINT32_MAX,
		  .i64 = INT64_MAX,
		  .u64 = UINT64_MAX,
		  .f32 = FLT_MIN,
		  .f64 = (double)INFINITY,
		  .size = SIZE_MAX,
		  .difference = PTRDIFF_MAX,
		  .rune = 0x10ffff,
		  .colour = KIT_GREEN,
		  .yes = true,
		  .grid = { { 1, 2, 3 }, { -4, -5, -6 } } },
	};

	for (int call = 0; call < 2; call++) {
		struct kit_scalars same;
		const char *difference;

		EXPECT_OK(kit_scalars(client, &extreme[call], &same));
		difference = test_scalars_difference(&extreme[call], &same);
		cr_assert_null(difference, "%s differs", difference);
	}
	test_close(peer, client);
}

Test(calls, with_a_bool_of_any_byte_send_0_or_1, .timeout = 240)
{
	struct rc_peer *peer = test_open(NULL, NULL);
	struct rc_client *client = test_client(peer);
	struct kit_scalars same, scalars = { .yes = true };
	unsigned char byte;

	/* What memset() and old C code leave in a bool. Both ends would refuse the byte. */
	memset(&scalars.yes, 0xff, sizeof(scalars.yes));
	EXPECT_OK(kit_scalars(client, &scalars, &same));
	memcpy(&byte, &same.yes, 1);
	cr_assert_eq(byte, 1);
	test_close(peer, client);
}

TEST_ALL_WAYS(calls, with_each_kind_of_parameter_give_the_right_result)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	const uint32_t numbers[] = { 5, 0, UINT32_MAX };

	for (int call = 0; call < 500; call++) {
		struct kit_u32_slice slice = RC_SLICE_FROM(numbers);
		struct rc_str text = RC_STR("eins, zwei");
		struct kit_pair pair = { 40, 2 };
		const struct kit_tree *made;

		EXPECT_OK(kit_mixed(client, true, KIT_BLUE, text, pair, slice, 200, &made));
		cr_assert(made->scalars.yes);
		cr_assert_eq(made->scalars.colour, KIT_BLUE);
		cr_assert_eq(made->scalars.u64, 42);
		cr_assert_eq(made->scalars.u8, 200);
		cr_assert_eq(made->name.len, text.len);
		cr_assert_arr_eq(made->name.ptr, text.ptr, text.len);
		cr_assert_eq(made->rows.len, 3);
		cr_assert_eq(made->rows.ptr[1].len, 0);
		cr_assert_eq(made->rows.ptr[2].len, 3);
		cr_assert_arr_eq(made->rows.ptr[2].ptr, numbers, sizeof(numbers));
		rc_release(client, made);
	}
	test_close(peer, client);
}

/* Sends random trees of up to so many bytes and compares what comes back. */
static void echo_trees(struct rc_client *client, uint64_t seed, int calls, size_t bytes_max)
{
	struct test_random random = { seed };
	struct test_arena arena = test_arena_create(bytes_max);

	for (int call = 0; call < calls; call++) {
		size_t bytes = (size_t)test_random_below(&random, bytes_max + 1);
		const struct kit_tree *same;
		const char *difference;
		struct kit_tree tree;

		test_tree_make(&random, &arena, bytes, &tree);
		EXPECT_OK(kit_echo(client, &tree, &same));
		difference = test_tree_difference(&tree, same);
		cr_assert_null(difference, "call %d: %s differs", call, difference);
		rc_release(client, same);
	}
	test_arena_destroy(&arena);
}

TEST_ALL_WAYS(calls, with_nested_slices_of_strings_give_them_back)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);

	echo_trees(client, 1, 2000, 0);
	echo_trees(client, 2, 2000, 500);
	echo_trees(client, 3, 1000, 20000);
	echo_trees(client, 4, 60, 3 << 20);
	test_close(peer, client);
}

Test(calls, with_an_empty_tree_give_an_empty_one, .timeout = 240)
{
	struct rc_peer *peer = test_open(NULL, NULL);
	struct rc_client *client = test_client(peer);
	struct kit_tree tree = { .name = { NULL, 0 } };
	const struct kit_tree *same;

	EXPECT_OK(kit_echo(client, &tree, &same));
	cr_assert_null(test_tree_difference(&tree, same));
	cr_assert_eq(same->branches.len, 0);
	cr_assert_eq(same->branches.cap, 0);
	rc_release(client, same);
	test_close(peer, client);
}

/* Sends one text and compares. */
static void echo_text(struct rc_client *client, struct rc_str text)
{
	const struct rc_str *same;

	EXPECT_OK(kit_text(client, text, &same));
	cr_assert_eq(same->len, text.len);
	if (text.len)
		cr_assert_arr_eq(same->ptr, text.ptr, text.len);
	rc_release(client, same);
}

TEST_ALL_WAYS(calls, with_texts_of_any_bytes_give_them_back)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);

	echo_text(client, (struct rc_str){ NULL, 0 });
	echo_text(client, (struct rc_str){ "", 0 });
	echo_text(client, (struct rc_str){ "not read", 0 });
	echo_text(client, rc_str_of(NULL));
	echo_text(client, rc_str_of("gr\xc3\xbc\xc3\x9f dich"));
	echo_text(client, (struct rc_str)RC_STR("a\0b\0\0c"));
	echo_text(client, (struct rc_str)RC_STR("\xff\xfe\x80 no UTF-8 \xc3"));
	test_close(peer, client);
}

TEST_ALL_WAYS(calls, with_texts_of_every_size_to_2_mib_give_them_back)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	size_t most = 2 << 20;
	char *bytes = malloc(most);

	cr_assert_not_null(bytes);
	for (size_t i = 0; i < most; i++)
		bytes[i] = (char)(i * 7 + i / 251);
	/* All sizes around those at which a message moves from slot to space. */
	for (size_t size = 0; size < 300; size++)
		echo_text(client, (struct rc_str){ bytes + size, size });
	for (size_t size = 256; size <= most; size *= 2) {
		echo_text(client, (struct rc_str){ bytes, size - 1 });
		echo_text(client, (struct rc_str){ bytes, size });
	}
	free(bytes);
	test_close(peer, client);
}

Test(calls, with_the_largest_request_that_fits_are_sent, .timeout = 240)
{
	struct rc_options options = { .payload_bytes = 1 << 16 };
	struct rc_peer *peer = test_open(NULL, &options);
	struct rc_client *client = test_client(peer);
	/* The request's root is the slice. */
	size_t size = (1 << 16) - sizeof(struct rc_bytes);
	uint8_t *bytes = calloc(1, size + 1);
	uint64_t total = 0;

	bytes[size - 1] = 9;
	EXPECT_OK(kit_sum(client, (struct rc_bytes){ bytes, size, size }, &total));
	cr_assert_eq(total, 9);
	EXPECT_FAILS(kit_sum(client, (struct rc_bytes){ bytes, size + 1, size + 1 }, &total),
		     -EMSGSIZE, RC_RAN_NO);
	EXPECT_SAYS("kit.sum", "65537", "65536", "payload_bytes");
	free(bytes);
	test_close(peer, client);
}

TEST_ALL_WAYS(calls, whose_reply_outgrows_its_space_get_all_of_it)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	static const uint64_t sizes[] = { 0, 1, 16, 17, 200, 5000, 10, 100000, 0, 3 << 20, 64 };

	for (size_t call = 0; call < sizeof(sizes) / sizeof(sizes[0]); call++) {
		const struct rc_bytes *made;

		EXPECT_OK(kit_large(client, sizes[call], (uint8_t)call, &made));
		cr_assert_eq(made->len, sizes[call]);
		cr_assert_eq(made->cap, sizes[call]);
		for (size_t i = 0; i < made->len; i++)
			if (made->ptr[i] != (uint8_t)(call + i))
				cr_assert(false, "call %zu: byte %zu differs", call, i);
		rc_release(client, made);
	}
	test_close(peer, client);
}

Test(calls, keep_replies_apart_until_they_are_released, .timeout = 240)
{
	enum {
		HELD = 64
	};
	struct rc_peer *peer = test_open(NULL, NULL);
	struct rc_client *client = test_client(peer);
	const struct rc_bytes *made[HELD];

	for (uint8_t call = 0; call < HELD; call++)
		EXPECT_OK(kit_large(client, call * 100, call, &made[call]));
	for (uint8_t call = 0; call < HELD; call++) {
		cr_assert_eq(made[call]->len, call * 100U);
		for (size_t i = 0; i < made[call]->len; i++)
			cr_assert_eq(made[call]->ptr[i], (uint8_t)(call + i));
	}
	/* Not in the order in which they came. */
	for (int call = 0; call < HELD; call += 2)
		rc_release(client, made[call]);
	rc_release(client, NULL);
	for (int call = HELD - 1; call > 0; call -= 2)
		rc_release(client, made[call]);
	test_close(peer, client);
}

Test(calls, release_by_closing_the_client, .timeout = 240)
{
	struct rc_peer *peer = test_open(NULL, NULL);

	/* LeakSanitizer looks for what stays. */
	for (int turn = 0; turn < 20; turn++) {
		struct rc_client *client = test_client(peer);
		const struct rc_bytes *made;

		for (int call = 0; call < 5; call++)
			EXPECT_OK(kit_large(client, 100000, 0, &made));
		cr_assert_not_null(rc_alloc(client, 1000));
		rc_client_close(client);
	}
	test_close(peer, NULL);
}

/* A chain of so many levels below the root; memory of the caller. */
static void make_chain(struct kit_node *nodes, size_t levels)
{
	for (size_t level = 0; level <= levels; level++) {
		size_t below = level < levels;

		nodes[level] = (struct kit_node){ .value = level };
		nodes[level].children =
			(struct kit_node_slice){ below ? &nodes[level + 1] : NULL, below, below };
	}
}

Test(calls, with_recursive_types_reach_the_limit_of_depth, .timeout = 240)
{
	struct rc_peer *peer = test_open(NULL, NULL);
	struct rc_client *client = test_client(peer);
	const struct kit_node *same, *node;
	struct kit_node chain[80];
	size_t levels = 0;

	make_chain(chain, 64);
	EXPECT_OK(kit_nodes(client, chain, &same));
	for (node = same; node->children.len; node = node->children.ptr) {
		cr_assert_eq(node->value, levels);
		levels++;
	}
	cr_assert_eq(levels, 64);
	rc_release(client, same);
	make_chain(chain, 65);
	EXPECT_FAILS(kit_nodes(client, chain, &same), -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("kit.nodes", "children", "deeper than 64 levels");
	test_close(peer, client);
}

Test(calls, after_the_ring_wrapped_many_times_are_right, .timeout = 240)
{
	struct rc_options options = { .ring_slots = 2, .payload_bytes = 4096 };
	struct rc_peer *peer = test_open(NULL, &options);
	struct rc_client *client = test_client(peer);

	for (int64_t call = 0; call < 20000; call++) {
		int64_t sum;

		EXPECT_OK(kit_add(client, call, 1, &sum));
		cr_assert_eq(sum, call + 1);
	}
	echo_trees(client, 5, 500, 100);
	test_close(peer, client);
}
