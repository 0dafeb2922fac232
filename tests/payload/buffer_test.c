/* SPDX-License-Identifier: MIT */
/*
 * buffer_test.c - what a handler fills by ringcall.Buffer arrives, from the memory that it filled
 * as soon as the host knows how much the method needs.
 */
#include "tests/payload/places.rc.h"
#include "tests/testutil/expect.h"

/* How far the worker's mapping lies from the host's. */
static uint64_t mapping_distance(struct rc_client *client)
{
	char *text = rc_alloc(client, 1 << 23); /* no copy would fit: the payload space has 2^24 */
	struct places_all all = { .text = { text, 1 << 23 } };
	const struct places_u64_slice *seen;
	uint64_t distance;

	cr_assert_not_null(text);
	EXPECT_OK(places_addresses(client, &all, &seen));
	distance = seen->ptr[0] - (uintptr_t)text;
	rc_release(client, seen);
	rc_release(client, text);
	return distance;
}

static void expect_filled(const struct places_filled *filled, uint64_t bytes, uint64_t numbers,
			  uint8_t seed)
{
	cr_assert_eq(filled->bytes.len, bytes);
	cr_assert_eq(filled->numbers.len, numbers);
	cr_assert_eq(filled->text.len, 7U * seed);
	for (uint64_t i = 0; i < bytes; i++)
		cr_assert_eq(filled->bytes.ptr[i], (uint8_t)(seed + i));
	for (uint64_t i = 0; i < numbers; i++)
		cr_assert_eq(filled->numbers.ptr[i], seed + i);
	for (uint64_t i = 0; i < filled->text.len; i++)
		cr_assert_eq(filled->text.ptr[i], "copied "[i % 7]);
}

static bool is_in_place(const struct places_filled *filled, uint64_t distance)
{
	return filled->bytes_address == (uintptr_t)filled->bytes.ptr + distance &&
	       filled->numbers_address == (uintptr_t)filled->numbers.ptr + distance;
}

TEST_ALL_WAYS(buffer, is_in_place_from_the_second_call_on)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	uint64_t distance = mapping_distance(client);
	const struct places_filled *filled;

	for (uint64_t bytes = 9; bytes < 3000000; bytes = bytes * 5 + 3) {
		for (int turn = 0; turn < 3; turn++) {
			EXPECT_OK(places_fill(client, bytes, bytes / 9, 11, &filled));
			expect_filled(filled, bytes, bytes / 9, 11);
			cr_assert(turn == 0 || is_in_place(filled, distance),
				  "%llu bytes, turn %d: they were copied",
				  (unsigned long long)bytes, turn);
			rc_release(client, filled);
		}
	}
	test_close(peer, client);
}

TEST_ALL_WAYS(buffer, of_every_size_arrives_in_any_order)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	struct test_random random = { 77 };

	for (int call = 0; call < 400; call++) {
		uint64_t bytes = test_random_below(&random, UINT64_C(1) << call % 20);
		uint64_t numbers = test_random_below(&random, UINT64_C(1) << call % 13);
		uint8_t seed = (uint8_t)test_random_below(&random, 256);
		const struct places_filled *filled;

		EXPECT_OK(places_fill(client, bytes, numbers, seed, &filled));
		expect_filled(filled, bytes, numbers, seed);
		rc_release(client, filled);
	}
	test_close(peer, client);
}

struct waiting {
	struct rc_client *client;
	int done;
	uint64_t bytes;
};

static void take_filled(void *context, int status, const struct places_filled *filled)
{
	struct waiting *waiting = context;

	cr_assert_eq(status, 0);
	expect_filled(filled, waiting->bytes, 40, 3);
	rc_release(waiting->client, filled);
	waiting->done++;
}

TEST_ALL_WAYS(buffer, of_calls_in_flight_are_apart)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct waiting waiting = { .client = test_client(peer), .bytes = 5000 };

	for (int turn = 0; turn < 20; turn++) {
		for (int call = 0; call < 50; call++)
			EXPECT_OK(places_fill_async(waiting.client, waiting.bytes, 40, 3,
						    take_filled, &waiting, NULL));
		while (rc_wait(waiting.client, test_patience_ns()) > 0)
			;
		cr_assert_eq(waiting.done, 50 * (turn + 1));
	}
	test_close(peer, waiting.client);
}

Test(buffer, larger_than_the_payload_space_returns_emsgsize_and_ran, .timeout = 240)
{
	struct rc_options options = { .payload_bytes = 1 << 16 };
	struct rc_peer *peer = test_open(NULL, &options);
	struct rc_client *client = test_client(peer);
	const struct places_filled *filled;

	for (int turn = 0; turn < 20; turn++) {
		EXPECT_FAILS(places_fill(client, 1 << 17, 0, 1, &filled), -EMSGSIZE, RC_RAN_YES);
		EXPECT_OK(places_fill(client, 30000, 10, 1, &filled));
		expect_filled(filled, 30000, 10, 1);
		rc_release(client, filled);
	}
	test_close(peer, client);
}
