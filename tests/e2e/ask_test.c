/* SPDX-License-Identifier: MIT */
/*
 * ask_test.c - a host that waits in vain has the worker look for a handler that is in the way.
 */
#include "cside/internal.h"
#include "cside/sys.h"
#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"

enum {
	GATE = 1
};

/* Calls that end when the gate opens. */
struct asking {
	struct rc_peer *peer;
	struct rc_client *client;
	struct rc_client *other; /* opens the gate */
	uint32_t made;
	uint32_t ended;
};

static void count_end(void *context, int status)
{
	struct asking *asking = context;

	cr_assert_eq(status, 0, "%s", rc_error_last()->text);
	asking->ended++;
}

static struct asking *open_asking(const struct test_way *way, uint32_t calls)
{
	static struct asking asking;

	asking = (struct asking){ .peer = test_open(way, NULL), .made = calls };
	asking.client = test_client(asking.peer);
	asking.other = test_client(asking.peer);
	for (uint32_t call = 0; call < calls; call++)
		EXPECT_OK(kit_hold_async(asking.client, GATE, count_end, &asking, NULL));
	return &asking;
}

static void close_asking(struct asking *asking)
{
	EXPECT_OK(kit_open_gate(asking->other, GATE));
	while (asking->ended < asking->made)
		cr_assert_geq(rc_wait(asking->client, test_patience_ns()), 0);
	rc_client_close(asking->other);
	test_close(asking->peer, asking->client);
}

/* Whether the worker has heard that a host sleeps. */
static bool is_heard(const struct asking *asking)
{
	return rc__load_relaxed(&asking->client->lane->worker_park.looks);
}

TEST_ALL_WAYS(ask, polls_in_vain_ask)
{
	struct asking *asking = open_asking(way, 2);

	while (!asking->client->ask.asked_ns)
		cr_assert_eq(rc_poll(asking->client), 0);
	close_asking(asking);
}

TEST_ALL_WAYS(ask, call_alone_asks_for_nothing)
{
	struct asking *asking = open_asking(way, 1);

	while (asking->client->ask.polls < 1000 * RC__ASK_POLLS)
		cr_assert_eq(rc_poll(asking->client), 0);
	cr_assert_eq(rc_wait(asking->client, rc__now_ns() + RC__NS_PER_MS), -ETIMEDOUT);
	cr_assert_eq(asking->client->ask.asked_ns, 0);
	cr_assert_eq(asking->client->leader_ask.asked_ns, 0);
	close_asking(asking);
}

TEST_ALL_WAYS(ask, thread_that_goes_to_sleep_asks_and_is_heard)
{
	struct asking *asking = open_asking(way, 2);

	while (!is_heard(asking))
		cr_assert_eq(rc_wait(asking->client, rc__now_ns() + RC__NS_PER_MS), -ETIMEDOUT);
	cr_assert_neq(asking->client->leader_ask.asked_ns, 0);
	close_asking(asking);
}

TEST_ALL_WAYS(ask, event_loop_that_goes_to_sleep_asks_and_is_heard)
{
	struct asking *asking = open_asking(way, 2);

	cr_assert_geq(rc_client_fd(asking->client), 0, "%s", rc_error_last()->text);
	cr_assert_eq(rc_client_arm(asking->client), 0, "%s", rc_error_last()->text);
	cr_assert_neq(asking->client->ask.asked_ns, 0);
	EXPECT_UNTIL(is_heard(asking));
	close_asking(asking);
}

/* A worker that is stopped reads no control packets, and others have to find room. */
TEST_ALL_WAYS(ask, asks_less_and_less_often_for_the_same_reply)
{
	struct asking *asking = open_asking(way, 2);
	const struct rc__ask *ask = &asking->client->ask;
	uint64_t first_ns;

	while (!ask->asked_ns)
		cr_assert_eq(rc_poll(asking->client), 0);
	first_ns = ask->asked_ns;
	while (ask->again_ns < 8 * RC__ASK_AFTER_NS)
		cr_assert_eq(rc_poll(asking->client), 0);
	cr_assert_geq(ask->asked_ns - first_ns, (1 + 2 + 4) * RC__ASK_AFTER_NS);
	close_asking(asking);
}
