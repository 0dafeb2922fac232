/* SPDX-License-Identifier: MIT */
/*
 * lengths_test.c - a length that no memory has is refused before anything is read or allocated, for
 * strings, bytes and slices of every size of element.
 *
 * What the pointers point to ends where no memory follows: who reads by such a length dies.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "ring/layout.h"
#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"

enum {
	PAYLOAD_BYTES = 1 << 16,
	LENGTHS_MAX = 32
};

/* One element of so many bytes, all zero, right before a page that cannot be read. */
static void *last_element(size_t bytes)
{
	static unsigned char *pages;
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);

	if (!pages) {
		pages = mmap(NULL, 2 * page_bytes, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		cr_assert(pages != MAP_FAILED);
		cr_assert_eq(mprotect(pages + page_bytes, page_bytes, PROT_NONE), 0);
	}
	return pages + page_bytes - bytes;
}

/* Lengths of elements of so many bytes around every border; returns how many. */
static size_t make_lengths(size_t bytes, size_t *lengths)
{
	const size_t borders[] = { PAYLOAD_BYTES,   (size_t)1 << 31, (size_t)1 << 32,
				   (size_t)1 << 40, (size_t)1 << 62, (size_t)1 << 63,
				   SIZE_MAX };
	size_t count = 0;

	for (size_t i = 0; i < sizeof(borders) / sizeof(borders[0]); i++) {
		size_t border = borders[i] / bytes;

		/* What wraps to little when it is multiplied, and its neighbours. */
		for (size_t length = border - 1; length != border + 3; length++)
			if (length > PAYLOAD_BYTES / bytes)
				lengths[count++] = length;
	}
	lengths[count++] = SIZE_MAX;
	lengths[count++] = SIZE_MAX - 1;
	cr_assert_leq(count, LENGTHS_MAX);
	return count;
}

/* All of the payload space is free, and no call is in flight. */
static void expect_untouched(struct rc_client *client)
{
	void *all = rc_alloc(client, PAYLOAD_BYTES);
	struct rc_stats stats;

	cr_assert_not_null(all, "%s", rc_error_last()->text);
	rc_release(client, all);
	rc_client_stats(client, &stats);
	cr_assert_eq(stats.in_flight, 0);
	cr_assert_eq(stats.calls, 0);
}

/* Sends a value with each length in place of its `field`, through kit_echo(). */
#define EXPECT_REFUSED(client_, tree_, slice_, element_bytes_)                                     \
	do {                                                                                       \
		size_t lengths_[LENGTHS_MAX];                                                      \
		size_t count_ = make_lengths((element_bytes_), lengths_);                          \
		const struct kit_tree *same_;                                                      \
                                                                                                   \
		(slice_).ptr = last_element(element_bytes_);                                       \
		for (size_t i_ = 0; i_ < count_; i_++) {                                           \
			(slice_).len = lengths_[i_];                                               \
			EXPECT_FAILS(kit_echo((client_), &(tree_), &same_), -EMSGSIZE, RC_RAN_NO); \
			EXPECT_SAYS("kit.echo");                                                   \
		}                                                                                  \
		expect_untouched(client_);                                                         \
	} while (0)

static struct rc_peer *open_small(void)
{
	struct rc_options options = { .payload_bytes = PAYLOAD_BYTES };

	return test_open(NULL, &options);
}

Test(lengths, beyond_all_memory_in_the_root_return_emsgsize, .timeout = 240)
{
	struct rc_peer *peer = open_small();
	struct rc_client *client = test_client(peer);
	struct kit_tree tree = { 0 };

#define CASE(field, bytes)                                                                         \
	EXPECT_REFUSED(client, tree, tree.field, (bytes));                                         \
	tree = (struct kit_tree){ 0 }
	CASE(name, 1);
	CASE(words[1], 1);
	CASE(leaf.name, 1);
	CASE(blob, sizeof(*tree.blob.ptr));
	CASE(switches, sizeof(*tree.switches.ptr));
	CASE(colours, sizeof(*tree.colours.ptr));
	CASE(leaf.tags, sizeof(*tree.leaf.tags.ptr));
	CASE(rows, sizeof(*tree.rows.ptr));
	CASE(points, sizeof(*tree.points.ptr));
	CASE(branches, sizeof(*tree.branches.ptr));
#undef CASE
	test_close(peer, client);
}

Test(lengths, beyond_all_memory_in_elements_return_emsgsize, .timeout = 240)
{
	struct rc_peer *peer = open_small();
	struct rc_client *client = test_client(peer);
	struct kit_u32_slice rows[3] = { { 0 } };
	struct rc_str tags[3] = { RC_STR("good") };
	struct kit_leaf leaves[2] = { { .tags = RC_SLICE_FROM(tags) } };
	struct kit_branch branches[2] = { { .leaves = RC_SLICE_FROM(leaves) } };
	struct kit_tree tree = { .branches = RC_SLICE_FROM(branches), .rows = RC_SLICE_FROM(rows) };

#define CASE(slice, bytes)                                                                         \
	EXPECT_REFUSED(client, tree, slice, (bytes));                                              \
	(slice).len = 0
	CASE(rows[2], sizeof(uint32_t));
	CASE(tags[2], 1);
	CASE(leaves[1].name, 1);
	CASE(leaves[1].blob, 1);
	CASE(leaves[1].tags, sizeof(struct rc_str));
	CASE(branches[1].name, 1);
	CASE(branches[1].leaves, sizeof(struct kit_leaf));
#undef CASE
	test_close(peer, client);
}

Test(lengths, beyond_all_memory_in_parameters_return_emsgsize, .timeout = 240)
{
	struct rc_peer *peer = open_small();
	struct rc_client *client = test_client(peer);
	size_t lengths[LENGTHS_MAX], count;
	const struct kit_tree *made;
	const struct rc_str *same;
	uint64_t total;

	count = make_lengths(1, lengths);
	for (size_t i = 0; i < count; i++) {
		size_t length = lengths[i];
		struct rc_str text = { last_element(1), length };
		struct rc_bytes bytes = { last_element(1), length, length };

		EXPECT_FAILS(kit_text(client, text, &same), -EMSGSIZE, RC_RAN_NO);
		EXPECT_FAILS(kit_text_async(client, text, NULL, NULL, NULL), -EMSGSIZE, RC_RAN_NO);
		EXPECT_FAILS(kit_sum(client, bytes, &total), -EMSGSIZE, RC_RAN_NO);
		EXPECT_FAILS(kit_note_text(client, text), -EMSGSIZE, RC_RAN_NO);
	}
	count = make_lengths(sizeof(uint32_t), lengths);
	for (size_t i = 0; i < count; i++)
		EXPECT_FAILS(kit_mixed(client, true, KIT_RED, (struct rc_str){ 0 },
				       (struct kit_pair){ 0 },
				       (struct kit_u32_slice){ last_element(4), lengths[i], 0 }, 0,
				       &made),
			     -EMSGSIZE, RC_RAN_NO);
	expect_untouched(client);
	test_close(peer, client);
}

Test(lengths, of_a_recursive_type_beyond_all_memory_return_emsgsize, .timeout = 240)
{
	struct rc_peer *peer = open_small();
	struct rc_client *client = test_client(peer);
	struct kit_node inner = { .value = 1 }, root = { .children = { &inner, 1, 1 } };
	size_t lengths[LENGTHS_MAX], count = make_lengths(sizeof(inner), lengths);
	const struct kit_node *same;

	inner.children.ptr = last_element(sizeof(inner));
	for (size_t i = 0; i < count; i++) {
		inner.children.len = lengths[i];
		EXPECT_FAILS(kit_nodes(client, &root, &same), -EMSGSIZE, RC_RAN_NO);
	}
	expect_untouched(client);
	test_close(peer, client);
}

/* Each part could be counted; their sum is what does not fit. */
Test(lengths, that_are_too_large_together_return_emsgsize, .timeout = 240)
{
	struct rc_peer *peer = open_small();
	struct rc_client *client = test_client(peer);
	char *end = last_element(1);
	struct rc_str tags[64];
	struct kit_tree tree = { .leaf = { .tags = RC_SLICE_FROM(tags) } };
	const struct kit_tree *same;

	for (unsigned bits = 10; bits < 64; bits++) {
		for (size_t i = 0; i < 64; i++)
			tags[i] = (struct rc_str){ end, (size_t)1 << bits };
		EXPECT_FAILS(kit_echo(client, &tree, &same), -EMSGSIZE, RC_RAN_NO);
	}
	expect_untouched(client);
	test_close(peer, client);
}

Test(lengths, in_payload_space_beyond_its_end_return_emsgsize, .timeout = 240)
{
	struct rc_peer *peer = open_small();
	struct rc_client *client = test_client(peer);
	uint8_t *bytes = rc_alloc(client, 64);
	size_t lengths[LENGTHS_MAX], count = make_lengths(1, lengths);
	uint64_t total;

	cr_assert_not_null(bytes);
	for (size_t i = 0; i < count; i++)
		EXPECT_FAILS(kit_sum(client, (struct rc_bytes){ bytes, lengths[i], 0 }, &total),
			     -EMSGSIZE, RC_RAN_NO);
	/* So that a sum of address and length would wrap into the space. */
	EXPECT_FAILS(kit_sum(client, (struct rc_bytes){ bytes, (size_t)0 - 64, 0 }, &total),
		     -EMSGSIZE, RC_RAN_NO);
	EXPECT_FAILS(kit_sum(client, (struct rc_bytes){ bytes, (size_t)0 - (uintptr_t)bytes, 0 },
			     &total),
		     -EMSGSIZE, RC_RAN_NO);
	rc_release(client, bytes);
	cr_assert_null(rc_alloc(client, SIZE_MAX));
	cr_assert_eq(rc_error_last()->code, -EMSGSIZE);
	cr_assert_null(rc_alloc(client, SIZE_MAX - 63));
	cr_assert_eq(rc_error_last()->code, -EMSGSIZE);
	expect_untouched(client);
	test_close(peer, client);
}
