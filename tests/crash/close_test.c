/* SPDX-License-Identifier: MIT */
/* close_test.c - rc_close() ends the worker, by its deadline at the latest. */
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ring/atomic.h"
#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"

/* Whether a process has ended, reaped or not. */
static bool is_gone(int pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd polled = { .fd = fd, .events = POLLIN };
	bool gone = fd < 0 || poll(&polled, 1, 0) == 1;

	if (fd >= 0)
		close(fd);
	return gone;
}

TEST_ALL_WAYS(close, of_a_handler_that_never_returns_kills_the_worker_at_the_deadline)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer), *other = test_client(peer);
	int pid = rc_peer_pid(peer);
	uint64_t count = 0, deadline_ns;

	EXPECT_OK(kit_hold_async(client, 1, NULL, NULL, NULL));
	EXPECT_UNTIL(kit_held(other, 1, &count) == 0 && count == 1);
	rc_client_close(client);
	rc_client_close(other);
	deadline_ns = test_in_ms(50);
	EXPECT_FAILS(rc_close(peer, deadline_ns), -ETIMEDOUT, RC_RAN_NO);
	EXPECT_SAYS("rc_close", "killed");
	cr_assert_geq(rc_now_ns(), deadline_ns, "it did not wait");
	cr_assert(is_gone(pid));
}

TEST_SPIN_PARK(close, of_a_handler_that_spins_kills_the_worker_at_the_deadline)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	int pid = rc_peer_pid(peer);

	rc_client_set_deadline(client, test_in_ms(20));
	EXPECT_FAILS(kit_spin(client), -ETIMEDOUT, RC_RAN_PERHAPS);
	rc_client_close(client);
	EXPECT_FAILS(rc_close(peer, test_in_ms(50)), -ETIMEDOUT, RC_RAN_NO);
	cr_assert(is_gone(pid));
}

TEST_ALL_WAYS(close, waits_for_calls_that_were_sent)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer), *other = test_client(peer);
	int pid = rc_peer_pid(peer);

	/* The gate is opened by a one-way call that nobody waits for. */
	EXPECT_OK(kit_hold_async(client, 1, NULL, NULL, NULL));
	EXPECT_OK(kit_open_gate(other, 1));
	rc_client_close(client);
	rc_client_close(other);
	EXPECT_OK(rc_close(peer, RC_FOREVER));
	cr_assert(is_gone(pid));
}

Test(close, of_an_idle_worker_in_the_past_returns_0_or_kills_it, .timeout = 240)
{
	struct rc_peer *peer = test_open(NULL, NULL);
	int pid = rc_peer_pid(peer);
	int status = rc_close(peer, 0);

	cr_assert(status == 0 || status == -ETIMEDOUT, "%d", status);
	cr_assert(is_gone(pid));
}

TEST_SPIN_PARK(close, of_a_killed_worker_returns_0)
{
	struct rc_peer *peer = test_open(way, NULL);

	cr_assert_eq(kill(rc_peer_pid(peer), SIGKILL), 0);
	EXPECT_OK(rc_close(peer, RC_FOREVER));
}

/* Calls, kills and closes, in a host that deals with its children in its own way. */
static void expect_life_and_death(const struct test_way *way)
{
	for (int turn = 0; turn < 10; turn++) {
		struct rc_peer *peer = test_open(way, NULL);
		struct rc_client *client = test_client(peer);
		int pid = rc_peer_pid(peer);

		EXPECT_OK(kit_ping(client));
		if (turn % 2) {
			cr_assert_eq(kill(pid, SIGKILL), 0);
			EXPECT_UNTIL(kit_ping(client) == -ENOTCONN);
		}
		rc_client_close(client);
		EXPECT_OK(rc_close(peer, test_patience_ns()));
		cr_assert(is_gone(pid));
	}
}

TEST_SPIN_PARK(close, works_in_a_host_that_ignores_sigchld)
{
	struct rc_peer *peer;

	signal(SIGCHLD, SIG_IGN);
	expect_life_and_death(way);
	cr_assert_eq(rc_open("worker:/bin/true", NULL, &peer), -ENOTCONN, "%s",
		     rc_error_last()->text);
	cr_assert_eq(waitpid(-1, NULL, WNOHANG), -1);
}

static void *reap_all(void *argument)
{
	uint32_t *stop = argument;

	while (!rc__load_acquire(stop))
		if (waitpid(-1, NULL, WNOHANG) <= 0)
			test_nap();
	return NULL;
}

TEST_SPIN_PARK(close, works_in_a_host_that_reaps_all_children)
{
	struct rc_peer *peer;
	pthread_t reaper;
	uint32_t stop = 0;

	cr_assert_eq(pthread_create(&reaper, NULL, reap_all, &stop), 0);
	expect_life_and_death(way);
	cr_assert_eq(rc_open("worker:/bin/true", NULL, &peer), -ENOTCONN, "%s",
		     rc_error_last()->text);
	rc__store_release(&stop, 1);
	pthread_join(reaper, NULL);
}

static void on_signal(int signal)
{
	(void)signal;
}

static void *send_signals(void *argument)
{
	uint32_t *stop = argument;

	while (!rc__load_acquire(stop)) {
		kill(getpid(), SIGUSR1);
		test_nap();
	}
	return NULL;
}

TEST_ALL_WAYS(close, and_calls_work_in_a_host_that_gets_signals)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct rc_peer *peer;
	struct rc_client *client;
	pthread_t sender;
	uint32_t stop = 0;
	int64_t sum;

	/* Without SA_RESTART: every system call that waits ends with EINTR. */
	sigaction(SIGUSR1, &action, NULL);
	cr_assert_eq(pthread_create(&sender, NULL, send_signals, &stop), 0);
	for (int turn = 0; turn < 5; turn++) {
		peer = test_open(way, NULL);
		client = test_client(peer);
		for (int64_t call = 0; call < 2000; call++) {
			EXPECT_OK(kit_add(client, call, turn, &sum));
			cr_assert_eq(sum, call + turn);
		}
		test_close(peer, client);
	}
	rc__store_release(&stop, 1);
	pthread_join(sender, NULL);
}
