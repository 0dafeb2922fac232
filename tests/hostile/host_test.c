/* SPDX-License-Identifier: MIT */
/*
 * host_test.c - whatever a worker asks of the host, no function runs on what it should not.
 *
 * What any worker may ask for is answered, if by an error. What none may ask for breaks the client.
 */
#include <ringcall/generated.h>
#include <stdio.h>
#include <stdlib.h>

#include "ring/layout.h"
#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"

/* In LIAR_A: method, flags, the id that RC_SLOT_NESTED goes with. */
#define ASK(method, flags, parent)                                                                 \
	((uint64_t)(method) | (uint64_t)(flags) << 16 | (uint64_t)(parent) << 32)
#define INLINE(bytes) (RC_SLOT_INLINE | (bytes) << RC_SLOT_INLINE_SHIFT)
#define SPAN(offset, bytes) ((uint64_t)(offset) | (uint64_t)(bytes) << 32)

/* Of the reverse payload space, which is as small as can be. */
#define PAYLOAD_BYTES ((uint64_t)RC_REVERSE_PAYLOAD_BYTES_MIN)

/* Room for the text of an error. */
#define SPACE SPAN(64, 4096)

enum {
	METHODS = 2
};

static uint64_t ran;

/* A host service by hand: a method that takes a number, and one that takes a text. */
static int run_number(const void *functions, void *context, const void *root, void *reply)
{
	(void)functions;
	(void)context;
	ran++;
	memcpy(reply, root, sizeof(uint64_t));
	return 0;
}

static int run_text(const void *functions, void *context, const void *root, void *reply)
{
	const struct rc_str *text = root;
	uint64_t sum = 0;

	(void)functions;
	(void)context;
	ran++;
	for (size_t i = 0; i < text->len; i++)
		sum += (unsigned char)text->ptr[i];
	memcpy(reply, &sum, sizeof(sum));
	return 0;
}

static bool check_text(struct rc_reader *reader, void *root)
{
	struct rc_str *text = root;
	const void *bytes;

	if (!rc__read_plain(reader, (uintptr_t)text->ptr, text->len, 1, 1, "text", &bytes))
		return false;
	text->ptr = bytes;
	return true;
}

static void never_called(void)
{
}

static const struct rc_host_method methods[METHODS] = {
	{ .name = "by_hand.number", .request_bytes = 8, .reply_bytes = 8, .invoke = run_number },
	{ .name = "by_hand.text",
	  .request_bytes = 16,
	  .reply_bytes = 8,
	  .request_check = check_text,
	  .invoke = run_text },
};

static const struct rc_host_service service = { .name = "by_hand",
						.methods = methods,
						.method_count = METHODS };

static void (*const functions[METHODS])(void) = { never_called, never_called };

static struct rc_client *open_asker(const char *way, uint64_t a, uint64_t b, struct rc_peer **peer)
{
	struct rc_options options = { .clients_max = 2, .ring_slots = 8, .payload_bytes = 4096 };
	char number[32];

	ran = 0;
	setenv("LIAR", way, 1);
	snprintf(number, sizeof(number), "%llu", (unsigned long long)a);
	setenv("LIAR_A", number, 1);
	snprintf(number, sizeof(number), "%llu", (unsigned long long)b);
	setenv("LIAR_B", number, 1);
	EXPECT_OK(rc_open(test_endpoint("tests/hostile/liar"), &options, peer));
	EXPECT_OK(rc__host_serve(*peer, &service, (const void *)functions, NULL));
	return test_client(*peer);
}

/* The host answers with this status, and the lane goes on. */
static void expect_answer(uint64_t a, uint64_t b, int status)
{
	struct rc_peer *peer;
	struct rc_client *client = open_asker("host_call", a, b, &peer);

	rc_client_set_deadline(client, test_patience_ns());
	for (int call = 0; call < 3; call++) {
		int64_t sum = 0;

		EXPECT_OK(kit_add(client, 40, 2, &sum));
		cr_assert_eq(sum, 42 - status, "%#llx %#llx: status %lld", (unsigned long long)a,
			     (unsigned long long)b, (long long)(42 - sum));
	}
	cr_assert_eq(ran, status ? 0 : 3);
	test_close(peer, client);
}

static void expect_broken(const char *way, uint64_t a, uint64_t b)
{
	struct rc_peer *peer;
	struct rc_client *client = open_asker(way, a, b, &peer), *other;
	int64_t sum;

	rc_client_set_deadline(client, test_patience_ns());
	EXPECT_FAILS(kit_add(client, 40, 2, &sum), -EPROTO, RC_RAN_PERHAPS);
	EXPECT_SAYS("impossible value", "close this client");
	EXPECT_FAILS(kit_add(client, 1, 2, &sum), -EPROTO, RC_RAN_PERHAPS);
	cr_assert_eq(ran, 0);
	rc_client_close(client);
	EXPECT_OK(rc_client_open(peer, &other));
	rc_client_close(other);
	EXPECT_OK(rc_close(peer, test_patience_ns()));
}

Test(host_call, that_is_right_is_answered, .timeout = 240)
{
	expect_answer(ASK(0, INLINE(8), 0), 7, 0);
	expect_answer(ASK(1, INLINE(16), 0), 0, 0);
	expect_answer(ASK(0, 0, 0), SPAN(PAYLOAD_BYTES - 8, 8), 0);
	/* The handler of a call that never was, or is not in flight. */
	expect_answer(ASK(0, INLINE(8) | RC_SLOT_NESTED, 0), 7, 0);
	expect_answer(ASK(0, INLINE(8) | RC_SLOT_NESTED, INT32_MAX), 7, 0);
}

Test(host_call, of_a_method_that_the_host_lacks_is_refused, .timeout = 240)
{
	expect_answer(ASK(METHODS, INLINE(8) | RC_SLOT_SPACE, 0), SPACE, -ENOSYS);
	expect_answer(ASK(0x7fff, INLINE(8) | RC_SLOT_SPACE, 0), SPACE, -ENOSYS);
	expect_answer(ASK(RC_HOST_FREE, INLINE(8) | RC_SLOT_SPACE, 0), SPACE, -ENOSYS);
}

Test(host_call, for_a_service_by_nonsense_is_refused, .timeout = 240)
{
	expect_answer(ASK(RC_HOST_BIND, INLINE(0) | RC_SLOT_SPACE, 0), SPACE, -EPROTO);
	expect_answer(ASK(RC_HOST_BIND, INLINE(40) | RC_SLOT_SPACE, 0), SPACE, -EPROTO);
	expect_answer(ASK(RC_HOST_BIND, INLINE(24) | RC_SLOT_SPACE, 0), SPACE, -ENOSYS);
	expect_answer(ASK(RC_HOST_BIND, RC_SLOT_SPACE, 0), SPAN(0, PAYLOAD_BYTES), -EPROTO);
}

Test(host_call, whose_message_lies_outside_breaks_the_client, .timeout = 240)
{
	expect_broken("host_call", ASK(0, INLINE(41), 0), 7);
	expect_broken("host_call", ASK(0, INLINE(63), 0), 7);
	expect_broken("host_call", ASK(0, 0, 0), SPAN(PAYLOAD_BYTES, 8));
	expect_broken("host_call", ASK(0, 0, 0), SPAN(0, PAYLOAD_BYTES + 1));
	expect_broken("host_call", ASK(0, 0, 0), SPAN(4, 8));
	expect_broken("host_call", ASK(0, 0, 0), UINT64_MAX);
	expect_broken("host_call", ASK(0, INLINE(8) | RC_SLOT_SPACE, 0), SPAN(PAYLOAD_BYTES, 8));
	expect_broken("host_call", ASK(0, INLINE(8) | RC_SLOT_SPACE, 0), UINT64_MAX);
}

Test(host_call, whose_message_is_malformed_breaks_the_client, .timeout = 240)
{
	expect_broken("host_call", ASK(0, INLINE(7), 0), 7);
	/* A text of no bytes at an offset is one; then one that lies behind the message. */
	expect_broken("host_call", ASK(1, 0, 0), SPAN(0, 15));
	expect_broken("host_call", ASK(1, INLINE(40) | RC_SLOT_SPACE, 0), SPAN(8, 1 << 20));
}

Test(host_call, that_fetches_what_is_not_kept_breaks_the_client, .timeout = 240)
{
	expect_broken("host_call", ASK(0, RC_SLOT_FETCH | RC_SLOT_SPACE, 0), SPAN(0, 64));
	expect_broken("host_call", ASK(0, RC_SLOT_FETCH | RC_SLOT_DROP, 0), 0);
}

/* They are served, and the call that nobody answers ends at its deadline. */
Test(host_call, without_end_does_not_keep_the_host, .timeout = 240)
{
	struct rc_peer *peer;
	struct rc_client *client = open_asker("host_flood", ASK(0, INLINE(8), 0), 7, &peer);
	int64_t sum;

	rc_client_set_deadline(client, test_in_ms(50));
	EXPECT_FAILS(kit_add(client, 40, 2, &sum), -ETIMEDOUT, RC_RAN_PERHAPS);
	cr_assert_gt(ran, 0);
	cr_assert_geq(rc_poll(client), 0);
	rc_client_close(client);
	rc_close(peer, test_in_ms(200));
}
