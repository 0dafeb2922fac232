/* SPDX-License-Identifier: MIT */
/* alloc_test.c - what lies in memory of rc_alloc() is sent where it lies, and arrives. */
#include <stdlib.h>

#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"
#include "tests/testutil/tree.h"

TEST_ALL_WAYS(alloc, memory_larger_than_half_the_payload_is_sent)
{
	/* A copy of it would not fit: so there is none. */
	struct rc_options options = { .payload_bytes = 1 << 20 };
	struct rc_peer *peer = test_open(way, &options);
	struct rc_client *client = test_client(peer);
	size_t size = 1 << 19;
	uint8_t *bytes = rc_alloc(client, size);
	uint8_t *copied = calloc(1, size);
	uint64_t total;

	cr_assert_not_null(bytes);
	for (uint64_t turn = 0; turn < 50; turn++) {
		memset(bytes, 0, size);
		bytes[0] = 1;
		bytes[size - 1] = (uint8_t)turn;
		EXPECT_OK(kit_sum(client, (struct rc_bytes){ bytes, size, size }, &total));
		cr_assert_eq(total, turn + 1);
	}
	EXPECT_FAILS(kit_sum(client, (struct rc_bytes){ copied, size, size }, &total), -EAGAIN,
		     RC_RAN_NO);
	free(copied);
	rc_release(client, bytes);
	test_close(peer, client);
}

TEST_ALL_WAYS(alloc, memory_is_sent_from_any_place_in_it)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	uint8_t *bytes = rc_alloc(client, 5000);
	uint64_t total;

	cr_assert_not_null(bytes);
	for (size_t i = 0; i < 5000; i++)
		bytes[i] = (uint8_t)i;
	for (size_t start = 0; start < 2000; start += 13) {
		uint64_t expected = 0;
		size_t count = 3000 - start;

		for (size_t i = start; i < start + count; i++)
			expected += (uint8_t)i;
		EXPECT_OK(
			kit_sum(client, (struct rc_bytes){ bytes + start, count, count }, &total));
		cr_assert_eq(total, expected);
	}
	rc_release(client, bytes);
	test_close(peer, client);
}

TEST_ALL_WAYS(alloc, trees_with_parts_in_it_and_elsewhere_arrive)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	struct test_random random = { 21 };
	struct test_arena inside = { .bytes = 1 << 20 };
	struct test_arena outside = test_arena_create(20000);

	inside.base = rc_alloc(client, inside.bytes);
	cr_assert_not_null(inside.base);
	for (int call = 0; call < 300; call++) {
		struct kit_tree tree, other;
		const struct kit_tree *same;
		const char *difference;

		test_tree_make(&random, &inside, test_random_below(&random, 20000), &tree);
		test_tree_make(&random, &outside, test_random_below(&random, 20000), &other);
		/* A mixture: some parts are sent in place, others are copied. */
		tree.branches = other.branches;
		tree.name = other.name;
		EXPECT_OK(kit_echo(client, &tree, &same));
		difference = test_tree_difference(&tree, same);
		cr_assert_null(difference, "call %d: %s differs", call, difference);
		rc_release(client, same);
	}
	rc_release(client, inside.base);
	test_arena_destroy(&outside);
	test_close(peer, client);
}

TEST_ALL_WAYS(alloc, memory_of_another_client_is_copied)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer), *other = test_client(peer);
	char *text = rc_alloc(other, 1000);
	const struct rc_str *same;

	memset(text, 'o', 1000);
	EXPECT_OK(kit_text(client, (struct rc_str){ text, 1000 }, &same));
	cr_assert_eq(same->len, 1000);
	cr_assert_arr_eq(same->ptr, text, 1000);
	rc_release(client, same);
	rc_release(other, text);
	rc_client_close(other);
	test_close(peer, client);
}

TEST_ALL_WAYS(alloc, text_of_one_reply_is_sent_with_the_next_call)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	const struct rc_bytes *made;
	uint64_t total = 0, expected = 0;

	/* A reply's bytes lie in the payload space as well, at any offset. */
	for (uint64_t bytes = 1; bytes < 100000; bytes = bytes * 3 + 1) {
		EXPECT_OK(kit_large(client, bytes, 3, &made));
		expected = 0;
		for (uint64_t i = 0; i < bytes; i++)
			expected += (uint8_t)(3 + i);
		EXPECT_OK(kit_sum(client, *made, &total));
		cr_assert_eq(total, expected);
		rc_release(client, made);
	}
	test_close(peer, client);
}

Test(alloc, memory_is_aligned_and_apart, .timeout = 240)
{
	struct rc_peer *peer = test_open(NULL, NULL);
	struct rc_client *client = test_client(peer);
	unsigned char *blocks[100];

	for (size_t i = 0; i < 100; i++) {
		blocks[i] = rc_alloc(client, i * 37);
		cr_assert_not_null(blocks[i]);
		cr_assert_eq((uintptr_t)blocks[i] % 64, 0);
		memset(blocks[i], (int)i, i * 37);
	}
	for (size_t i = 0; i < 100; i++) {
		for (size_t at = 0; at < i * 37; at++)
			cr_assert_eq(blocks[i][at], i);
		rc_release(client, blocks[i]);
	}
	test_close(peer, client);
}
