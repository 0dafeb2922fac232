/* SPDX-License-Identifier: MIT */
/* header_test.c - a worker built from another header is refused, or used as far as it goes. */
#include "tests/badstart/new/pair.rc.h"
#include "tests/testutil/expect.h"

Test(header, with_a_changed_struct_is_refused_and_named, .timeout = 240)
{
	const char *endpoint = test_endpoint("tests/badstart/old/worker/worker");
	struct test_census before, after;
	struct rc_peer *peer;

	test_census_take(&before);
	for (int turn = 0; turn < 3; turn++) {
		EXPECT_FAILS(rc_open(endpoint, NULL, &peer), -EPROTO, RC_RAN_NO);
		EXPECT_SAYS("old/worker/worker", "service \"pair\"", "struct pair_user",
			    "field \"age\"", "u32 here", "u64 there", "regenerate");
		cr_assert_null(peer);
	}
	EXPECT_UNTIL((test_census_take(&after), after.threads <= before.threads));
	cr_assert_eq(after.descriptors, before.descriptors);
	cr_assert_eq(after.children, before.children);
	cr_assert_eq(after.regions, 0);
}

Test(header, with_a_method_less_serves_the_others, .timeout = 240)
{
	const char *endpoint = test_endpoint("tests/badstart/short/worker/worker");
	struct pair_user user = { .name = RC_STR("eve"), .age = 33 };
	struct rc_client *client;
	struct rc_peer *peer;
	uint64_t answer = 0;

	EXPECT_OK(rc_open(endpoint, NULL, &peer));
	client = test_client(peer);
	EXPECT_OK(pair_ask(client, &user, &answer));
	cr_assert_eq(answer, 33);
	/* It must not reach the method of the service that follows in the worker's table. */
	EXPECT_FAILS(pair_later(client, 1, &answer), -ENOSYS, RC_RAN_NO);
	EXPECT_SAYS("pair.later", "no such method");
	cr_assert_eq(answer, 33);
	EXPECT_OK(pair_ask(client, &user, &answer));
	test_close(peer, client);
}

static void count_done(void *context, int status, const uint64_t *answer)
{
	cr_assert_eq(status, 0);
	cr_assert_eq(*answer, 33);
	++*(int *)context;
}

/* -EAGAIN would have the caller try again for ever. */
Test(header, with_a_method_less_says_so_on_a_full_lane, .timeout = 240)
{
	struct pair_user user = { .name = RC_STR("eve"), .age = 33 };
	struct rc_options options = { .ring_slots = 2 };
	struct rc_client *client;
	struct rc_peer *peer;
	uint64_t answer = 0;
	int done = 0;

	EXPECT_OK(rc_open(test_endpoint("tests/badstart/short/worker/worker"), &options, &peer));
	client = test_client(peer);
	for (int call = 0; call < 2; call++)
		EXPECT_OK(pair_ask_async(client, &user, count_done, &done, NULL));
	EXPECT_FAILS(pair_later(client, 1, &answer), -ENOSYS, RC_RAN_NO);
	EXPECT_FAILS(pair_later_async(client, 1, count_done, &done, NULL), -ENOSYS, RC_RAN_NO);
	while (done < 2)
		cr_assert_gt(rc_wait(client, test_patience_ns()), 0);
	test_close(peer, client);
}
