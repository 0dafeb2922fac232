/* SPDX-License-Identifier: MIT */
/* death_test.c - host calls that one of the sides does not see to their end. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "tests/back/host.h"
#include "tests/testutil/expect.h"

static void kill_worker(struct host *host)
{
	kill(rc_peer_pid(host->peer), SIGKILL);
	EXPECT_UNTIL(rc_peer_pid(host->peer) == 0);
}

TEST_ALL_WAYS(host_call, whose_worker_dies_meanwhile_is_dropped)
{
	struct test_census before = { 0 }, after;
	const struct back_end *end;

	for (int turn = 0; turn < 3; turn++) {
		struct host host = { .act = kill_worker };
		struct rc_peer *peer = host_open(way, NULL, &host);
		struct rc_client *client = test_client(peer);

		EXPECT_FAILS(back_act(client, 0, false, &end), -ECONNRESET, RC_RAN_PERHAPS);
		EXPECT_FAILS(rc_serve(client, test_patience_ns()), -ENOTCONN, RC_RAN_NO);
		cr_assert_eq(host.calls, 1);
		test_close(peer, client);
		/* The first turn starts what a process starts once. */
		if (!turn)
			test_census_take(&before);
	}
	/* A thread is there for a moment after it was joined. */
	EXPECT_UNTIL((test_census_take(&after), after.threads <= before.threads));
	cr_assert_eq(after.descriptors, before.descriptors);
	cr_assert_eq(after.regions, before.regions);
}

static void call_dead_worker(struct host *host)
{
	kill_worker(host);
	EXPECT_FAILS(back_ping(host->client), -ENOTCONN, RC_RAN_NO);
}

TEST_SPIN_PARK(host_call, whose_worker_dies_meanwhile_cannot_call_it)
{
	struct host host = { .act = call_dead_worker };
	struct rc_peer *peer = host_open(way, NULL, &host);
	struct rc_client *client = host.client = test_client(peer);
	const struct back_end *end;

	EXPECT_FAILS(back_act(client, 0, false, &end), -ECONNRESET, RC_RAN_PERHAPS);
	test_close(peer, client);
}

static void await_its_end(struct host *host)
{
	uint64_t count = 0;

	EXPECT_UNTIL(back_acted(host->other, &count) == 0 && count > host->acted);
}

static bool says(struct rc_str text, const char *part)
{
	return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

/* The function runs on, its caller has gone: what it returns is nobody's. */
static void outlive_caller(const struct test_way *way, bool cancel, int error)
{
	struct host host = { .act = await_its_end };
	struct rc_peer *peer = host_open(way, NULL, &host);
	struct rc_client *client = test_client(peer);
	uint64_t patience_ns = 20 * TEST_NS_PER_MS;
	const struct back_end *end;
	bool ran;
	int64_t sum;

	host.other = test_client(peer);
	/* On a busy machine the time may be over before the function begins. */
	do {
		EXPECT_OK(back_acted(host.other, &host.acted));
		EXPECT_OK(back_act(client, patience_ns, cancel, &end));
		cr_assert_eq(end->error, error, "%.*s", RC_STR_ARG(end->text));
		ran = says(end->text, "may still run");
		cr_assert(ran || says(end->text, "it was not sent") ||
				  says(end->text, "did not run it"),
			  "%.*s", RC_STR_ARG(end->text));
		rc_release(client, end);
		patience_ns *= 2;
	} while (!ran);
	EXPECT_OK(back_add(client, 40, 2, &sum));
	cr_assert_eq(sum, 42);
	rc_client_close(host.other);
	test_close(peer, client);
}

TEST_ALL_WAYS(host_call, ends_at_its_deadline_while_the_function_runs)
{
	outlive_caller(way, false, ETIMEDOUT);
}

TEST_ALL_WAYS(host_call, ends_when_it_is_cancelled_while_the_function_runs)
{
	outlive_caller(way, true, ECANCELED);
}

/* A host that never looks: the call ends at its deadline, and does not run when the host does. */
TEST_SPIN_PARK(host_call, that_nobody_serves_ends_at_its_deadline)
{
	struct host host = { 0 };
	struct rc_peer *peer = host_open(way, NULL, &host);
	struct rc_client *client = test_client(peer), *other = test_client(peer);
	const struct back_end *end;
	uint64_t count = 0;
	int64_t sum;

	/* The client asks for the service first, which a host has to serve. */
	EXPECT_OK(back_add(other, 1, 2, &sum));
	EXPECT_OK(back_act_async(client, 20 * TEST_NS_PER_MS, false, NULL, NULL, NULL));
	EXPECT_UNTIL(back_acted(other, &count) == 0 && count == 1);
	EXPECT_OK(back_act(other, 0, false, &end));
	rc_release(other, end);
	cr_assert_eq(host.calls, 2);
	cr_assert_gt(rc_wait(client, test_patience_ns()), 0);
	cr_assert_eq(host.calls, 2);
	rc_client_close(other);
	test_close(peer, client);
}

TEST_SPIN_PARK(host_call, goes_on_when_clients_come_and_go)
{
	struct host host = { 0 };
	struct rc_peer *peer = host_open(way, NULL, &host);

	for (uint32_t turn = 0; turn < 20; turn++) {
		struct rc_client *client = test_client(peer);
		uint64_t sum;

		EXPECT_OK(back_crowd(client, 4, 5, &sum));
		/* Their calls have nobody to serve them any more. */
		EXPECT_OK(back_start(client, turn % 3));
		rc_client_close(client);
	}
	test_close(peer, NULL);
}
