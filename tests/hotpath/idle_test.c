/* SPDX-License-Identifier: MIT */
/*
 * idle_test.c - a peer that nobody calls uses no CPU.
 *
 * The one test in which a time is part of the contract: less than 10 ms of CPU time of host and
 * worker together in 5 s of idleness.
 */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"

#define IDLE_NS (5 * TEST_NS_PER_S)
#define CPU_NS_MAX (10 * TEST_NS_PER_MS)

static void sleep_until(uint64_t deadline_ns)
{
	struct timespec deadline = { .tv_sec = (time_t)(deadline_ns / TEST_NS_PER_S),
				     .tv_nsec = (long)(deadline_ns % TEST_NS_PER_S) };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, NULL) == EINTR)
		;
}

TEST_SPIN_PARK(idle, peer_uses_no_cpu)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *clients[4];
	uint64_t before_ns, used_ns;
	int pid = rc_peer_pid(peer);
	int64_t sum;

	for (int i = 0; i < 4; i++)
		clients[i] = test_client(peer);
	for (int64_t call = 0; call < 20000; call++)
		EXPECT_OK(kit_add(clients[call % 4], call, 1, &sum));
	before_ns = test_cpu_ns(pid) + test_cpu_ns(getpid());
	sleep_until(rc_now_ns() + IDLE_NS);
	used_ns = test_cpu_ns(pid) + test_cpu_ns(getpid()) - before_ns;
	cr_assert_lt(used_ns, CPU_NS_MAX, "host and worker used %llu us of CPU in 5 s",
		     (unsigned long long)(used_ns / 1000));
	fprintf(stderr, "idle (%s): %llu us of CPU in 5 s\n", way->name,
		(unsigned long long)(used_ns / 1000));
	/* It is idle, not dead. */
	for (int i = 0; i < 4; i++) {
		EXPECT_OK(kit_add(clients[i], 40, 2, &sum));
		cr_assert_eq(sum, 42);
		rc_client_close(clients[i]);
	}
	test_close(peer, NULL);
}

TEST_SPIN_PARK(idle, host_that_waits_for_a_long_call_uses_no_cpu)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer), *other = test_client(peer);
	uint64_t before_ns, used_ns;
	int pid = rc_peer_pid(peer);

	EXPECT_OK(kit_hold_async(client, 1, NULL, NULL, NULL));
	before_ns = test_cpu_ns(pid) + test_cpu_ns(getpid());
	EXPECT_FAILS(rc_wait(client, rc_now_ns() + IDLE_NS), -ETIMEDOUT, RC_RAN_PERHAPS);
	used_ns = test_cpu_ns(pid) + test_cpu_ns(getpid()) - before_ns;
	cr_assert_lt(used_ns, CPU_NS_MAX, "host and worker used %llu us of CPU in 5 s",
		     (unsigned long long)(used_ns / 1000));
	EXPECT_OK(kit_open_gate(other, 1));
	rc_client_close(other);
	test_close(peer, client);
}

Test(idle, cpu_time_is_counted, .timeout = 240)
{
	struct rc_peer *peer = test_open(NULL, NULL);
	struct rc_client *client = test_client(peer);
	int pid = rc_peer_pid(peer);
	uint64_t host_ns = test_cpu_ns(getpid()), worker_ns = test_cpu_ns(pid);

	/* Calls use it on both sides, so the clocks that the tests above read do move. */
	EXPECT_UNTIL(kit_ping(client) == 0 && test_cpu_ns(getpid()) - host_ns > CPU_NS_MAX &&
		     test_cpu_ns(pid) - worker_ns > CPU_NS_MAX);
	test_close(peer, client);
}
