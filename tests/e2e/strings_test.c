/* SPDX-License-Identifier: MIT */
/*
 * strings_test.c - any bytes are a string, an empty one may point anywhere, and NULL with a length
 * is an error that names its place; in every place where a string or slice may stand.
 */
#include <stdlib.h>

#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"
#include "tests/testutil/tree.h"

static const struct rc_str odd_strings[] = {
	RC_STR("\0"),                 /* a NUL alone */
	RC_STR("before\0behind"),     /* inside */
	RC_STR("\0\0\0at the front"), /* in front */
	RC_STR("at the end\0"),       /* at the end */
	RC_STR("\xff\xfe\x80"),       /* bytes that UTF-8 has not */
	RC_STR("\xc0\x80"),           /* NUL in two bytes, which is too long */
	RC_STR("\xed\xa0\x80"),       /* a surrogate */
	RC_STR("\xf4\x90\x80\x80"),   /* beyond Unicode */
	RC_STR("\xe2\x82"),           /* cut off */
	RC_STR("\xef\xbb\xbf"),       /* a byte order mark */
	RC_STR("%s%n %*d\n\t\r\x1b"), /* what formats and terminals look at */
};

enum {
	ODD_STRINGS = sizeof(odd_strings) / sizeof(odd_strings[0])
};

static void expect_same_text(struct rc_client *client, struct rc_str text)
{
	const struct rc_str *same;

	EXPECT_OK(kit_text(client, text, &same));
	cr_assert_eq(same->len, text.len);
	cr_assert(!text.len || !memcmp(same->ptr, text.ptr, text.len));
	cr_assert_eq(!same->ptr, !text.len, "an empty string is NULL");
	rc_release(client, same);
}

TEST_ALL_WAYS(strings, any_bytes_arrive_as_they_are)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	char bytes[512];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)i;
	for (size_t i = 0; i < ODD_STRINGS; i++)
		expect_same_text(client, odd_strings[i]);
	/* Each length around what a slot holds, and each byte at the front. */
	for (size_t length = 0; length < 256; length++)
		expect_same_text(client, (struct rc_str){ bytes + length, length });
	test_close(peer, client);
}

TEST_ALL_WAYS(strings, any_bytes_arrive_in_every_place)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);

	for (size_t i = 0; i < ODD_STRINGS; i++) {
		struct rc_str text = odd_strings[i], next = odd_strings[(i + 1) % ODD_STRINGS];
		struct rc_bytes bytes = { (const uint8_t *)text.ptr, text.len, text.len };
		struct rc_str tags[] = { next, text, { NULL, 0 }, text };
		struct kit_leaf leaf = { text, bytes, RC_SLICE_FROM(tags), KIT_GREEN, true };
		struct kit_leaf leaves[] = { leaf, { .name = next }, leaf };
		struct kit_branch branches[] = { { 1, next, RC_SLICE_FROM(leaves) },
						 { 2, text, { NULL, 0, 0 } } };
		struct kit_tree tree = { .name = text,
					 .blob = bytes,
					 .branches = RC_SLICE_FROM(branches),
					 .words = { next, text },
					 .leaf = leaf };
		const struct kit_tree *same;
		const char *difference;

		EXPECT_OK(kit_echo(client, &tree, &same));
		difference = test_tree_difference(&tree, same);
		cr_assert_null(difference, "string %zu: %s differs", i, difference);
		rc_release(client, same);
	}
	test_close(peer, client);
}

TEST_ALL_WAYS(strings, empty_ones_may_point_anywhere_and_arrive_as_null)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	/* Neither may be read: the first is NULL, the others are no memory at all. */
	const void *pointers[] = { NULL, (void *)(uintptr_t)1, (void *)UINTPTR_MAX, "" };

	for (size_t i = 0; i < sizeof(pointers) / sizeof(pointers[0]); i++) {
		const void *at = pointers[i];
		struct rc_str tags[] = { { at, 0 } };
		struct kit_u32_slice rows[] = { { at, 0, 9 } };
		struct kit_leaf leaf = { .name = { at, 0 },
					 .blob = { at, 0, 9 },
					 .tags = RC_SLICE_FROM(tags) };
		struct kit_tree tree = { .name = { at, 0 },
					 .blob = { at, 0, 9 },
					 .points = { at, 0, 9 },
					 .rows = RC_SLICE_FROM(rows),
					 .switches = { at, 0, 9 },
					 .colours = { at, 0, 9 },
					 .branches = { at, 0, 9 },
					 .leaf = leaf };
		const struct kit_tree *same;

		EXPECT_OK(kit_echo(client, &tree, &same));
		cr_assert(!same->name.ptr && !same->name.len);
		cr_assert(!same->blob.ptr && !same->blob.len && !same->blob.cap);
		cr_assert(!same->points.ptr && !same->points.len && !same->points.cap);
		cr_assert(!same->switches.ptr && !same->switches.len);
		cr_assert(!same->colours.ptr && !same->colours.len);
		cr_assert(!same->branches.ptr && !same->branches.len);
		cr_assert_eq(same->rows.len, 1);
		cr_assert(!same->rows.ptr[0].ptr && !same->rows.ptr[0].len);
		cr_assert_eq(same->leaf.tags.len, 1);
		cr_assert(!same->leaf.tags.ptr[0].ptr && !same->leaf.tags.ptr[0].len);
		rc_release(client, same);
	}
	test_close(peer, client);
}

/* Sends a tree whose one fault is NULL with a length; the text has to name the field. */
static void expect_refused(struct rc_client *client, const struct kit_tree *tree, const char *field)
{
	const struct kit_tree *same;

	EXPECT_FAILS(kit_echo(client, tree, &same), -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("kit.echo", field, "NULL with a length");
	EXPECT_FAILS(kit_echo_async(client, tree, NULL, NULL, NULL), -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("kit.echo", field, "NULL with a length");
}

/* A tree with one leaf at the end of everything. */
static void expect_leaf_refused(struct rc_client *client, struct kit_leaf leaf, const char *field)
{
	struct kit_leaf leaves[] = { { .on = true }, leaf };
	struct kit_branch branches[] = { { .id = 1 }, { .leaves = RC_SLICE_FROM(leaves) } };

	expect_refused(client, &(struct kit_tree){ .leaf = leaf }, field);
	expect_refused(client, &(struct kit_tree){ .branches = RC_SLICE_FROM(branches) }, field);
}

Test(strings, null_with_a_length_in_a_field_names_it, .timeout = 240)
{
	struct rc_peer *peer = test_open(NULL, NULL);
	struct rc_client *client = test_client(peer);
	struct kit_u32_slice rows[] = { { NULL, 0, 0 }, { NULL, 1, 1 } };
	struct kit_branch unnamed = { .name = { NULL, 1 } }, bare = { .leaves = { NULL, 1, 1 } };
	struct rc_str tags[] = { RC_STR("good"), { NULL, 1 } };

	for (size_t length = 1; length; length = length << 21 | length >> 43) {
		if (length >> 62)
			break;
		rows[1].len = unnamed.name.len = bare.leaves.len = tags[1].len = length;
		expect_refused(client, &(struct kit_tree){ .name = { NULL, length } },
			       "kit_tree.name");
		expect_refused(client, &(struct kit_tree){ .blob = { NULL, length, 0 } },
			       "kit_tree.blob");
		expect_refused(client, &(struct kit_tree){ .points = { NULL, length, 0 } },
			       "kit_tree.points");
		expect_refused(client, &(struct kit_tree){ .rows = { NULL, length, 0 } },
			       "kit_tree.rows");
		expect_refused(client, &(struct kit_tree){ .rows = RC_SLICE_FROM(rows) },
			       "kit_tree.rows");
		expect_refused(client, &(struct kit_tree){ .switches = { NULL, length, 0 } },
			       "kit_tree.switches");
		expect_refused(client, &(struct kit_tree){ .colours = { NULL, length, 0 } },
			       "kit_tree.colours");
		expect_refused(client, &(struct kit_tree){ .branches = { NULL, length, 0 } },
			       "kit_tree.branches");
		expect_refused(client, &(struct kit_tree){ .branches = { &unnamed, 1, 1 } },
			       "kit_branch.name");
		expect_refused(client, &(struct kit_tree){ .branches = { &bare, 1, 1 } },
			       "kit_branch.leaves");
		expect_refused(client, &(struct kit_tree){ .words = { { 0 }, { NULL, length } } },
			       "kit_tree.words");
		expect_leaf_refused(client, (struct kit_leaf){ .name = { NULL, length } },
				    "kit_leaf.name");
		expect_leaf_refused(client, (struct kit_leaf){ .blob = { NULL, length, 0 } },
				    "kit_leaf.blob");
		expect_leaf_refused(client, (struct kit_leaf){ .tags = { NULL, length, 0 } },
				    "kit_leaf.tags");
		expect_leaf_refused(client, (struct kit_leaf){ .tags = RC_SLICE_FROM(tags) },
				    "kit_leaf.tags");
	}
	EXPECT_OK(kit_ping(client));
	test_close(peer, client);
}

Test(strings, null_with_a_length_in_a_parameter_names_it, .timeout = 240)
{
	struct rc_peer *peer = test_open(NULL, NULL);
	struct rc_client *client = test_client(peer);
	const struct rc_str nothing = { NULL, 1 }, good = RC_STR("good");
	const struct kit_u32_slice no_numbers = { NULL, 1, 1 };
	const struct kit_tree *made;
	const struct rc_str *same;
	struct rc_stats stats;
	uint64_t total;

	EXPECT_FAILS(kit_text(client, nothing, &same), -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("kit.text: kit.text.text: NULL with a length");
	EXPECT_FAILS(kit_sum(client, (struct rc_bytes){ NULL, 1, 1 }, &total), -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("kit.sum: kit.sum.bytes: NULL with a length");
	EXPECT_FAILS(kit_mixed(client, true, KIT_RED, nothing, (struct kit_pair){ 0 },
			       (struct kit_u32_slice){ 0 }, 0, &made),
		     -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("kit.mixed: kit.mixed.text: NULL with a length");
	EXPECT_FAILS(kit_mixed(client, true, KIT_RED, good, (struct kit_pair){ 0 }, no_numbers, 0,
			       &made),
		     -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("kit.mixed: kit.mixed.numbers: NULL with a length");
	EXPECT_FAILS(kit_note_text(client, nothing), -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("kit.note_text: kit.note_text.text: NULL with a length");
	EXPECT_FAILS(kit_fail(client, 1, nothing), -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("kit.fail: kit.fail.text: NULL with a length");
	/* None of them took a credit. */
	rc_client_stats(client, &stats);
	cr_assert_eq(stats.in_flight, 0);
	EXPECT_OK(kit_ping(client));
	test_close(peer, client);
}
