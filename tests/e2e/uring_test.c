/* SPDX-License-Identifier: MIT */
/*
 * uring_test.c - a client in a loop on io_uring, by futexes and by its descriptor.
 *
 * What the kernel or the sandbox does not have is skipped, and said. TEST_PARKS in the environment
 * has the loop sleep so many times, for a run by hand.
 */
#include <pthread.h>
#include <ringcall/uring.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ring/atomic.h"
#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"

enum {
	TURNS = 400,
	DATA = 77
};

/* A loop's io_uring. False: there is none to be had. */
static bool open_uring(struct io_uring *uring, struct rc_client *client, enum rc__uring_way way)
{
	int status = io_uring_queue_init(16, uring, 0);

	if (status) {
		fprintf(stderr, "skipped: io_uring_queue_init: %s\n", strerror(-status));
		return false;
	}
	if (rc__uring_way_of(client, uring) == RC__URING_POLL && way == RC__URING_FUTEX) {
		fprintf(stderr, "skipped: this kernel's io_uring does not wait for futexes\n");
		io_uring_queue_exit(uring);
		return false;
	}
	rc__uring_way(client, way);
	return true;
}

static void count_pings(void *context, int status)
{
	*(int *)context += status == 0;
}

/* One turn of a loop that has nothing else to do. */
static void loop_once(struct rc_client *client, struct io_uring *uring)
{
	struct __kernel_timespec patience = { .tv_sec = 20 };
	struct io_uring_cqe *cqe;
	int status;

	if (rc_poll(client))
		return;
	status = rc_uring_arm(client, uring, DATA);
	cr_assert_geq(status, 0, "%s", rc_error_last()->text);
	if (!status) {
		cr_assert_geq(io_uring_submit(uring), 0);
		do
			status = io_uring_wait_cqe_timeout(uring, &cqe, &patience);
		while (status == -EINTR); /* a worker that ends is a signal */
		cr_assert_eq(status, 0, "a wake-up was lost: %s", strerror(-status));
		cr_assert_eq(cqe->user_data, DATA);
		io_uring_cqe_seen(uring, cqe);
	}
	cr_assert_geq(rc_poll(client), 0, "%s", rc_error_last()->text);
}

static void wake_each_time(const struct test_way *way, enum rc__uring_way uring_way)
{
	const char *wanted = getenv("TEST_PARKS");
	int turns = wanted ? atoi(wanted) : TURNS, runs = 0, sent = 0;
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	struct rc_stats stats;
	struct io_uring uring;

	if (open_uring(&uring, client, uring_way)) {
		for (int turn = 0; turn < turns; turn++) {
			int64_t sum;

			for (int call = 0; call <= turn % 3; call++, sent++)
				EXPECT_OK(kit_ping_async(client, count_pings, &runs, NULL));
			if (turn % 16 == 5) {
				/* A request waits already, and calls overtake it. */
				cr_assert_geq(rc_uring_arm(client, &uring, DATA), 0);
				EXPECT_OK(kit_add(client, turn, 1, &sum));
			}
			while (runs < sent)
				loop_once(client, &uring);
		}
		rc_client_stats(client, &stats);
		cr_assert_eq(stats.host_late_wakes, 0);
		cr_assert_gt(stats.host_parks, 0);
		io_uring_queue_exit(&uring);
	}
	test_close(peer, client);
}

TEST_ALL_WAYS(uring, wakes_a_loop_each_time_by_futexes)
{
	wake_each_time(way, RC__URING_FUTEX);
}

TEST_ALL_WAYS(uring, wakes_a_loop_each_time_by_the_descriptor)
{
	wake_each_time(way, RC__URING_POLL);
}

/* One that no call has used: gates stay open. */
static uint64_t new_gate(void)
{
	static uint64_t gate = 100;

	return ++gate;
}

/* A thread that waits for a call of the client that the loop waits for, too. */
struct waiter {
	struct rc_call call;
	uint32_t thread_id; /* atomic */
	int status;
};

static void *wait_for_call(void *argument)
{
	struct waiter *waiter = argument;

	rc__store_release(&waiter->thread_id, (uint32_t)gettid());
	waiter->status = rc_call_wait(&waiter->call, NULL, RC_FOREVER);
	return NULL;
}

/* Has a thread sleep for the armed client, and wakes it while no word changes: what io_uring waits
 * for is woken, too. */
static void wake_a_waiter(struct rc_client *client, struct io_uring *uring, uint64_t gate)
{
	struct waiter waiter = { .status = 1 };
	struct io_uring_cqe *cqe;
	pthread_t thread;

	EXPECT_OK(kit_hold_async(client, gate, NULL, NULL, &waiter.call));
	cr_assert_eq(rc_uring_arm(client, uring, DATA), 0);
	cr_assert_geq(io_uring_submit(uring), 0);
	cr_assert_eq(pthread_create(&thread, NULL, wait_for_call, &waiter), 0);
	EXPECT_UNTIL(rc__load_acquire(&waiter.thread_id) &&
		     test_asleep((int)rc__load_acquire(&waiter.thread_id)));
	cr_assert_eq(rc_poll(client), 0);
	EXPECT_OK(rc_call_cancel(&waiter.call));
	pthread_join(thread, NULL);
	cr_assert_eq(waiter.status, -ECANCELED);
	while (!io_uring_peek_cqe(uring, &cqe))
		io_uring_cqe_seen(uring, cqe);
}

static void go_on_after_a_waiter(const struct test_way *way, enum rc__uring_way uring_way)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer), *opener = test_client(peer);
	uint64_t gate = new_gate(), waiters_gate = new_gate();
	struct io_uring uring;
	int runs = 0;

	if (open_uring(&uring, client, uring_way)) {
		EXPECT_OK(kit_hold_async(client, gate, count_pings, &runs, NULL));
		wake_a_waiter(client, &uring, waiters_gate);
		cr_assert_eq(rc_uring_arm(client, &uring, DATA), 0);
		cr_assert_geq(io_uring_submit(&uring), 0);
		EXPECT_OK(kit_open_gate(opener, gate));
		while (!runs)
			loop_once(client, &uring);
		EXPECT_OK(kit_open_gate(opener, waiters_gate));
		io_uring_queue_exit(&uring);
	}
	rc_client_close(opener);
	test_close(peer, client);
}

TEST_SPIN_PARK(uring, wakes_a_loop_after_a_thread_that_waited)
{
	go_on_after_a_waiter(way, RC__URING_FUTEX);
	go_on_after_a_waiter(way, RC__URING_POLL);
}

/* A call that ends between arming and submission, by its deadline: no word has changed. */
static void time_out_unsubmitted(const struct test_way *way, enum rc__uring_way uring_way)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer), *opener = test_client(peer);
	struct __kernel_timespec patience = { .tv_sec = 20 };
	uint64_t gate = new_gate(), later = new_gate();
	struct io_uring_cqe *cqe;
	struct io_uring uring;
	int runs = 0;

	if (open_uring(&uring, client, uring_way)) {
		EXPECT_OK(kit_hold_async(client, gate, count_pings, &runs, NULL));
		while (rc_uring_arm(client, &uring, DATA))
			cr_assert_eq(rc_poll(client), 0);
		rc_client_set_deadline(client, test_in_ms(1));
		EXPECT_FAILS(kit_hold(client, later), -ETIMEDOUT, RC_RAN_PERHAPS);
		cr_assert_geq(io_uring_submit(&uring), 0);
		EXPECT_OK(kit_open_gate(opener, gate));
		cr_assert_eq(io_uring_wait_cqe_timeout(&uring, &cqe, &patience), 0,
			     "a wake-up was lost");
		while (!runs)
			cr_assert_geq(rc_wait(client, test_patience_ns()), 0);
		EXPECT_OK(kit_open_gate(opener, later));
		io_uring_queue_exit(&uring);
	}
	rc_client_close(opener);
	test_close(peer, client);
}

TEST_SPIN_PARK(uring, wakes_a_loop_whose_client_was_used_before_it_slept)
{
	time_out_unsubmitted(way, RC__URING_FUTEX);
	time_out_unsubmitted(way, RC__URING_POLL);
}

static void end_when_the_worker_dies(const struct test_way *way, enum rc__uring_way uring_way)
{
	struct rc_peer *peer;
	struct rc_client *client;
	struct io_uring uring;
	struct rc_stats stats;
	int runs = 0;

	if (test_in_process())
		return;
	peer = test_open(way, NULL);
	client = test_client(peer);
	if (open_uring(&uring, client, uring_way)) {
		EXPECT_OK(kit_hold_async(client, 1, count_pings, &runs, NULL));
		while (rc_uring_arm(client, &uring, DATA))
			rc_poll(client);
		kill(rc_peer_pid(peer), SIGKILL);
		do {
			loop_once(client, &uring);
			rc_client_stats(client, &stats);
		} while (stats.in_flight);
		cr_assert_eq(runs, 0);
		io_uring_queue_exit(&uring);
	}
	rc_client_close(client);
	rc_close(peer, test_patience_ns());
}

TEST_SPIN_PARK(uring, ends_when_the_worker_dies)
{
	end_when_the_worker_dies(way, RC__URING_FUTEX);
	end_when_the_worker_dies(way, RC__URING_POLL);
}
