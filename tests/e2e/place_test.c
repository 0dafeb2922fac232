/* SPDX-License-Identifier: MIT */
/* place_test.c - on cgo Go works on the caller's own values, and only on those that it may have. */
#include <stdlib.h>

#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"
#include "tests/testutil/tree.h"

/* Expects that Go sees the tree, and what it points to, in place or nothing of it. */
static void expect_place(struct rc_client *client, const struct kit_tree *tree, bool in_place)
{
	struct kit_seen seen;

	EXPECT_OK(kit_seen(client, tree, &seen));
	cr_assert_eq(seen.tree == (uintptr_t)tree, in_place);
	cr_assert_eq(seen.name == (uintptr_t)tree->name.ptr, in_place);
	cr_assert_eq(seen.blob == (uintptr_t)tree->blob.ptr, in_place);
	cr_assert_eq(seen.branches == (uintptr_t)tree->branches.ptr, in_place);
	cr_assert_eq(seen.blob_capacity, tree->blob.len);
}

/* Expects that the tree arrives and comes back as `wanted`. */
static void expect_echo(struct rc_client *client, const struct kit_tree *tree,
			const struct kit_tree *wanted)
{
	const struct kit_tree *same;
	const char *difference;

	EXPECT_OK(kit_echo(client, tree, &same));
	difference = test_tree_difference(wanted, same);
	cr_assert_null(difference, "%s differs", difference);
	rc_release(client, same);
}

static uint8_t bytes[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
static const struct kit_branch branches[] = { { .id = 4, .name = RC_STR("four") },
					      { .id = 5, .name = RC_STR("five") } };

static struct kit_tree make_tree(void)
{
	return (struct kit_tree){ .name = RC_STR("a tree"),
				  .blob = RC_SLICE_FROM(bytes),
				  .branches = RC_SLICE_FROM(branches) };
}

Test(place, of_arguments_is_the_callers_on_cgo_alone, .timeout = 240)
{
	struct rc_peer *peer = test_open(NULL, NULL);
	struct rc_client *client = test_client(peer);
	struct kit_tree tree = make_tree();

	for (int call = 0; call < 10; call++)
		expect_place(client, &tree, test_direct());
	expect_echo(client, &tree, &tree);
	/* With a deadline a call takes the ring, and its values go by a message. */
	rc_client_set_deadline(client, test_patience_ns());
	expect_place(client, &tree, false);
	rc_client_set_deadline(client, RC_FOREVER);
	expect_place(client, &tree, test_direct());
	test_close(peer, client);
}

/* Go appends in place as long as the capacity lasts: into the caller's memory. */
Test(place, of_slices_with_another_capacity_is_a_copy, .timeout = 240)
{
	struct rc_peer *peer = test_open(NULL, NULL);
	struct rc_client *client = test_client(peer);
	struct kit_leaf leaf = { .blob = { bytes, 3, 3 } };
	struct kit_branch branch = { .leaves = { &leaf, 1, 1 } };
	struct kit_tree tree = make_tree();
	size_t *const capacities[] = { &tree.blob.cap, &tree.branches.cap, &leaf.blob.cap };
	struct kit_seen seen;

	tree.blob.len = tree.blob.cap = 4;
	tree.branches = (struct kit_branch_slice){ &branch, 1, 1 };
	expect_place(client, &tree, test_direct());
	for (size_t i = 0; i < sizeof(capacities) / sizeof(capacities[0]); i++) {
		size_t right = *capacities[i], wrong[] = { 0, right - 1, right + 1, SIZE_MAX };

		for (size_t j = 0; j < sizeof(wrong) / sizeof(wrong[0]); j++) {
			*capacities[i] = wrong[j];
			EXPECT_OK(kit_seen(client, &tree, &seen));
			cr_assert_neq(seen.tree, (uintptr_t)&tree);
			cr_assert_eq(seen.blob_capacity, 4);
			expect_echo(client, &tree, &tree);
		}
		*capacities[i] = right;
	}
	expect_place(client, &tree, test_direct());
	test_close(peer, client);
}

Test(place, of_bools_that_go_does_not_know_is_a_copy, .timeout = 240)
{
	struct rc_peer *peer = test_open(NULL, NULL);
	struct rc_client *client = test_client(peer);
	struct kit_tree tree = make_tree(), wanted = make_tree();
	bool odd[3] = { false, true, false }, good[3] = { false, true, true };
	struct kit_scalars same;

	memset(&odd[2], 0x80, 1);
	memset(&tree.scalars.yes, 2, 1);
	wanted.scalars.yes = true;
	expect_place(client, &wanted, test_direct());
	expect_place(client, &tree, false);
	expect_echo(client, &tree, &wanted);
	EXPECT_OK(kit_scalars(client, &tree.scalars, &same));
	cr_assert_eq(memcmp(&same.yes, &wanted.scalars.yes, 1), 0);
	tree.scalars.yes = true;
	tree.switches = (struct kit_bool_slice)RC_SLICE_FROM(odd);
	wanted.switches = (struct kit_bool_slice)RC_SLICE_FROM(good);
	expect_place(client, &tree, false);
	expect_echo(client, &tree, &wanted);
	test_close(peer, client);
}

Test(place, of_what_is_not_aligned_is_a_copy, .timeout = 240)
{
	struct rc_peer *peer = test_open(NULL, NULL);
	struct rc_client *client = test_client(peer);
	_Alignas(8) static unsigned char memory[sizeof(struct kit_point) + 8];
	struct kit_tree tree = make_tree(), wanted = make_tree();
	struct kit_point point = { 0 };

	memset(&point, 7, sizeof(point));
	wanted.points = (struct kit_point_slice){ &point, 1, 1 };
	for (size_t shift = 0; shift < 8; shift++) {
		memcpy(memory + shift, &point, sizeof(point));
		tree.points = (struct kit_point_slice){ (void *)(memory + shift), 1, 1 };
		expect_place(client, &tree,
			     test_direct() && shift % _Alignof(struct kit_point) == 0);
		expect_echo(client, &tree, &wanted);
	}
	test_close(peer, client);
}

/* A slice of no elements is nil for Go, wherever it points to. */
Test(place, of_empty_parts_does_not_matter, .timeout = 240)
{
	struct rc_peer *peer = test_open(NULL, NULL);
	struct rc_client *client = test_client(peer);
	struct kit_tree tree = { .name = { "x", 0 }, .blob = { bytes, 0, 0 } };
	struct kit_seen seen;

	EXPECT_OK(kit_seen(client, &tree, &seen));
	cr_assert_eq(seen.blob, 0);
	cr_assert_eq(seen.blob_capacity, 0);
	expect_echo(client, &tree, &(struct kit_tree){ 0 });
	test_close(peer, client);
}

Test(place, of_a_reply_is_its_own_until_it_is_released, .timeout = 240)
{
	struct rc_peer *peer = test_open(NULL, NULL);
	struct rc_client *client = test_client(peer);
	struct kit_tree tree = make_tree(), copy = make_tree();
	const struct kit_tree *held[100];
	uint8_t changing[8];

	memcpy(changing, bytes, sizeof(bytes));
	tree.blob.ptr = changing;
	for (size_t i = 0; i < 100; i++)
		EXPECT_OK(kit_echo(client, &tree, &held[i]));
	memset(changing, 0, sizeof(changing));
	for (size_t i = 0; i < 100; i++) {
		const char *difference = test_tree_difference(&copy, held[i]);

		cr_assert_null(difference, "%s differs", difference);
		cr_assert_eq(held[i]->blob.cap, held[i]->blob.len);
		rc_release(client, held[i]);
	}
	test_close(peer, client);
}
