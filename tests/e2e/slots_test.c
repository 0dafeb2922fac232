/* SPDX-License-Identifier: MIT */
/*
 * slots_test.c - calls of one slot and of two, in any order, on full rings, with deadlines and
 * without: each gets its own answer whole.
 */
#include <stdlib.h>

#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"

enum {
	CALLS = 20000,
	SLOTS_MAX = 64,
	TEXT_MAX = 48 /* with its root more than a slot and its rest hold */
};

/* What one of the calls in flight was made with. */
struct flight {
	struct flights *all;
	uint64_t seed;
	char text[TEXT_MAX];
	size_t text_bytes;
	bool is_used;
};

struct flights {
	struct flight flights[SLOTS_MAX];
	uint32_t landed;
};

static uint64_t word_of(const struct flight *flight, uint64_t index)
{
	return (flight->seed + index) * UINT64_C(0x9e3779b97f4a7c15);
}

static void land(struct flight *flight, int status)
{
	cr_assert_eq(status, 0, "%s", rc_error_last()->text);
	cr_assert(flight->is_used, "a callback ran twice");
	flight->is_used = false;
	flight->all->landed++;
}

static void expect_words(const struct flight *flight, const uint64_t *inverse, uint64_t count,
			 uint64_t step)
{
	for (uint64_t index = 0; index < count; index++)
		cr_assert_eq(inverse[index], ~word_of(flight, index * step), "word %d", (int)index);
}

static void add_done(void *context, int status, const int64_t *sum)
{
	struct flight *flight = context;

	land(flight, status);
	cr_assert_eq((uint64_t)*sum, word_of(flight, 0) / 4 + 7);
}

static void swap_done(void *context, int status, const struct kit_pair *swapped)
{
	struct flight *flight = context;

	land(flight, status);
	cr_assert_eq(swapped->first, word_of(flight, 1));
	cr_assert_eq(swapped->second, word_of(flight, 0));
}

static void three_done(void *context, int status, const struct kit_three *inverse)
{
	land(context, status);
	expect_words(context, inverse->words, 3, 1);
}

static void five_done(void *context, int status, const struct kit_five *inverse)
{
	land(context, status);
	expect_words(context, inverse->words, 5, 1);
}

static void first_done(void *context, int status, const uint64_t *inverse)
{
	land(context, status);
	expect_words(context, inverse, 1, 1);
}

static void fill_done(void *context, int status, const struct kit_five *inverse)
{
	land(context, status);
	expect_words(context, inverse->words, 5, 0);
}

static void text_done(void *context, int status, const struct rc_str *same)
{
	struct flight *flight = context;

	land(flight, status);
	cr_assert_eq(same->len, flight->text_bytes);
	if (same->len)
		cr_assert_eq(memcmp(same->ptr, flight->text, same->len), 0);
}

static int make(struct rc_client *client, struct flight *flight, uint64_t kind)
{
	struct kit_five five;
	struct kit_three three;
	struct kit_pair pair = { word_of(flight, 0), word_of(flight, 1) };

	for (uint64_t index = 0; index < 5; index++)
		five.words[index] = word_of(flight, index);
	memcpy(three.words, five.words, sizeof(three.words));
	switch (kind) {
	case 0:
		return kit_add_async(client, (int64_t)(pair.first / 4), 7, add_done, flight, NULL);
	case 1:
		return kit_swap_async(client, &pair, swap_done, flight, NULL);
	case 2:
		return kit_three_async(client, &three, three_done, flight, NULL);
	case 3:
		return kit_five_async(client, &five, five_done, flight, NULL);
	case 4:
		return kit_first_async(client, &five, first_done, flight, NULL);
	case 5:
		return kit_fill_async(client, pair.first, fill_done, flight, NULL);
	default:
		return kit_text_async(client, (struct rc_str){ flight->text, flight->text_bytes },
				      text_done, flight, NULL);
	}
}

static void prepare(struct flight *flight, struct flights *all, struct test_random *random)
{
	flight->all = all;
	flight->is_used = true;
	flight->seed = test_random_next(random);
	flight->text_bytes = test_random_below(random, TEXT_MAX + 1);
	for (size_t index = 0; index < flight->text_bytes; index++)
		flight->text[index] = (char)('a' + test_random_below(random, 26));
}

/* Mostly as many calls are in flight as the lane has room for. */
static void call_at_random(struct rc_client *client, uint32_t slots, struct test_random *random)
{
	struct flights all = { .landed = 0 };
	uint32_t sent = 0;

	while (sent < CALLS) {
		struct flight *flight = NULL;
		uint64_t kind = test_random_below(random, 8);

		for (uint32_t index = 0; index < slots && !flight; index++)
			if (!all.flights[index].is_used)
				flight = &all.flights[index];
		if (!flight) {
			cr_assert_gt(rc_wait(client, test_patience_ns()), 0);
			continue;
		}
		if (test_random_below(random, 100) == 0)
			rc_client_set_deadline(client,
					       test_random_below(random, 2)
						       ? RC_FOREVER
						       : rc_now_ns() + 3600 * TEST_NS_PER_S);
		prepare(flight, &all, random);
		EXPECT_OK(make(client, flight, kind));
		sent++;
	}
	while (all.landed < sent)
		cr_assert_gt(rc_wait(client, test_patience_ns()), 0);
	cr_assert_eq(all.landed, CALLS);
}

TEST_ALL_WAYS(slots, one_and_two_take_turns_on_full_rings)
{
	struct test_random random = { 11 };

	for (uint32_t slots = 2; slots <= SLOTS_MAX; slots *= 4) {
		struct rc_options options = { .ring_slots = slots };
		struct rc_peer *peer = test_open(way, &options);
		struct rc_client *client = test_client(peer);
		struct rc_stats stats;

		call_at_random(client, slots, &random);
		rc_client_stats(client, &stats);
		cr_assert_eq(stats.calls, CALLS, "calls are not counted as slots are");
		cr_assert_eq(stats.in_flight, 0);
		test_close(peer, client);
	}
}

TEST_ALL_WAYS(slots, synchronous_calls_of_each_kind_are_answered_whole)
{
	struct rc_options options = { .ring_slots = 2 };
	struct rc_peer *peer = test_open(way, &options);
	struct rc_client *client = test_client(peer);

	for (uint64_t turn = 0; turn < 300; turn++) {
		struct kit_five five = { { turn, turn * 3, turn * 5, turn * 7, turn * 11 } };
		struct kit_three three = { { turn, ~turn, turn << 32 } };
		struct kit_five five_inverse;
		struct kit_three three_inverse;
		uint64_t inverse;
		int64_t sum;

		if (turn % 7 == 3)
			rc_client_set_deadline(client, turn % 2 ? rc_now_ns() + 3600 * TEST_NS_PER_S
								: RC_FOREVER);
		EXPECT_OK(kit_five(client, &five, &five_inverse));
		EXPECT_OK(kit_three(client, &three, &three_inverse));
		EXPECT_OK(kit_first(client, &five, &inverse));
		EXPECT_OK(kit_add(client, (int64_t)turn, 1, &sum));
		cr_assert_eq(sum, (int64_t)turn + 1);
		cr_assert_eq(inverse, ~turn);
		for (int index = 0; index < 5; index++)
			cr_assert_eq(five_inverse.words[index], ~five.words[index]);
		for (int index = 0; index < 3; index++)
			cr_assert_eq(three_inverse.words[index], ~three.words[index]);
		EXPECT_OK(kit_fill(client, turn, &five_inverse));
		for (int index = 0; index < 5; index++)
			cr_assert_eq(five_inverse.words[index], ~turn);
	}
	test_close(peer, client);
}
