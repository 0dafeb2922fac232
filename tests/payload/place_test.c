/* SPDX-License-Identifier: MIT */
/*
 * place_test.c - what lies in payload space reaches the worker without a copy, wherever its pointer
 * stands, and the sender writes into none of it.
 *
 * The worker tells at which address it sees each part. Both sides map the same region, so a part
 * that was not copied has the same distance from the worker's address to the host's as all others.
 */
#include <stdlib.h>

#include "tests/payload/places.rc.h"
#include "tests/testutil/expect.h"

enum {
	ELEMENTS = 3, /* of each slice whose elements point elsewhere */
	PART_BYTES = 200,
	PARTS_MAX = 32,
	MEMORY_BYTES = 1 << 14
};

/* A part: where the host has it, and whether it may be sent where it lies. */
struct part {
	const char *what;
	const void *at;
	bool is_plain;
	bool is_inside;
};

/* A value, and its parts in the order in which the worker tells their addresses. */
struct value {
	struct places_all all;
	struct part parts[PARTS_MAX];
	size_t count;
	unsigned char *inside; /* payload space */
	unsigned char *outside;
	size_t used;
	uint64_t inside_mask; /* by part: whether it is to lie in payload space */
};

/* Takes memory for the next part. Both memories are used alike, so the parts never overlap. */
static void *take(struct value *value, const char *what, bool is_plain, size_t bytes)
{
	bool is_inside = value->inside_mask >> value->count & 1;
	unsigned char *at = (is_inside ? value->inside : value->outside) + value->used;

	cr_assert_lt(value->count, PARTS_MAX);
	cr_assert_leq(value->used + bytes, MEMORY_BYTES);
	value->used += (bytes + 7) / 8 * 8;
	memset(at, 0, bytes);
	if (is_plain)
		memset(at, (int)value->count + 1, bytes);
	value->parts[value->count++] = (struct part){ what, at, is_plain, is_inside };
	return at;
}

static struct rc_str take_str(struct value *value, const char *what)
{
	return (struct rc_str){ take(value, what, true, PART_BYTES), PART_BYTES };
}

static struct rc_bytes take_bytes(struct value *value, const char *what)
{
	return (struct rc_bytes){ take(value, what, true, PART_BYTES), PART_BYTES, PART_BYTES };
}

static struct places_item take_item(struct value *value)
{
	struct places_item item = { .name = take_str(value, "item.name") };

	item.blob = take_bytes(value, "item.blob");
	return item;
}

#define TAKE_SLICE(value_, what_, is_plain_, slice_, elements_)                                    \
	do {                                                                                       \
		(slice_).ptr =                                                                     \
			take((value_), (what_), (is_plain_), (elements_) * sizeof(*(slice_).ptr)); \
		(slice_).len = (slice_).cap = (elements_);                                         \
	} while (0)

/* Fills everything; bit i of the mask says whether part i lies in payload space. */
static void make(struct value *value, uint64_t inside_mask)
{
	struct places_all *all = &value->all;
	struct places_item *items, *item;
	struct places_u32_slice *rows;
	struct rc_str *strings;

	value->count = value->used = 0;
	value->inside_mask = inside_mask;
	all->text = take_str(value, "text");
	all->bytes = take_bytes(value, "bytes");
	TAKE_SLICE(value, "numbers", true, all->numbers, 50);
	TAKE_SLICE(value, "points", true, all->points, 20);
	all->point = take(value, "point", true, sizeof(*all->point));
	TAKE_SLICE(value, "strings", false, all->strings, ELEMENTS);
	strings = (struct rc_str *)(uintptr_t)all->strings.ptr;
	for (size_t i = 0; i < ELEMENTS; i++)
		strings[i] = take_str(value, "strings[]");
	TAKE_SLICE(value, "rows", false, all->rows, ELEMENTS);
	rows = (struct places_u32_slice *)(uintptr_t)all->rows.ptr;
	for (size_t i = 0; i < ELEMENTS; i++)
		TAKE_SLICE(value, "rows[]", true, rows[i], 30);
	TAKE_SLICE(value, "items", false, all->items, ELEMENTS);
	items = (struct places_item *)(uintptr_t)all->items.ptr;
	for (size_t i = 0; i < ELEMENTS; i++)
		items[i] = take_item(value);
	all->item = item = take(value, "item", false, sizeof(*item));
	*item = take_item(value);
	TAKE_SLICE(value, "switches", false, all->switches, 9);
	TAKE_SLICE(value, "colours", false, all->colours, 9);
}

static void expect_same(const struct places_all *a, const struct places_all *b)
{
	cr_assert_arr_eq(a->text.ptr, b->text.ptr, PART_BYTES);
	cr_assert_arr_eq(a->bytes.ptr, b->bytes.ptr, PART_BYTES);
	cr_assert_arr_eq(a->numbers.ptr, b->numbers.ptr, 50 * sizeof(uint32_t));
	cr_assert_arr_eq(a->points.ptr, b->points.ptr, 20 * sizeof(struct places_point));
	cr_assert_arr_eq(a->point, b->point, sizeof(struct places_point));
	for (size_t i = 0; i < ELEMENTS; i++) {
		const struct places_item *left = &a->items.ptr[i], *right = &b->items.ptr[i];

		cr_assert_arr_eq(a->strings.ptr[i].ptr, b->strings.ptr[i].ptr, PART_BYTES);
		cr_assert_arr_eq(a->rows.ptr[i].ptr, b->rows.ptr[i].ptr, 30 * sizeof(uint32_t));
		cr_assert_arr_eq(left->name.ptr, right->name.ptr, PART_BYTES);
		cr_assert_arr_eq(left->blob.ptr, right->blob.ptr, PART_BYTES);
	}
	cr_assert_arr_eq(a->item->name.ptr, b->item->name.ptr, PART_BYTES);
	cr_assert_arr_eq(a->item->blob.ptr, b->item->blob.ptr, PART_BYTES);
}

/* How far the worker's mapping lies from the host's: by bytes of which no copy would fit. */
static uint64_t mapping_distance(struct rc_client *client, size_t payload_bytes)
{
	size_t half = payload_bytes / 2;
	char *text = rc_alloc(client, half);
	struct places_all all = { .text = { text, half } };
	const struct places_u64_slice *seen;
	uint64_t distance;

	cr_assert_not_null(text);
	memset(text, 'x', half);
	EXPECT_OK(places_addresses(client, &all, &seen));
	distance = seen->ptr[0] - (uintptr_t)text;
	rc_release(client, seen);
	rc_release(client, text);
	return distance;
}

/* Sends the value and looks at each part. */
static void expect_places(struct rc_client *client, struct value *value, uint64_t distance)
{
	const struct places_u64_slice *seen;
	const struct places_all *same;
	unsigned char before[MEMORY_BYTES];

	memcpy(before, value->inside, sizeof(before));
	EXPECT_OK(places_addresses(client, &value->all, &seen));
	cr_assert_eq(seen->len, value->count, "%zu parts, of %zu", seen->len, value->count);
	for (size_t i = 0; i < value->count; i++) {
		const struct part *part = &value->parts[i];
		bool is_in_place = seen->ptr[i] == (uintptr_t)part->at + distance;

		cr_assert_eq(is_in_place, part->is_plain && part->is_inside, "part %zu, %s: %s", i,
			     part->what, is_in_place ? "in place" : "copied");
	}
	rc_release(client, seen);
	EXPECT_OK(places_echo(client, &value->all, &same));
	expect_same(&value->all, same);
	rc_release(client, same);
	cr_assert_arr_eq(before, value->inside, sizeof(before), "rc_alloc() memory was written");
}

TEST_ALL_WAYS(place, what_is_plain_and_inside_is_not_copied_and_all_else_is)
{
	struct rc_options options = { .payload_bytes = 1 << 20 };
	struct rc_peer *peer = test_open(way, &options);
	struct rc_client *client = test_client(peer);
	uint64_t distance = mapping_distance(client, options.payload_bytes);
	struct test_random random = { 5 };
	static struct value value;

	value.inside = rc_alloc(client, MEMORY_BYTES);
	value.outside = calloc(1, MEMORY_BYTES);
	cr_assert(value.inside && value.outside);
	memset(value.inside, 0, MEMORY_BYTES);
	for (size_t turn = 0; turn < 2 * PARTS_MAX + 300; turn++) {
		uint64_t mask = test_random_next(&random);

		if (turn < 2) /* all, none */
			mask = turn ? UINT64_MAX : 0;
		else if (turn < PARTS_MAX) /* one */
			mask = UINT64_C(1) << turn;
		else if (turn < 2 * PARTS_MAX) /* all but one */
			mask = ~(UINT64_C(1) << (turn - PARTS_MAX));
		make(&value, mask);
		expect_places(client, &value, distance);
	}
	free(value.outside);
	rc_release(client, value.inside);
	test_close(peer, client);
}

/* While a call is in flight, and where one is refused after its message was begun. */
Test(place, sender_never_writes_into_the_users_memory, .timeout = 240)
{
	struct rc_options options = { .payload_bytes = 1 << 16 };
	struct rc_peer *peer = test_open(NULL, &options);
	struct rc_client *client = test_client(peer);
	static unsigned char before[MEMORY_BYTES];
	const struct places_all *same;
	static struct value value;

	value.inside = rc_alloc(client, MEMORY_BYTES);
	value.outside = calloc(1, MEMORY_BYTES);
	cr_assert(value.inside && value.outside);
	memset(value.inside, 0, MEMORY_BYTES);
	make(&value, UINT64_MAX);
	memcpy(before, value.inside, sizeof(before));
	for (int call = 0; call < 4; call++)
		EXPECT_OK(places_echo_async(client, &value.all, NULL, NULL, NULL));
	cr_assert_arr_eq(before, value.inside, sizeof(before));
	while (rc_wait(client, test_patience_ns()) > 0)
		;
	cr_assert_arr_eq(before, value.inside, sizeof(before));

	value.all.bytes = (struct rc_bytes){ (uint8_t *)1, 1 << 17, 0 };
	EXPECT_FAILS(places_echo(client, &value.all, &same), -EMSGSIZE, RC_RAN_NO);
	value.all.bytes = (struct rc_bytes){ NULL, 1, 0 };
	EXPECT_FAILS(places_echo(client, &value.all, &same), -EINVAL, RC_RAN_NO);
	cr_assert_arr_eq(before, value.inside, sizeof(before));
	free(value.outside);
	rc_release(client, value.inside);
	test_close(peer, client);
}

/* An address that the type's alignment does not allow is the one exception. */
Test(place, part_inside_that_is_not_aligned_is_copied, .timeout = 240)
{
	struct rc_options options = { .payload_bytes = 1 << 20 };
	struct rc_peer *peer = test_open(NULL, &options);
	struct rc_client *client = test_client(peer);
	uint64_t distance = mapping_distance(client, options.payload_bytes);
	unsigned char *inside = rc_alloc(client, 1024);

	cr_assert_not_null(inside);
	memset(inside, 7, 1024);
	for (size_t shift = 0; shift < 8; shift++) {
		struct places_all all = { .bytes = { inside + shift, 100, 0 },
					  .numbers = { (void *)(inside + shift), 20, 0 } };
		const struct places_u64_slice *seen;
		uint64_t in_place = (uintptr_t)inside + shift + distance;

		EXPECT_OK(places_addresses(client, &all, &seen));
		cr_assert_eq(seen->ptr[1], in_place);
		cr_assert_eq(seen->ptr[2] == in_place, shift % 4 == 0);
		rc_release(client, seen);
	}
	rc_release(client, inside);
	test_close(peer, client);
}
