/* SPDX-License-Identifier: MIT */
/* peer_test.c - a worker that disturbs what is not its own, or is neither alive nor dead. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"

static struct rc_peer *open_liar(const struct test_way *way, const char *name, uint64_t a,
				 uint64_t b)
{
	struct rc_options options = { .clients_max = 3, .ring_slots = 8, .payload_bytes = 4096 };
	struct rc_peer *peer;
	char number[32];

	options.spin_never = way && way->park;
	setenv("LIAR", name, 1);
	snprintf(number, sizeof(number), "%llu", (unsigned long long)a);
	setenv("LIAR_A", number, 1);
	snprintf(number, sizeof(number), "%llu", (unsigned long long)b);
	setenv("LIAR_B", number, 1);
	EXPECT_OK(rc_open(test_endpoint("tests/hostile/liar"), &options, &peer));
	return peer;
}

TEST_SPIN_PARK(peer, that_stops_is_left_at_the_deadline_and_killed_by_close)
{
	struct rc_peer *peer = open_liar(way, "stop", 0, 0);
	struct rc_client *client = test_client(peer);
	int64_t sum;

	rc_client_set_deadline(client, test_in_ms(20));
	EXPECT_FAILS(kit_add(client, 1, 2, &sum), -ETIMEDOUT, RC_RAN_PERHAPS);
	EXPECT_FAILS(kit_add(client, 1, 2, &sum), -ETIMEDOUT, RC_RAN_PERHAPS);
	rc_client_close(client);
	EXPECT_FAILS(rc_close(peer, test_in_ms(50)), -ETIMEDOUT, RC_RAN_NO);
	EXPECT_SAYS("killed");
}

TEST_SPIN_PARK(peer, that_stops_with_all_slots_taken_returns_eagain)
{
	struct rc_peer *peer = open_liar(way, "stop", 0, 0);
	struct rc_client *client = test_client(peer);
	int64_t sum;

	for (int call = 0; call < 8; call++)
		EXPECT_OK(kit_add_async(client, 1, 2, NULL, NULL, NULL));
	EXPECT_FAILS(kit_add(client, 1, 2, &sum), -EAGAIN, RC_RAN_NO);
	EXPECT_FAILS(rc_wait(client, test_in_ms(20)), -ETIMEDOUT, RC_RAN_PERHAPS);
	rc_client_close(client);
	EXPECT_FAILS(rc_close(peer, test_in_ms(20)), -ETIMEDOUT, RC_RAN_NO);
}

/* The callbacks of calls that a dying worker lied about. */
struct outcomes {
	int runs;
	int other;
};

static void count_outcome(void *context, int status, const int64_t *sum)
{
	struct outcomes *outcomes = context;

	(void)sum;
	outcomes->runs++;
	outcomes->other += status != -ECONNRESET && status != -ENOTCONN;
}

TEST_SPIN_PARK(peer, that_lies_about_what_it_took_costs_only_its_calls)
{
	static const uint64_t lies[] = { 0, 1, 3, 8, 1000, 1U << 31, UINT32_MAX };

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct rc_peer *peer = open_liar(way, "taken", lies[i], 0);
		struct rc_client *client = test_client(peer);
		struct outcomes outcomes = { 0 };

		for (int call = 0; call < 6; call++) {
			int status = kit_add_async(client, 1, 2, count_outcome, &outcomes, NULL);

			cr_assert(!status || status == -ENOTCONN, "%d", status);
			outcomes.runs += status != 0;
		}
		while (outcomes.runs < 6)
			cr_assert_gt(rc_wait(client, test_patience_ns()), 0, "%s",
				     rc_error_last()->text);
		cr_assert_eq(outcomes.other, 0);
		rc_client_close(client);
		EXPECT_OK(rc_close(peer, RC_FOREVER));
	}
}

TEST_SPIN_PARK(peer, that_hangs_up_and_lives_on_is_killed)
{
	struct rc_peer *peer = open_liar(way, "hang_up", 0, 0);
	struct rc_client *client = test_client(peer);
	int64_t sum;

	EXPECT_FAILS(kit_add(client, 1, 2, &sum), -ECONNRESET, RC_RAN_PERHAPS);
	EXPECT_FAILS(kit_add(client, 1, 2, &sum), -ENOTCONN, RC_RAN_NO);
	rc_client_close(client);
	/* That it had to be killed may be said, or not. */
	cr_assert(rc_close(peer, RC_FOREVER) != -EBUSY);
}

TEST_SPIN_PARK(peer, that_leaves_a_writing_orphan_is_dead)
{
	struct rc_peer *peer = open_liar(way, "orphan", (uint64_t)getpid(), 0);
	struct rc_client *client = test_client(peer);
	struct outcomes outcomes = { 0 };
	uint64_t patience_ns = test_patience_ns();

	for (int call = 0; call < 8; call++)
		EXPECT_OK(kit_add_async(client, 1, 2, count_outcome, &outcomes, NULL));
	/* Whatever the orphan writes, each call ends once, and the host goes on. */
	while (outcomes.runs < 8 && rc_now_ns() < patience_ns)
		rc_wait(client, test_in_ms(100));
	cr_assert_eq(outcomes.runs, 8);
	EXPECT_UNTIL(kit_add_async(client, 1, 2, NULL, NULL, NULL) != 0);
	rc_client_close(client);
	EXPECT_OK(rc_close(peer, RC_FOREVER));
}

TEST_SPIN_PARK(peer, that_writes_where_the_host_writes_disturbs_no_right_call)
{
	struct rc_peer *peer = open_liar(way, "scribble", 0x5a, 0);
	struct rc_client *client = test_client(peer);
	int64_t sum;

	for (int64_t call = 0; call < 300; call++) {
		int status = kit_add(client, call, 1, &sum);

		if (status == -EPROTO)
			break;
		cr_assert_eq(status, 0, "%s", rc_error_last()->text);
		cr_assert_eq(sum, call + 1);
	}
	test_close(peer, client);
}

Test(peer, that_sends_control_packets_out_of_turn_disturbs_no_call, .timeout = 240)
{
	static const uint64_t lanes[] = { 0, 1, 2, 3, 1000, UINT32_MAX };

	for (size_t i = 0; i < sizeof(lanes) / sizeof(lanes[0]); i++) {
		struct rc_peer *peer = open_liar(NULL, "lane_closed", lanes[i], 12345);
		struct rc_client *client = test_client(peer);
		int64_t sum;

		for (int64_t call = 0; call < 20; call++) {
			EXPECT_OK(kit_add(client, call, 2, &sum));
			cr_assert_eq(sum, call + 2);
		}
		test_close(peer, client);
	}
}

Test(peer, that_sends_garbage_on_the_control_socket_disturbs_no_call, .timeout = 240)
{
	struct rc_peer *peer = open_liar(NULL, "control_garbage", 0, 0);
	struct rc_client *client = test_client(peer);
	int64_t sum;

	for (int64_t call = 0; call < 20; call++) {
		EXPECT_OK(kit_add(client, call, 2, &sum));
		cr_assert_eq(sum, call + 2);
	}
	test_close(peer, client);
}

/* One of several calls in flight is answered with an impossible value. */
TEST_SPIN_PARK(peer, that_lies_about_one_call_breaks_all_of_the_client_once)
{
	struct rc_peer *peer = open_liar(way, "id_of_the_call_before", 0, 0);
	struct rc_client *client = test_client(peer);
	int status = 0;
	struct outcomes outcomes = { 0 };

	for (int call = 0; call < 8; call++)
		EXPECT_OK(kit_add_async(client, 1, 2, count_outcome, &outcomes, NULL));
	for (int turn = 0; turn < 1000 && outcomes.runs < 8; turn++) {
		status = rc_wait(client, test_patience_ns());
		cr_assert(status > 0 || status == -EPROTO || !status, "%d: %s", status,
			  rc_error_last()->text);
	}
	cr_assert_eq(outcomes.runs, 8, "%d callbacks of 8 calls", outcomes.runs);
	rc_client_close(client);
	cr_assert_eq(outcomes.runs, 8, "a callback ran twice");
	EXPECT_OK(rc_close(peer, test_patience_ns()));
}
