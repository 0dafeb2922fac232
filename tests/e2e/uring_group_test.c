/* SPDX-License-Identifier: MIT */
/*
 * uring_group_test.c - clients that a loop on io_uring waits for together, by futexes and by their
 * descriptors.
 *
 * What the kernel or the sandbox does not have is skipped, and said.
 */
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ring/atomic.h"
#include "tests/e2e/uring_loop.h"

enum {
	TURNS = 120
};

/* Both ways to wait, each with a loop of its own. */
#define EACH_WAY(body, ...)                                                                        \
	do {                                                                                       \
		struct loop loop_;                                                                 \
		for (int way_ = RC__URING_FUTEX; way_ <= RC__URING_POLL; way_++)                   \
			if (open_loop(&loop_, (enum rc__uring_way)way_)) {                         \
				body(&loop_, __VA_ARGS__);                                         \
				close_loop(&loop_);                                                \
			}                                                                          \
	} while (0)

static void wake_for_any(struct loop *loop, struct rc_peer *const peers[PEERS])
{
	struct test_random random = { 7 };
	struct rc_client *clients[MANY];
	int sent = 0;

	open_clients(loop, peers, clients, MANY);
	for (int turn = 0; turn < TURNS; turn++) {
		/* Mostly one client alone, so that another's wake-up does not do for its own. */
		uint64_t busy = turn % 4 ? 1 : 1 + test_random_below(&random, FEW);

		for (uint64_t call = 0; call < busy; call++, sent++)
			EXPECT_OK(kit_ping_async(clients[test_random_below(&random, MANY)], landed,
						 loop, NULL));
		run_until(loop, sent);
	}
	for (int index = 0; index < MANY; index++) {
		struct rc_stats stats;

		rc_client_stats(clients[index], &stats);
		cr_assert_eq(stats.host_late_wakes, 0);
		cr_assert_eq(stats.in_flight, 0);
		rc_client_close(clients[index]);
	}
}

TEST_SPIN_PARK(uring_group, wakes_the_loop_for_any_client)
{
	struct rc_peer *peers[PEERS];

	open_peers(way, peers);
	EACH_WAY(wake_for_any, peers);
	close_peers(peers);
}

/* How many entries arming adds to the submission queue. */
static unsigned entries_to_arm(struct loop *loop)
{
	unsigned before = io_uring_sq_ready(&loop->uring);

	arm(loop);
	return io_uring_sq_ready(&loop->uring) - before;
}

static void make_few_requests(struct loop *loop, struct rc_peer *const peers[PEERS])
{
	bool futex = loop->group.way == RC__URING_FUTEX;
	struct rc_client *clients[MANY];
	int taken = 0;

	open_clients(loop, peers, clients, RC__BATCH_CLIENTS);
	cr_assert_eq(entries_to_arm(loop), futex ? 1 : RC__BATCH_CLIENTS);
	cr_assert_eq(entries_to_arm(loop), 0, "nothing has changed");
	cr_assert_geq(io_uring_submit(&loop->uring), 0);
	if (!futex) /* a worker writes each descriptor once when it comes */
		EXPECT_UNTIL((taken += take_completions(loop)) == RC__BATCH_CLIENTS);
	for (int index = RC__BATCH_CLIENTS; index < MANY; index++) {
		clients[index] = test_client(peers[0]);
		EXPECT_OK(rc_uring_group_add(&loop->group, clients[index]));
	}
	if (futex) {
		cr_assert_eq(entries_to_arm(loop), 1, "the first batch waits already");
		cr_assert_geq(io_uring_submit(&loop->uring), 0);

		/* Read by a loop that is awake, so that no wake-up comes: it waits for nothing. */
		cr_assert_eq(rc_uring_group_poll(&loop->group), 0);
		EXPECT_OK(kit_ping_async(clients[3], landed, loop, NULL));
		EXPECT_UNTIL(rc_uring_group_poll(&loop->group) == 1);
		cr_assert_eq(take_completions(loop), 0);
		cr_assert_eq(entries_to_arm(loop), 2, "one to end it, one in its place");
		cr_assert_geq(io_uring_submit(&loop->uring), 0);
		EXPECT_UNTIL((taken += take_completions(loop)) == 1);
		cr_assert_eq(entries_to_arm(loop), 0, "nothing has changed");
	}
	for (int index = 0; index < MANY; index++)
		rc_client_close(clients[index]);
}

Test(uring_group, makes_one_request_for_63_clients_and_none_again, .timeout = 240)
{
	struct rc_peer *peers[PEERS];

	open_peers(NULL, peers);
	EACH_WAY(make_few_requests, peers);
	close_peers(peers);
}

/* Sleeps until a call of this client has landed that another client lets go. */
static void expect_woken(struct loop *loop, struct rc_client *client, struct rc_client *opener)
{
	uint64_t gate = new_gate();
	int runs = loop->runs;

	EXPECT_OK(kit_hold_async(client, gate, landed, loop, NULL));
	arm(loop);
	cr_assert_geq(io_uring_submit(&loop->uring), 0);
	EXPECT_OK(kit_open_gate(opener, gate));
	run_until(loop, runs + 1);
}

static void let_clients_go(struct loop *loop, const struct test_way *way)
{
	struct rc_peer *peers[PEERS];
	struct rc_client *clients[FEW], *opener;

	open_peers(way, peers);
	opener = test_client(peers[0]);
	open_clients(loop, peers, clients, FEW);
	EXPECT_FAILS(rc_uring_group_add(&loop->group, clients[0]), -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("this group", "rc_uring_group_remove");
	EXPECT_FAILS(rc_uring_arm(clients[0], &loop->uring, 1), -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("rc_uring_group_arm");
	expect_woken(loop, clients[2], opener);

	/* The loop sleeps for them all when one goes, and so does its peer's memory. */
	arm(loop);
	cr_assert_geq(io_uring_submit(&loop->uring), 0);
	rc_client_close(clients[1]);
	rc_client_close(clients[3]);
	test_close(peers[1], NULL);
	sleep_once(loop);
	expect_woken(loop, clients[4], opener);

	arm(loop);
	rc_uring_group_remove(&loop->group, clients[2]);
	rc_uring_group_remove(&loop->group, clients[2]);
	expect_woken(loop, clients[0], opener);
	EXPECT_OK(rc_uring_group_add(&loop->group, clients[2]));
	expect_woken(loop, clients[2], opener);

	rc_client_close(clients[0]);
	rc_client_close(clients[2]);
	rc_client_close(clients[4]);
	rc_uring_group_poll(&loop->group);
	rc_client_close(opener);
	test_close(peers[0], NULL);
}

TEST_SPIN_PARK(uring_group, lets_clients_go_and_come)
{
	EACH_WAY(let_clients_go, way);
}

/* Nothing is to be done for the dead: the loop may sleep, and what woke it for them, the thread of
 * the library that had watched the worker, ends. */
static void expect_peace(struct loop *loop, int threads)
{
	EXPECT_UNTIL((arm(loop), io_uring_submit(&loop->uring) >= 0) &&
		     (take_completions(loop), test_count_entries("/proc/self/task")) == threads);
}

static void outlive_a_worker(struct loop *loop, const struct test_way *way, bool called)
{
	struct rc_peer *peers[PEERS];
	struct rc_client *clients[FEW], *opener, *outside;
	int threads;

	open_peers(way, peers);
	threads = test_count_entries("/proc/self/task") - 1;
	opener = test_client(peers[0]);
	outside = test_client(peers[1]);
	open_clients(loop, peers, clients, FEW);
	if (called)
		EXPECT_OK(kit_hold_async(clients[1], new_gate(), landed, loop, NULL));
	arm(loop);
	cr_assert_geq(io_uring_submit(&loop->uring), 0);
	kill(rc_peer_pid(peers[1]), SIGKILL);
	if (called)
		run_until(loop, loop->runs + 1);
	else
		EXPECT_UNTIL(kit_ping_async(outside, NULL, NULL, NULL) == -ENOTCONN);
	expect_peace(loop, threads);
	expect_woken(loop, clients[2], opener);

	for (int index = 0; index < FEW; index++)
		rc_client_close(clients[index]);
	rc_client_close(opener);
	rc_client_close(outside);
	test_close(peers[0], NULL);
	rc_close(peers[1], test_patience_ns());
}

TEST_SPIN_PARK(uring_group, waits_on_when_a_worker_dies)
{
	if (test_in_process())
		return;
	EACH_WAY(outlive_a_worker, way, true);
	EACH_WAY(outlive_a_worker, way, false);
}

/* A thread that waits for a call of a client that the loop waits for, too. */
struct waiter {
	pthread_t thread;
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

/* Makes a call at this gate, and a thread that sleeps for it. */
static void start_waiter(struct waiter *waiter, struct rc_client *client, uint64_t gate)
{
	*waiter = (struct waiter){ .status = 1 };
	EXPECT_OK(kit_hold_async(client, gate, NULL, NULL, &waiter->call));
	cr_assert_eq(pthread_create(&waiter->thread, NULL, wait_for_call, waiter), 0);
	EXPECT_UNTIL(rc__load_acquire(&waiter->thread_id) &&
		     test_asleep((int)rc__load_acquire(&waiter->thread_id)));
}

/*
 * A thread sleeps for a client that is armed, and is woken while no word changes: the loop's
 * request goes with it. `disarmed`: the loop is awake then.
 */
static void wake_a_waiter(struct loop *loop, struct rc_client *client, struct rc_client *opener,
			  bool disarmed)
{
	uint64_t gate = new_gate(), waiters_gate = new_gate();
	int runs = loop->runs;
	struct waiter waiter;

	EXPECT_OK(kit_hold_async(client, gate, landed, loop, NULL));
	start_waiter(&waiter, client, waiters_gate);
	arm(loop);
	cr_assert_geq(io_uring_submit(&loop->uring), 0);
	if (disarmed)
		cr_assert_eq(rc_uring_group_poll(&loop->group), 0);
	EXPECT_OK(rc_call_cancel(&waiter.call));
	pthread_join(waiter.thread, NULL);
	cr_assert_eq(waiter.status, -ECANCELED);
	take_completions(loop);
	arm(loop);
	cr_assert_geq(io_uring_submit(&loop->uring), 0);
	EXPECT_OK(kit_open_gate(opener, gate));
	run_until(loop, runs + 1);
	EXPECT_OK(kit_open_gate(opener, waiters_gate));
}

/* A call that ends between arming and submission, by its deadline: no word has changed. */
static void time_out_unsubmitted(struct loop *loop, struct rc_client *client,
				 struct rc_client *opener)
{
	uint64_t gate = new_gate(), later = new_gate();
	int runs = loop->runs;

	EXPECT_OK(kit_hold_async(client, gate, landed, loop, NULL));
	arm(loop);
	rc_client_set_deadline(client, test_in_ms(1));
	EXPECT_FAILS(kit_hold(client, later), -ETIMEDOUT, RC_RAN_PERHAPS);
	rc_client_set_deadline(client, RC_FOREVER);
	cr_assert_geq(io_uring_submit(&loop->uring), 0);
	EXPECT_OK(kit_open_gate(opener, gate));
	sleep_once(loop); /* it did not arm again, so what it has is to wake it */
	run_until(loop, runs + 1);
	EXPECT_OK(kit_open_gate(opener, later));
}

static void share_with_threads(struct loop *loop, const struct test_way *way)
{
	struct rc_peer *peers[PEERS];
	struct rc_client *clients[FEW], *opener;

	open_peers(way, peers);
	opener = test_client(peers[0]);
	open_clients(loop, peers, clients, FEW);
	time_out_unsubmitted(loop, clients[2], opener);
	wake_a_waiter(loop, clients[0], opener, false);
	wake_a_waiter(loop, clients[0], opener, true);
	for (int index = 0; index < FEW; index++)
		rc_client_close(clients[index]);
	rc_client_close(opener);
	close_peers(peers);
}

TEST_SPIN_PARK(uring_group, is_shared_with_other_threads)
{
	EACH_WAY(share_with_threads, way);
}

/* The words that the last request of the queue waits for. */
static const struct rc_uring_wait *last_waits(const struct loop *loop)
{
	const struct io_uring_sq *sq = &loop->uring.sq;

	return (const void *)(uintptr_t)sq->sqes[(sq->sqe_tail - 1) & sq->ring_mask].addr;
}

Test(uring_group, makes_another_request_when_one_was_woken_for_nothing, .timeout = 240)
{
	struct rc_peer *peers[PEERS];
	struct rc_client *clients[FEW];
	struct loop loop;

	if (!open_loop(&loop, RC__URING_FUTEX))
		return;
	open_peers(NULL, peers);
	open_clients(&loop, peers, clients, FEW);
	arm(&loop);
	for (int word = 0; word < 1 + 2 * FEW; word++) {
		void *address = (void *)(uintptr_t)last_waits(&loop)[word].address;

		cr_assert_geq(io_uring_submit(&loop.uring), 0);
		cr_assert_eq(syscall(SYS_futex, address, FUTEX_WAKE, 1, NULL, NULL, 0), 1);
		sleep_once(&loop);
		cr_assert_eq(entries_to_arm(&loop), 1);
	}
	expect_woken(&loop, clients[0], clients[2]);
	for (int index = 0; index < FEW; index++)
		rc_client_close(clients[index]);
	close_peers(peers);
	close_loop(&loop);
}
