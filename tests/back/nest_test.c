/* SPDX-License-Identifier: MIT */
/* nest_test.c - Go calls C calls Go, on one thread of the host. */
#include "tests/back/host.h"
#include "tests/testutil/expect.h"

enum {
	/* Of every two levels one is a function of the host. */
	LEVELS_MAX = 2 * 16,
	CROWD = 40,
	CALLS = 10
};

TEST_ALL_WAYS(nested, calls_to_depth_16_return)
{
	struct host host = { 0 };
	struct rc_peer *peer = host_open(way, NULL, &host);
	struct rc_client *client = test_client(peer);
	uint32_t reached;

	for (uint32_t levels = 0; levels <= LEVELS_MAX; levels++) {
		EXPECT_OK(back_dive(client, levels, &reached));
		cr_assert_eq(reached, levels);
	}
	test_close(peer, client);
}

TEST_ALL_WAYS(nested, calls_deeper_than_16_fail_clearly)
{
	struct host host = { 0 };
	struct rc_peer *peer = host_open(way, NULL, &host);
	struct rc_client *client = test_client(peer);
	uint32_t reached;

	for (int turn = 0; turn < 3; turn++) {
		EXPECT_FAILS(back_dive(client, LEVELS_MAX + 1, &reached), -EREMOTEIO, RC_RAN_YES);
		EXPECT_SAYS("nested", "16");
		EXPECT_OK(back_dive(client, LEVELS_MAX, &reached));
		cr_assert_eq(reached, LEVELS_MAX);
	}
	test_close(peer, client);
}

/* Each of them waits within the one before it: more than run within one another. */
TEST_ALL_WAYS(nested, calls_of_many_goroutines_do_not_pile_up)
{
	struct host host = { .add_calls_back = true };
	struct rc_peer *peer = host_open(way, NULL, &host);
	struct rc_client *client = test_client(peer);
	uint64_t sum;

	EXPECT_OK(back_crowd(client, CROWD, CALLS, &sum));
	cr_assert_eq(host.calls, CROWD * CALLS);
	test_close(peer, client);
}

static void finished(void *context, int status, const uint32_t *reached)
{
	int *count = context;

	cr_assert_eq(status, 0);
	cr_assert_eq(*reached, 8);
	++*count;
}

TEST_ALL_WAYS(nested, calls_of_asynchronous_calls_are_served_in_rc_wait)
{
	struct host host = { 0 };
	struct rc_peer *peer = host_open(way, NULL, &host);
	struct rc_client *client = test_client(peer);
	int count = 0;

	for (int call = 0; call < 4; call++)
		EXPECT_OK(back_dive_async(client, 8, finished, &count, NULL));
	while (count < 4)
		cr_assert_gt(rc_wait(client, test_patience_ns()), 0, "%s", rc_error_last()->text);
	test_close(peer, client);
}
