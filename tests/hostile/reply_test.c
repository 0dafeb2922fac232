/* SPDX-License-Identifier: MIT */
/*
 * reply_test.c - whatever a worker writes, a call ends with -EPROTO or at its deadline.
 *
 * The region is as small as can be, so that a read outside of it faults soon. Run under the
 * sanitizers as well.
 */
#include <stdio.h>
#include <stdlib.h>

#include "ring/layout.h"
#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"

/* Which call the liar answers. */
enum ask {
	ASK_ADD,
	ASK_TEXT,
	ASK_TREE,
	ASK_NODES,
	ASK_NOTE
};

/* How long a call is given that is known to get no answer. */
enum {
	SHORT_MS = 30
};

static struct rc_peer *open_liar(const char *way, uint64_t a, uint64_t b)
{
	struct rc_options options = { .clients_max = 2, .ring_slots = 8, .payload_bytes = 4096 };
	struct rc_peer *peer;
	char number[32];

	setenv("LIAR", way, 1);
	snprintf(number, sizeof(number), "%llu", (unsigned long long)a);
	setenv("LIAR_A", number, 1);
	snprintf(number, sizeof(number), "%llu", (unsigned long long)b);
	setenv("LIAR_B", number, 1);
	EXPECT_OK(rc_open(test_endpoint("tests/hostile/liar"), &options, &peer));
	return peer;
}

static int ask(struct rc_client *client, enum ask what)
{
	const struct kit_tree empty = { .name = { NULL, 0 } }, *tree = NULL;
	const struct kit_node leaf = { 0 }, *node = NULL;
	const struct rc_str *text = NULL;
	int64_t sum = 0;
	int status;

	switch (what) {
	case ASK_ADD:
		status = kit_add(client, 40, 2, &sum);
		cr_assert(status || sum == 42, "success with a wrong sum");
		return status;
	case ASK_TEXT:
		status = kit_text(client, (struct rc_str){ NULL, 0 }, &text);
		rc_release(client, text);
		return status;
	case ASK_TREE:
		status = kit_echo(client, &empty, &tree);
		rc_release(client, tree);
		return status;
	case ASK_NODES:
		status = kit_nodes(client, &leaf, &node);
		rc_release(client, node);
		return status;
	default:
		status = kit_note(client, 1);
		return status ? status : kit_ping(client);
	}
}

/* The client is of no more use; its peer still is. */
static void expect_broken(struct rc_peer *peer, struct rc_client *client)
{
	struct rc_client *other;
	int64_t sum;

	EXPECT_SAYS("impossible value", "close this client");
	EXPECT_FAILS(kit_add(client, 1, 2, &sum), -EPROTO, RC_RAN_PERHAPS);
	EXPECT_FAILS(kit_note(client, 1), -EPROTO, RC_RAN_PERHAPS);
	EXPECT_FAILS(kit_ping_async(client, NULL, NULL, NULL), -EPROTO, RC_RAN_PERHAPS);
	EXPECT_FAILS(rc_poll(client), -EPROTO, RC_RAN_PERHAPS);
	EXPECT_FAILS(rc_wait(client, RC_FOREVER), -EPROTO, RC_RAN_PERHAPS);
	rc_client_close(client);
	EXPECT_OK(rc_client_open(peer, &other));
	rc_client_close(other);
	EXPECT_OK(rc_close(peer, test_patience_ns()));
}

/* Asks until the liar is found out; the first calls may be answered rightly. */
static void expect_proto(const char *way, uint64_t a, uint64_t b, enum ask what)
{
	struct rc_peer *peer = open_liar(way, a, b);
	struct rc_client *client = test_client(peer);
	int status = 0;

	rc_client_set_deadline(client, test_patience_ns());
	for (int call = 0; call < 3 && !status; call++)
		status = ask(client, what);
	cr_assert_eq(status, -EPROTO, "%s(%llu, %llu): %d: %s", way, (unsigned long long)a,
		     (unsigned long long)b, status, status ? rc_error_last()->text : "success");
	expect_broken(peer, client);
}

/* Nothing more than the deadline ends the call. */
static void expect_timeout(const char *way, uint64_t a, uint64_t b, enum ask what)
{
	struct rc_peer *peer = open_liar(way, a, b);
	struct rc_client *client = test_client(peer);
	int status = 0;

	for (int call = 0; call < 3 && !status; call++) {
		rc_client_set_deadline(client, test_in_ms(SHORT_MS));
		status = ask(client, what);
	}
	cr_assert(status == -ETIMEDOUT || status == -EPROTO, "%s(%llu, %llu): %d: %s", way,
		  (unsigned long long)a, (unsigned long long)b, status,
		  status ? rc_error_last()->text : "success");
	rc_client_close(client);
	EXPECT_OK(rc_close(peer, test_patience_ns()));
}

Test(reply, with_an_id_of_no_call_breaks_the_client, .timeout = 240)
{
	/* Another index, another generation, both, none at all. */
	static const uint64_t differences[] = { 1, 7, 8, 9, 16, 1 << 30, UINT32_MAX };

	for (size_t i = 0; i < sizeof(differences) / sizeof(differences[0]); i++)
		expect_proto("id", differences[i], 0, ASK_ADD);
	expect_proto("id_of_the_call_before", 0, 0, ASK_ADD);
	expect_proto("twice", 0, 0, ASK_ADD);
}

Test(reply, with_a_status_that_no_worker_sends_breaks_the_client, .timeout = 240)
{
	static const int64_t statuses[] = { 1,          5,           -1,        -EAGAIN,
					    -ETIMEDOUT, -ECONNRESET, -ENOTCONN, -ECANCELED,
					    -EINVAL,    INT32_MIN,   INT32_MAX };

	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		expect_proto("status", (uint64_t)statuses[i], 0, ASK_ADD);
}

Test(reply, of_another_size_than_its_type_breaks_the_client, .timeout = 240)
{
	for (uint64_t bytes = 0; bytes < 64; bytes++)
		if (bytes != sizeof(int64_t))
			expect_proto("flags", RC_SLOT_INLINE | bytes << 10, 0, ASK_ADD);
	/* A reply with pointers may have any size from its root's to that of a slot's body. */
	for (uint64_t bytes = 0; bytes < 64; bytes++)
		if (bytes < sizeof(struct rc_str) || bytes > RC_BODY_BYTES)
			expect_proto("flags", RC_SLOT_INLINE | bytes << 10, 0, ASK_TEXT);
}

Test(reply, beyond_its_space_breaks_the_client, .timeout = 240)
{
	static const uint64_t bytes[] = { 0, 1, 8, 257, 4096, 4097, 1U << 31, UINT32_MAX };

	for (size_t i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++) {
		/* A call without reply space, and one with too little of it. */
		expect_proto("flags", 0, bytes[i] << 32, ASK_ADD);
		expect_proto("flags", 0, bytes[i] << 32 | UINT32_MAX, ASK_TREE);
	}
}

Test(reply, with_any_flag_ends_the_call, .timeout = 240)
{
	for (uint64_t bit = 0; bit < 16; bit++)
		expect_timeout("flags", UINT64_C(1) << bit, 0, ASK_ADD);
	expect_timeout("flags", UINT16_MAX, UINT64_MAX, ASK_ADD);
	expect_timeout("flags", UINT16_MAX & ~RC_SLOT_ACK, UINT64_MAX, ASK_TREE);
	expect_timeout("flags", UINT16_MAX & ~(RC_SLOT_ACK | RC_SLOT_FETCH), UINT64_MAX, ASK_TREE);
}

Test(reply, that_is_a_malformed_error_breaks_the_client, .timeout = 240)
{
	expect_proto("error", 0, 0, ASK_ADD);
	expect_proto("error", 15, 0, ASK_ADD);
	expect_proto("error", 16, 1, ASK_ADD);
	expect_proto("error", 40, 25, ASK_TEXT);
	expect_proto("error", 40, UINT32_MAX, ASK_TEXT);
	expect_proto("error", 63, 24, ASK_TEXT);
}

Test(reply, that_is_an_error_of_any_text_is_one, .timeout = 240)
{
	struct rc_peer *peer = open_liar("error", 40, 24);
	struct rc_client *client = test_client(peer);

	EXPECT_FAILS(ask(client, ASK_ADD), -EREMOTEIO, RC_RAN_YES);
	cr_assert_eq(rc_error_last()->application, 5);
	test_close(peer, client);
}

Test(reply, that_is_an_impossible_ack_breaks_the_client, .timeout = 240)
{
	static const uint64_t counts[] = { 0, 11, 12, 255, UINT32_MAX };

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		expect_proto("ack", counts[i], 0, ASK_NOTE);
	expect_proto("ack", 2, 0, ASK_NOTE); /* the same call twice */
	expect_proto("ack", 1, 1, ASK_NOTE); /* a call that is not in flight */
	expect_proto("ack", 1, 8, ASK_NOTE); /* of another generation */
	expect_proto("ack", 10, UINT32_MAX, ASK_NOTE);
	expect_proto("ack", 1, 0, ASK_ADD); /* of a call that has a reply */
	expect_proto("id", 0, 0, ASK_NOTE); /* a reply to a one-way call */
}

Test(reply, that_is_announced_twice_breaks_the_client, .timeout = 240)
{
	static const uint64_t sizes[] = { 0, 1, 64, 4096, 5000, UINT32_MAX };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		expect_proto("fetch", sizes[i], 0, ASK_ADD);
		expect_proto("fetch", sizes[i], 0, ASK_TREE);
		expect_proto("fetch", sizes[i], 64, ASK_TEXT);
	}
	expect_proto("fetch", 100, 0, ASK_NOTE);
}

Test(reply, that_is_only_half_there_ends_by_the_deadline, .timeout = 240)
{
	expect_timeout("silence", 0, 0, ASK_ADD);
	expect_timeout("silence", 0, 0, ASK_TREE);
	/* Sequences of other positions mean nothing. */
	expect_timeout("sequence", 1, 1, ASK_ADD);
	expect_timeout("sequence", 8, 8, ASK_ADD);
	expect_timeout("sequence", UINT32_MAX, 8, ASK_ADD);
	expect_timeout("sequence", 1U << 31, 8, ASK_TREE);
	/* A slot that says it is written holds what was there before. */
	expect_timeout("sequence", 0, 1, ASK_ADD);
	expect_timeout("sequence", 0, 8, ASK_TEXT);
}

Test(reply, with_a_string_outside_of_it_breaks_the_client, .timeout = 240)
{
	static const uint64_t strings[][2] = {
		{ 0, 41 },
		{ 0, 65 },
		{ 64, 1 },
		{ 16, UINT64_MAX },
		{ 1000, 1 },
		{ UINT64_MAX, 1 },
		{ 8, 1ULL << 63 },
		{ UINT64_MAX - 7, 16 },
		{ 1ULL << 32, 1 },
		{ 1ULL << 63, 1 },
		{ 1ULL << 63 | 16, 4 },
		{ 1ULL << 62, 1ULL << 62 },
	};

	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		if (i != 0)
			expect_proto("text_in_space", strings[i][0], strings[i][1], ASK_TEXT);
		expect_proto("text", strings[i][0], strings[i][1], ASK_TEXT);
	}
}

Test(reply, with_a_wrong_value_in_a_tree_breaks_the_client, .timeout = 240)
{
	for (uint64_t wrong = 0; wrong <= 12; wrong++)
		expect_proto("tree", wrong, 0, ASK_TREE);
}

Test(reply, that_is_its_own_child_breaks_the_client, .timeout = 240)
{
	expect_proto("node", 1, 0, ASK_NODES);
	expect_proto("node", 2, 0, ASK_NODES);
	expect_proto("node", 4, 0, ASK_NODES);
	expect_proto("node", 5, 0, ASK_NODES);
	expect_proto("node", UINT64_MAX / 32, 0, ASK_NODES);
}

/* Asks again and again while a thread of the liar changes what is checked. */
static void expect_checked_copy(const char *way, uint64_t valid, uint64_t invalid, enum ask what)
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
				status = ask(client, what);
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

Test(reply, that_changes_while_it_is_checked_is_checked_as_a_copy, .timeout = 240)
{
	expect_checked_copy("flip_length", 8, UINT64_MAX / 2, ASK_TEXT);
	expect_checked_copy("flip_length", 48, 49, ASK_TEXT);
	expect_checked_copy("flip_array", 2, 3, ASK_TREE);
	expect_checked_copy("flip_array", 0, UINT64_MAX / 24, ASK_TREE);
}
