/* SPDX-License-Identifier: MIT */
/* clone_test.c - C's clones hold what their originals held, outlive them, and are one block. */
#include <stdlib.h>
#include <string.h>

#include "ring/layout.h"
#include "tests/testutil/expect.h"
#include "tests/types/shapes.rc.h"

static struct rc_str str_of(char *text)
{
	return (struct rc_str){ text, strlen(text) };
}

/* What is left of the originals is nothing, so a pointer into one would show. */
Test(clone, outlives_its_original, .timeout = 60)
{
	char names[3][8] = { "one", "two", "" };
	struct shapes_point point = { 3, -4 };
	struct shapes_note notes[] = { { str_of(names[0]), SHAPES_FLAT, true },
				       { str_of(names[1]), SHAPES_SQUARE, false },
				       { str_of(names[2]), SHAPES_ROUND, true } };
	const struct shapes_point *points[] = { NULL, &point };
	const struct shapes_note *maybes[] = { &notes[1], NULL };
	struct shapes_notes list = { notes, 3, 3 };
	int64_t number = -5;
	struct shapes_maybe maybe = { .number = &number,
				      .note = &notes[0],
				      .notes = &list,
				      .corners = { NULL, &point },
				      .points = RC_SLICE_FROM(points),
				      .maybe_notes = RC_SLICE_FROM(maybes) };
	struct shapes_maybe *clone = shapes_maybe_clone(&maybe);

	cr_assert_not_null(clone, "%s", rc_error_last()->text);
	memset(names, 'x', sizeof(names));
	memset(notes, 'x', sizeof(notes));
	memset(points, 'x', sizeof(points));
	memset(maybes, 'x', sizeof(maybes));
	memset(&point, 'x', sizeof(point));
	memset(&list, 'x', sizeof(list));
	number = 0;
	cr_assert(*clone->number == -5 && !clone->weight && !clone->text);
	cr_assert(!memcmp(clone->note->text.ptr, "one", 3) && clone->note->loud);
	cr_assert(clone->notes->len == 3 && clone->notes->cap == 3);
	cr_assert(!memcmp(clone->notes->ptr[1].text.ptr, "two", 3));
	cr_assert_eq(clone->notes->ptr[1].kind, SHAPES_SQUARE);
	cr_assert(!clone->notes->ptr[2].text.ptr && !clone->notes->ptr[2].text.len);
	cr_assert(!clone->corners[0] && clone->corners[1]->y == -4);
	cr_assert(!clone->points.ptr[0] && clone->points.ptr[1]->x == 3);
	cr_assert(!memcmp(clone->maybe_notes.ptr[0]->text.ptr, "two", 3));
	cr_assert_null(clone->maybe_notes.ptr[1]);
	free(clone); /* one block: a sanitizer sees what is left */
}

Test(clone, of_a_clone_is_the_same, .timeout = 60)
{
	static const struct shapes_tree leaves[] = { { .name = RC_STR("a") },
						     { .name = RC_STR("c") } };
	const struct shapes_tree tree = { RC_STR("b"), &leaves[0], &leaves[1] };
	struct shapes_tree *clone = shapes_tree_clone(&tree), *again;

	cr_assert_not_null(clone);
	again = shapes_tree_clone(clone);
	cr_assert_not_null(again);
	free(clone);
	cr_assert(again->left->name.ptr[0] == 'a' && again->right->name.ptr[0] == 'c');
	cr_assert(again->name.len == 1 && again->name.ptr[0] == 'b' && !again->left->left);
	free(again);
}

Test(clone, empty_elements_and_large_structs_are_copied, .timeout = 60)
{
	static struct shapes_large_checked large = { .name = RC_STR("large") };
	static const struct shapes_nothing here;
	struct shapes_empty empty = { .list = { &here, 3, 3 }, .here = &here, .number = 7 };
	struct shapes_large_checked *copy;
	struct shapes_empty *clone = shapes_empty_clone(&empty);

	cr_assert_not_null(clone);
	cr_assert(clone->list.len == 3 && clone->here && !clone->absent && clone->number == 7);
	free(clone);
	large.large.words[8999] = 42;
	large.flags[69999] = true;
	copy = shapes_large_checked_clone(&large);
	cr_assert_not_null(copy);
	cr_assert(copy->large.words[8999] == 42 && copy->flags[69999] && copy->name.len == 5);
	free(copy);
}

Test(clone, what_no_message_can_hold_is_refused_by_name, .timeout = 60)
{
	static struct shapes_node list[RC_DEPTH_MAX + 2];
	const struct shapes_note silent = { .text = { NULL, 4 } };
	const struct shapes_note odd = { .kind = (enum shapes_kind)1 };
	const struct shapes_note endless = { .text = { "x", SIZE_MAX } };

	cr_assert_null(shapes_note_clone(NULL));
	cr_assert_eq(rc_error_last()->code, -EINVAL);
	EXPECT_SAYS("shapes_note_clone", "value", "NULL");
	cr_assert_null(shapes_note_clone(&silent));
	EXPECT_SAYS("shapes_note_clone", "shapes_note.text", "NULL with a length");
	cr_assert_null(shapes_note_clone(&odd));
	EXPECT_SAYS("shapes_note.kind", "is not a value of enum shapes_kind");
	cr_assert_null(shapes_note_clone(&endless));
	cr_assert_eq(rc_error_last()->code, -EMSGSIZE);
	for (size_t i = 0; i <= RC_DEPTH_MAX; i++)
		list[i].next = &list[i + 1];
	cr_assert_null(shapes_node_clone(list));
	EXPECT_SAYS("shapes_node.next", "is nested deeper than 64 levels");
}
