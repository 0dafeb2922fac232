/* SPDX-License-Identifier: MIT */
/*
 * hostile_test.c - optionals and maps that no worker may send are refused, and what was let through
 * does not change any more.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/testutil/expect.h"
#include "tests/types/shapes.rc.h"

/* Where a message's parts begin that follow its root, and where they end. */
#define PART sizeof(struct shapes_maybe)
#define END (PART + 64)

#define IN_LANE (UINT64_C(1) << 63)

enum {
	PAYLOAD_BYTES = 4096
};

/* Which method is called. */
enum ask {
	ASK_LIST,
	ASK_MAYBE,
	ASK_MAP,
	ASK_EMPTY
};

static struct rc_peer *open_liar(const char *way, uint64_t a, uint64_t b)
{
	struct rc_options options = { .clients_max = 2,
				      .ring_slots = 8,
				      .payload_bytes = PAYLOAD_BYTES };
	struct rc_peer *peer;
	char number[32];

	setenv("LIAR", way, 1);
	snprintf(number, sizeof(number), "%llu", (unsigned long long)a);
	setenv("LIAR_A", number, 1);
	snprintf(number, sizeof(number), "%llu", (unsigned long long)b);
	setenv("LIAR_B", number, 1);
	EXPECT_OK(rc_open(test_endpoint("tests/types/liar"), &options, &peer));
	return peer;
}

/* Reads all that was let through; the sanitizers see what should not have been. */
static uint64_t touch_maybe(const struct shapes_maybe *maybe)
{
	uint64_t sum = maybe->number ? (uint64_t)*maybe->number : 0;

	sum += maybe->point ? (uint64_t)maybe->point->x : 0;
	sum += maybe->corners[1] ? (uint64_t)maybe->corners[1]->y : 0;
	sum += maybe->yes ? *maybe->yes : 0;
	sum += maybe->kind ? (uint64_t)*maybe->kind : 0;
	for (size_t i = 0; maybe->note && i < maybe->note->text.len; i++)
		sum += (unsigned char)maybe->note->text.ptr[i];
	for (size_t i = 0; i < maybe->points.len; i++)
		sum += maybe->points.ptr[i] ? (uint64_t)maybe->points.ptr[i]->x : 0;
	return sum;
}

/* So that no compiler leaves a look out. */
static volatile uint64_t sum;

static int ask(struct rc_client *client, enum ask what)
{
	const struct shapes_maybe nothing = { 0 }, *maybe = NULL;
	const struct shapes_node leaf = { 0 }, *node = NULL;
	const struct shapes_sums *sums = NULL;
	const struct shapes_empty *empty = NULL;
	int status;

	switch (what) {
	case ASK_LIST:
		status = shapes_list(client, &leaf, &node);
		for (const struct shapes_node *i = node; i; i = i->next)
			sum += i->value;
		rc_release(client, node);
		return status;
	case ASK_MAYBE:
		status = shapes_maybe(client, &nothing, false, &maybe);
		sum += status ? 0 : touch_maybe(maybe);
		rc_release(client, maybe);
		return status;
	case ASK_EMPTY:
		status = shapes_empty(client, &(struct shapes_empty){ 0 }, false, &empty);
		sum += status ? 0 : empty->list.len;
		rc_release(client, empty);
		return status;
	default:
		status = shapes_count(client, (struct shapes_ages){ 0 }, &sums);
		for (size_t i = 0; sums && i < sums->len; i++)
			sum += sums->ptr[i].value;
		rc_release(client, sums);
		return status;
	}
}

static void expect(int expected, const char *way, uint64_t a, uint64_t b, enum ask what)
{
	struct rc_peer *peer = open_liar(way, a, b);
	struct rc_client *client = test_client(peer);
	int status;

	rc_client_set_deadline(client, test_patience_ns());
	status = ask(client, what);
	cr_assert_eq(status, expected, "%s(%llu, %llu): %d: %s", way, (unsigned long long)a,
		     (unsigned long long)b, status, status ? rc_error_last()->text : "success");
	rc_client_close(client);
	EXPECT_OK(rc_close(peer, test_patience_ns()));
}

/* Offsets that no value of 8 bytes can have in a message of so many bytes. */
static void expect_refused_at(uint64_t end, const char *way, uint64_t field, enum ask what)
{
	const uint64_t wrong[] = { 1,
				   4,
				   end - 4,
				   end - 1,
				   end,
				   end + 8,
				   1U << 31,
				   UINT64_C(1) << 62,
				   IN_LANE - 8,
				   UINT64_MAX,
				   UINT64_MAX - 7,
				   IN_LANE | 4,
				   IN_LANE | PAYLOAD_BYTES };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		expect(-EPROTO, way, field, wrong[i], what);
}

Test(hostile, lists_that_lead_nowhere_or_in_circles_are_refused, .timeout = 240)
{
	static const uint64_t wrong[] = { 1,
					  4,
					  8,  /* overlaps a pointer with a value of 1 */
					  16, /* itself */
					  48,
					  52,
					  56, /* ends outside */
					  64,
					  1U << 31,
					  UINT64_C(1) << 62,
					  UINT64_MAX - 7,
					  IN_LANE,
					  IN_LANE | 16 };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		expect(-EPROTO, "same_next", wrong[i], 1, ASK_LIST);
	expect(0, "same_next", 0, 1, ASK_LIST);
}

Test(hostile, rings_of_any_length_are_refused, .timeout = 240)
{
	for (uint64_t to = 16; to < 64; to += 16)
		expect(-EPROTO, "ring_of_nodes", to, 0, ASK_LIST);
	expect(-EPROTO, "ring_of_nodes", 64, 0, ASK_LIST);
	expect(0, "ring_of_nodes", 0, 0, ASK_LIST);
}

Test(hostile, optionals_outside_of_the_message_are_refused, .timeout = 240)
{
	expect_refused_at(END, "maybe_at", offsetof(struct shapes_maybe, number), ASK_MAYBE);
	expect_refused_at(END, "maybe_at", offsetof(struct shapes_maybe, note), ASK_MAYBE);
	expect_refused_at(END, "maybe_at", offsetof(struct shapes_maybe, text), ASK_MAYBE);
	expect_refused_at(END, "maybe_at", offsetof(struct shapes_maybe, notes), ASK_MAYBE);
	expect_refused_at(END, "maybe_element", offsetof(struct shapes_maybe, maybe_notes),
			  ASK_MAYBE);
	expect(-EPROTO, "maybe_at", offsetof(struct shapes_maybe, point), PART + 2, ASK_MAYBE);
	expect(-EPROTO, "maybe_at", offsetof(struct shapes_maybe, corners[1]), END - 4, ASK_MAYBE);
	expect(-EPROTO, "maybe_element", offsetof(struct shapes_maybe, points), END - 4, ASK_MAYBE);
	expect(-EPROTO, "maybe_at", offsetof(struct shapes_maybe, yes), END, ASK_MAYBE);
	/* Only requests hold what lies in payload space. */
	expect(-EPROTO, "maybe_at", offsetof(struct shapes_maybe, number), IN_LANE | 8, ASK_MAYBE);
	expect(-EPROTO, "maybe_at", offsetof(struct shapes_maybe, yes), IN_LANE | 8, ASK_MAYBE);
	expect(-EPROTO, "maybe_at", offsetof(struct shapes_maybe, note), IN_LANE | 8, ASK_MAYBE);
}

Test(hostile, plain_optionals_anywhere_in_the_message_are_harmless, .timeout = 240)
{
	expect(0, "maybe_at", offsetof(struct shapes_maybe, number), 8, ASK_MAYBE);
	expect(0, "maybe_at", offsetof(struct shapes_maybe, number), END - 8, ASK_MAYBE);
	expect(0, "maybe_at", offsetof(struct shapes_maybe, point), PART + 4, ASK_MAYBE);
	expect(0, "maybe_element", offsetof(struct shapes_maybe, points), 8, ASK_MAYBE);
}

Test(hostile, values_behind_optionals_are_checked, .timeout = 240)
{
	expect(0, "maybe_value", offsetof(struct shapes_maybe, yes), 0, ASK_MAYBE);
	expect(0, "maybe_value", offsetof(struct shapes_maybe, yes), 1, ASK_MAYBE);
	expect(-EPROTO, "maybe_value", offsetof(struct shapes_maybe, yes), 2, ASK_MAYBE);
	expect(-EPROTO, "maybe_value", offsetof(struct shapes_maybe, yes), 255, ASK_MAYBE);
	expect(0, "maybe_value", offsetof(struct shapes_maybe, kind), 0, ASK_MAYBE);
	expect(-EPROTO, "maybe_value", offsetof(struct shapes_maybe, kind), 1, ASK_MAYBE);
	expect(0, "maybe_value", offsetof(struct shapes_maybe, note), 0, ASK_MAYBE);
	expect(-EPROTO, "maybe_value", offsetof(struct shapes_maybe, note), 1, ASK_MAYBE);
	expect(-EPROTO, "maybe_value", offsetof(struct shapes_maybe, text), 1, ASK_MAYBE);
	expect(-EPROTO, "maybe_value", offsetof(struct shapes_maybe, notes), 1, ASK_MAYBE);
	expect(-EPROTO, "maybe_value", offsetof(struct shapes_maybe, notes), 255, ASK_MAYBE);
}

Test(hostile, maps_are_checked_as_slices, .timeout = 240)
{
	expect(0, "map_at", 24, 4, ASK_MAP);
	expect(0, "map_at", 0, 5, ASK_MAP);
	expect(0, "map_at", UINT64_MAX, 0, ASK_MAP);
	expect(-EPROTO, "map_at", 24, 5, ASK_MAP);
	expect(-EPROTO, "map_at", 28, 1, ASK_MAP);
	expect(-EPROTO, "map_at", 24, UINT64_MAX / 16 + 2, ASK_MAP);
	expect(-EPROTO, "map_at", UINT64_MAX - 7, 1, ASK_MAP);
}

Test(hostile, elements_without_bytes_are_no_more_than_the_message_has, .timeout = 240)
{
	uint64_t bytes = sizeof(struct shapes_empty);

	expect(0, "empty_at", 8, bytes - 8, ASK_EMPTY);
	expect(0, "empty_at", 0, bytes, ASK_EMPTY);
	expect(-EPROTO, "empty_at", 8, bytes - 7, ASK_EMPTY);
	expect(-EPROTO, "empty_at", 0, UINT64_C(1) << 63, ASK_EMPTY);
	expect(-EPROTO, "empty_at", bytes, 1, ASK_EMPTY);
	expect(-EPROTO, "empty_at", UINT64_MAX, 1, ASK_EMPTY);
	expect(-EPROTO, "empty_at", 8, UINT64_MAX, ASK_EMPTY);
}

/* A reply's optional bool stays what it was checked to be, whatever the worker writes. */
static void expect_stable(struct rc_client *client, int *status)
{
	const struct shapes_maybe nothing = { 0 }, *maybe;
	const volatile unsigned char *byte;
	unsigned char first, later;

	*status = shapes_maybe(client, &nothing, false, &maybe);
	if (*status)
		return;
	byte = (const volatile unsigned char *)maybe->yes;
	if (byte) {
		first = *byte;
		for (int look = 0; look < 1000; look++) {
			later = *byte;
			cr_assert(later <= 1 && later == first, "%d, then %d", first, later);
		}
	}
	touch_maybe(maybe);
	rc_release(client, maybe);
}

/* Asks again and again while a thread of the liar changes what is checked. */
static void expect_checked_copy(const char *way, uint64_t valid, uint64_t invalid)
{
	int right = 0, found_out = 0;

	for (int turn = 0; turn < 10; turn++) {
		struct rc_peer *peer = open_liar(way, valid, invalid);

		for (int client_turn = 0; client_turn < 40; client_turn++) {
			struct rc_client *client = NULL;
			int status = 0;

			EXPECT_UNTIL(rc_client_open(peer, &client) == 0);
			rc_client_set_deadline(client, test_patience_ns());
			for (int call = 0; call < 20 && !status; call++) {
				expect_stable(client, &status);
				right += !status;
			}
			cr_assert(!status || status == -EPROTO, "%d: %s", status,
				  rc_error_last()->text);
			found_out += status != 0;
			rc_client_close(client);
		}
		EXPECT_OK(rc_close(peer, test_patience_ns()));
	}
	fprintf(stderr, "%s: %d calls right, %d times found out\n", way, right, found_out);
	cr_assert_gt(right + found_out, 0);
}

Test(hostile, optionals_that_change_while_they_are_checked_are_checked_as_copies, .timeout = 240)
{
	expect_checked_copy("flip_value", 0, 1);
	expect_checked_copy("flip_value", 1, 2);
	expect_checked_copy("flip_inside", 8, UINT64_MAX / 2);
	expect_checked_copy("flip_pointer", PART, UINT64_MAX - 7);
}
