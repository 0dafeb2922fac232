/* SPDX-License-Identifier: MIT */
/*
 * tree.h - making struct kit_tree of any size, and comparing two of them to the last byte.
 *
 * A tree's parts lie in an arena of the caller's, so making one allocates nothing.
 */
#ifndef RINGCALL_TESTS_TREE_H
#define RINGCALL_TESTS_TREE_H

#include "tests/testutil/kit.h"
#include "tests/testutil/testutil.h"

/* Memory that is handed out from front to back. */
struct test_arena {
	unsigned char *base;
	size_t bytes;
	size_t used;
};

/* Memory for the parts of a tree of so many bytes. Ends the process when there is none. */
struct test_arena test_arena_create(size_t bytes);
void test_arena_destroy(struct test_arena *arena);

/*
 * test_tree_make - a random tree whose parts have about so many bytes together.
 *
 * Every kind of field is used when there are bytes for it; empty strings and slices occur, and
 * strings hold any byte. The arena is used from its start.
 */
void test_tree_make(struct test_random *random, struct test_arena *arena, size_t parts_bytes,
		    struct kit_tree *tree);

/* The name of the first field in which two trees differ, or NULL. */
const char *test_tree_difference(const struct kit_tree *a, const struct kit_tree *b);

/* The same of scalars. */
const char *test_scalars_difference(const struct kit_scalars *a, const struct kit_scalars *b);

/* Random scalars, all of them valid. */
struct kit_scalars test_scalars_make(struct test_random *random);

#endif
