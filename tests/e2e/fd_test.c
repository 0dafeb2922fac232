/* SPDX-License-Identifier: MIT */
/*
 * fd_test.c - a client in an event loop: its descriptor wakes it, and is not written otherwise.
 *
 * TEST_PARKS in the environment has the loop sleep so many times, for a run by hand.
 */
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"

enum {
	TURNS = 400,
	POLL_MS = 20000 /* far more than any machine needs; a lost wake-up ends here */
};

static int turns(void)
{
	const char *wanted = getenv("TEST_PARKS");

	return wanted ? atoi(wanted) : TURNS;
}

static void count_pings(void *context, int status)
{
	*(int *)context += status == 0;
}

/* poll() that goes on after a signal, as that of a worker that ends. */
static int poll_on(struct pollfd *polled)
{
	int count;

	do
		count = poll(polled, 1, POLL_MS);
	while (count < 0 && errno == EINTR);
	return count;
}

/* One turn of an event loop that has nothing else to do. Returns what completed. */
static int loop_once(struct rc_client *client, int fd)
{
	struct pollfd polled = { .fd = fd, .events = POLLIN };
	int count = rc_poll(client), status;

	if (count)
		return count;
	status = rc_client_arm(client);
	cr_assert_geq(status, 0, "%s", rc_error_last()->text);
	if (!status)
		cr_assert_eq(poll_on(&polled), 1, "a wake-up was lost");
	return rc_poll(client);
}

TEST_ALL_WAYS(fd, wakes_a_loop_each_time)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	int fd = rc_client_fd(client), runs = 0, sent = 0;
	struct rc_stats stats = { 0 };

	cr_assert_geq(fd, 0, "%s", rc_error_last()->text);
	cr_assert_eq(rc_client_fd(client), fd);
	/* A loop whose replies are always there already does not sleep. */
	for (int turn = 0; turn < turns() || !stats.host_parks; turn++) {
		for (int call = 0; call <= turn % 3; call++, sent++)
			EXPECT_OK(kit_ping_async(client, count_pings, &runs, NULL));
		while (runs < sent)
			cr_assert_geq(loop_once(client, fd), 0, "%s", rc_error_last()->text);
		rc_client_stats(client, &stats);
	}
	cr_assert_eq(stats.host_late_wakes, 0);
	test_close(peer, client);
}

TEST_ALL_WAYS(fd, is_not_armed_when_something_is_there)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	struct pollfd polled = { .events = POLLIN };
	int runs = 0;

	EXPECT_FAILS(rc_client_arm(client), -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("rc_client_fd");
	polled.fd = rc_client_fd(client);
	/* The worker writes it once when it comes. */
	EXPECT_UNTIL(poll(&polled, 1, 0) == 1);
	cr_assert_eq(rc_client_arm(client), 0);
	cr_assert_eq(rc_poll(client), 0);
	cr_assert_eq(poll(&polled, 1, 0), 0, "it stays readable");
	EXPECT_OK(kit_ping_async(client, count_pings, &runs, NULL));
	EXPECT_UNTIL(rc_client_arm(client) == 1);
	cr_assert_eq(rc_poll(client), 1);
	cr_assert_eq(runs, 1);
	test_close(peer, client);
}

TEST_ALL_WAYS(fd, is_not_written_while_no_loop_sleeps)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	struct pollfd polled = { .fd = rc_client_fd(client), .events = POLLIN };
	int runs = 0;
	int64_t sum;

	EXPECT_UNTIL(poll(&polled, 1, 0) == 1); /* written when it came */
	cr_assert_eq(rc_client_arm(client), 0);
	rc_poll(client);
	for (int call = 0; call < 1000; call++) {
		EXPECT_OK(kit_add(client, call, 1, &sum));
		EXPECT_OK(kit_ping_async(client, count_pings, &runs, NULL));
		cr_assert_geq(rc_wait(client, test_patience_ns()), 0);
		cr_assert_eq(poll(&polled, 1, 0), 0, "call %d wrote it", call);
	}
	test_close(peer, client);
}

TEST_ALL_WAYS(fd, and_synchronous_calls_go_together)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer), *other = test_client(peer);
	struct pollfd polled = { .fd = rc_client_fd(client), .events = POLLIN };
	uint64_t gate = 0;
	int runs = 0;
	int64_t sum;

	for (int turn = 0; turn < 100; turn++) {
		EXPECT_OK(kit_hold_async(other, ++gate, NULL, NULL, NULL));
		EXPECT_OK(kit_ping_async(client, count_pings, &runs, NULL));
		/* A call between arming and sleeping leaves the loop one to come back from. */
		if (!rc_client_arm(client)) {
			EXPECT_OK(kit_add(client, turn, 1, &sum));
			EXPECT_OK(kit_open_gate(client, gate));
			if (!rc_client_arm(client))
				cr_assert_eq(poll(&polled, 1, POLL_MS), 1);
		} else {
			EXPECT_OK(kit_open_gate(client, gate));
		}
		while (runs <= turn)
			cr_assert_geq(loop_once(client, polled.fd), 0);
	}
	rc_client_close(other);
	test_close(peer, client);
}

/* A thread that waits for a call of the loop's client. */
static void *join(void *argument)
{
	struct rc_call *call = argument;

	return (void *)(intptr_t)rc_call_wait(call, NULL, test_patience_ns());
}

TEST_ALL_WAYS(fd, and_threads_that_wait_for_calls_go_together)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	int fd = rc_client_fd(client), runs = 0;

	for (int turn = 0; turn < 100; turn++) {
		struct rc_call call;
		pthread_t thread;
		void *status;

		EXPECT_OK(kit_ping_async(client, NULL, NULL, &call));
		pthread_create(&thread, NULL, join, &call);
		EXPECT_OK(kit_ping_async(client, count_pings, &runs, NULL));
		while (runs <= turn)
			cr_assert_geq(loop_once(client, fd), 0);
		pthread_join(thread, &status);
		cr_assert_null(status, "rc_call_wait: %d", (int)(intptr_t)status);
	}
	test_close(peer, client);
}

TEST_SPIN_PARK(fd, becomes_readable_when_the_worker_dies)
{
	struct rc_peer *peer;
	struct rc_client *client;
	int runs = 0, fd;

	if (test_in_process())
		return;
	peer = test_open(way, NULL);
	client = test_client(peer);
	fd = rc_client_fd(client);
	EXPECT_OK(kit_hold_async(client, 1, count_pings, &runs, NULL));
	while (rc_client_arm(client))
		rc_poll(client);
	kill(rc_peer_pid(peer), SIGKILL);
	while (loop_once(client, fd) == 0)
		;
	cr_assert_eq(runs, 0);
	rc_client_close(client);
	rc_close(peer, test_patience_ns());
}
