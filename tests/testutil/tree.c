/* SPDX-License-Identifier: MIT */
/* tree.c - see tree.h. */
#include "tests/testutil/tree.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

/* What a tree costs beside the bytes that it was asked for: small arrays, alignment. */
enum {
	SLACK_BYTES = 65536
};

struct test_arena test_arena_create(size_t bytes)
{
	struct test_arena arena = { .bytes = 3 * bytes + SLACK_BYTES };

	arena.base = malloc(arena.bytes);
	if (!arena.base)
		err(1, "testutil: an arena of %zu bytes", arena.bytes);
	return arena;
}

void test_arena_destroy(struct test_arena *arena)
{
	free(arena->base);
	arena->base = NULL;
}

static void *take(struct test_arena *arena, size_t bytes)
{
	size_t start = (arena->used + 7) & ~(size_t)7;

	if (bytes > arena->bytes - start)
		errx(1, "testutil: the arena is too small");
	arena->used = start + bytes;
	return arena->base + start;
}

/* Takes up to `most` bytes of what is left of a budget. */
static size_t part(struct test_random *random, size_t *budget, size_t most)
{
	size_t bytes;

	if (!*budget || !test_random_below(random, 8))
		return 0;
	bytes = (size_t)test_random_below(random, (*budget < most ? *budget : most) + 1);
	*budget -= bytes;
	return bytes;
}

static void fill(struct test_random *random, unsigned char *to, size_t bytes)
{
	uint64_t word = 0;

	for (size_t i = 0; i < bytes; i++) {
		if (i % 8 == 0)
			word = test_random_next(random);
		to[i] = (unsigned char)(word >> i % 8 * 8);
	}
}

static struct rc_str make_str(struct test_random *random, struct test_arena *arena, size_t bytes)
{
	char *text = bytes ? take(arena, bytes) : NULL;

	fill(random, (unsigned char *)text, bytes);
	return (struct rc_str){ text, bytes };
}

static struct rc_bytes make_bytes(struct test_random *random, struct test_arena *arena,
				  size_t bytes)
{
	unsigned char *memory = bytes ? take(arena, bytes) : NULL;

	fill(random, memory, bytes);
	return (struct rc_bytes){ memory, bytes, bytes };
}

static enum kit_colour make_colour(struct test_random *random)
{
	static const enum kit_colour colours[] = { KIT_RED, KIT_GREEN, KIT_BLUE };

	return colours[test_random_below(random, 3)];
}

struct kit_scalars test_scalars_make(struct test_random *random)
{
	struct kit_scalars scalars;
	uint64_t bits = test_random_next(random);

	memset(&scalars, 0, sizeof(scalars));
	scalars.i8 = (int8_t)bits;
	scalars.u8 = (uint8_t)(bits >> 8);
	scalars.i16 = (int16_t)(bits >> 16);
	scalars.u16 = (uint16_t)(bits >> 32);
	scalars.i32 = (int32_t)test_random_next(random);
	scalars.u32 = (uint32_t)test_random_next(random);
	scalars.i64 = (int64_t)test_random_next(random);
	scalars.u64 = test_random_next(random);
	scalars.f32 = (float)(bits % 1000) / 8;
	scalars.f64 = (double)(bits % 100000) / -1024;
	scalars.size = (size_t)test_random_next(random);
	scalars.difference = (ptrdiff_t)test_random_next(random);
	scalars.rune = (char32_t)test_random_next(random);
	scalars.colour = make_colour(random);
	scalars.yes = bits & 1;
	fill(random, (unsigned char *)scalars.grid, sizeof(scalars.grid));
	return scalars;
}

static struct kit_leaf make_leaf(struct test_random *random, struct test_arena *arena,
				 size_t *budget)
{
	size_t tags = (size_t)test_random_below(random, 4);
	struct rc_str *tag = tags ? take(arena, tags * sizeof(*tag)) : NULL;
	struct kit_leaf leaf = { .name = make_str(random, arena, part(random, budget, 64)),
				 .blob = make_bytes(random, arena, part(random, budget, 4096)),
				 .tags = { tag, tags, tags },
				 .colour = make_colour(random),
				 .on = test_random_below(random, 2) };

	for (size_t i = 0; i < tags; i++)
		tag[i] = make_str(random, arena, part(random, budget, 32));
	return leaf;
}

static struct kit_branch_slice make_branches(struct test_random *random, struct test_arena *arena,
					     size_t *budget)
{
	size_t count = (size_t)test_random_below(random, *budget > 1024 ? 16 : 3);
	struct kit_branch *branches = count ? take(arena, count * sizeof(*branches)) : NULL;

	for (size_t i = 0; i < count; i++) {
		size_t leaves = (size_t)test_random_below(random, 4);
		struct kit_leaf *leaf = leaves ? take(arena, leaves * sizeof(*leaf)) : NULL;

		branches[i] = (struct kit_branch){
			.id = test_random_next(random),
			.name = make_str(random, arena, part(random, budget, 48)),
			.leaves = { leaf, leaves, leaves },
		};
		for (size_t j = 0; j < leaves; j++)
			leaf[j] = make_leaf(random, arena, budget);
	}
	return (struct kit_branch_slice){ branches, count, count };
}

static struct kit_u32_slices make_rows(struct test_random *random, struct test_arena *arena,
				       size_t *budget)
{
	size_t count = (size_t)test_random_below(random, 5);
	struct kit_u32_slice *rows = count ? take(arena, count * sizeof(*rows)) : NULL;

	for (size_t i = 0; i < count; i++) {
		size_t length = part(random, budget, 1024) / sizeof(uint32_t);
		uint32_t *row = length ? take(arena, length * sizeof(*row)) : NULL;

		fill(random, (unsigned char *)row, length * sizeof(*row));
		rows[i] = (struct kit_u32_slice){ row, length, length };
	}
	return (struct kit_u32_slices){ rows, count, count };
}

static struct kit_point_slice make_points(struct test_random *random, struct test_arena *arena,
					  size_t *budget)
{
	size_t count = part(random, budget, 65536) / sizeof(struct kit_point);
	struct kit_point *points = count ? take(arena, count * sizeof(*points)) : NULL;

	for (size_t i = 0; i < count; i++)
		points[i] = (struct kit_point){ (int32_t)test_random_next(random),
						(int32_t)i,
						{ (double)i, -1.5, 0 } };
	return (struct kit_point_slice){ points, count, count };
}

void test_tree_make(struct test_random *random, struct test_arena *arena, size_t parts_bytes,
		    struct kit_tree *tree)
{
	size_t flags = (size_t)test_random_below(random, 6);
	size_t budget = parts_bytes;
	enum kit_colour *colours;
	bool *switches;

	arena->used = 0;
	memset(tree, 0, sizeof(*tree));
	tree->scalars = test_scalars_make(random);
	tree->name = make_str(random, arena, part(random, &budget, 256));
	tree->points = make_points(random, arena, &budget);
	tree->rows = make_rows(random, arena, &budget);
	switches = flags ? take(arena, flags * sizeof(*switches)) : NULL;
	colours = flags ? take(arena, flags * sizeof(*colours)) : NULL;
	for (size_t i = 0; i < flags; i++) {
		switches[i] = test_random_below(random, 2);
		colours[i] = make_colour(random);
	}
	tree->switches = (struct kit_bool_slice){ switches, flags, flags };
	tree->colours = (struct kit_colour_slice){ colours, flags, flags };
	tree->branches = make_branches(random, arena, &budget);
	tree->words[1] = make_str(random, arena, part(random, &budget, 16));
	tree->leaf = make_leaf(random, arena, &budget);
	tree->blob = make_bytes(random, arena, budget);
}

/* Whether two parts hold the same bytes. An empty one may have any pointer. */
static bool same_part(const void *a, size_t a_count, const void *b, size_t b_count,
		      size_t element_bytes)
{
	return a_count == b_count && (!a_count || !memcmp(a, b, a_count * element_bytes));
}

static bool same_str(struct rc_str a, struct rc_str b)
{
	return same_part(a.ptr, a.len, b.ptr, b.len, 1);
}

/* What is received has cap == len, whatever was sent. */
#define SAME_PLAIN(a, b) same_part((a).ptr, (a).len, (b).ptr, (b).len, sizeof(*(a).ptr))

const char *test_scalars_difference(const struct kit_scalars *a, const struct kit_scalars *b)
{
#define DIFFERS(field) memcmp(&a->field, &b->field, sizeof(a->field))
#define CHECK(field)                                                                               \
	if (DIFFERS(field))                                                                        \
	return "scalars." #field
	CHECK(i8);
	CHECK(u8);
	CHECK(i16);
	CHECK(u16);
	CHECK(i32);
	CHECK(u32);
	CHECK(i64);
	CHECK(u64);
	CHECK(f32);
	CHECK(f64);
	CHECK(size);
	CHECK(difference);
	CHECK(rune);
	CHECK(colour);
	CHECK(yes);
	CHECK(grid);
#undef CHECK
#undef DIFFERS
	return NULL;
}

static const char *leaf_difference(const struct kit_leaf *a, const struct kit_leaf *b)
{
	if (!same_str(a->name, b->name))
		return "leaf.name";
	if (!SAME_PLAIN(a->blob, b->blob))
		return "leaf.blob";
	if (a->colour != b->colour || a->on != b->on)
		return "leaf.colour or leaf.on";
	if (a->tags.len != b->tags.len)
		return "leaf.tags.len";
	for (size_t i = 0; i < a->tags.len; i++)
		if (!same_str(a->tags.ptr[i], b->tags.ptr[i]))
			return "leaf.tags";
	return NULL;
}

static const char *branches_difference(const struct kit_branch_slice *a,
				       const struct kit_branch_slice *b)
{
	if (a->len != b->len)
		return "branches.len";
	for (size_t i = 0; i < a->len; i++) {
		const struct kit_branch *left = &a->ptr[i];
		const struct kit_branch *right = &b->ptr[i];
		const char *difference;

		if (left->id != right->id || !same_str(left->name, right->name))
			return "branches.id or branches.name";
		if (left->leaves.len != right->leaves.len)
			return "branches.leaves.len";
		for (size_t j = 0; j < left->leaves.len; j++) {
			difference = leaf_difference(&left->leaves.ptr[j], &right->leaves.ptr[j]);
			if (difference)
				return difference;
		}
	}
	return NULL;
}

const char *test_tree_difference(const struct kit_tree *a, const struct kit_tree *b)
{
	const char *difference = test_scalars_difference(&a->scalars, &b->scalars);

	if (difference)
		return difference;
	if (!same_str(a->name, b->name))
		return "name";
	if (!SAME_PLAIN(a->blob, b->blob))
		return "blob";
	if (!SAME_PLAIN(a->points, b->points))
		return "points";
	if (!SAME_PLAIN(a->switches, b->switches) || !SAME_PLAIN(a->colours, b->colours))
		return "switches or colours";
	if (a->rows.len != b->rows.len)
		return "rows.len";
	for (size_t i = 0; i < a->rows.len; i++)
		if (!SAME_PLAIN(a->rows.ptr[i], b->rows.ptr[i]))
			return "rows";
	if (!same_str(a->words[0], b->words[0]) || !same_str(a->words[1], b->words[1]))
		return "words";
	difference = branches_difference(&a->branches, &b->branches);
	return difference ? difference : leaf_difference(&a->leaf, &b->leaf);
}
