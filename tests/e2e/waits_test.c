/* SPDX-License-Identifier: MIT */
/*
 * waits_test.c - each way to make a call with each way to wait for it.
 *
 * The transport is KIT_ENDPOINT's, as in all tests of this folder, so this is the whole grid of
 * calls, waits and transports. A second thread opens the gate at which a handler is held when it
 * sees this one asleep, or, where it is to spin, after a moment. A round counts only when it waited
 * as its parameter says, which counters, the descriptor and completions tell; one that was
 * disturbed is made again.
 */
#include <criterion/parameterized.h>
#include <poll.h>
#include <pthread.h>
#include <ringcall/uring.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ring/atomic.h"
#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"

enum {
	ROUNDS = 8,
	DATA = 77,
	COLLECTED = 4,
	POLL_MS = 20000 /* far more than any machine needs; a lost wake-up ends here */
};

enum how_called {
	CALL_SYNC,
	CALL_CALLBACK, /* it has a callback */
	CALL_JOIN,     /* it has a handle: rc_call_wait() */
	CALL_COLLECT,  /* several, of which any may be the next to complete */
	CALLS
};

enum how_waited {
	WAIT_SPIN,
	WAIT_FUTEX,
	WAIT_EVENTFD,
	WAIT_URING,
	WAITS
};

static const char *const call_names[CALLS] = { "sync", "callback", "join", "collect" };
static const char *const wait_names[WAITS] = { "spin", "futex", "eventfd", "uring" };

struct grid {
	enum how_called call;
	enum how_waited wait;
};

/* Opens gates one by one, each when the test's thread sleeps, or after a moment if it spins. */
struct opener {
	struct rc_client *client;
	pthread_t thread;
	pid_t watched;
	bool spins;
	uint32_t wanted; /* gates up to this one are to be opened; atomic */
	uint32_t leave;  /* atomic */
};

/* What a test waits with. */
struct loop {
	struct grid grid;
	struct rc_client *client;
	struct opener opener;
	struct io_uring uring;
	int fd;
	bool slept;     /* the last turn did, until its descriptor or completion came */
	uint32_t gates; /* that were used */
};

/* What a callback got. */
struct landed {
	uint64_t value;
	int status;
	int runs;
};

static void *open_gates(void *argument)
{
	struct opener *opener = argument;
	uint32_t opened = 0;

	while (!rc__load_acquire(&opener->leave)) {
		bool wanted = opened < rc__load_acquire(&opener->wanted);

		test_nap();
		if (wanted && (opener->spins || test_asleep(opener->watched)))
			EXPECT_OK(kit_open_gate(opener->client, ++opened));
	}
	return NULL;
}

/* The value that a call at this gate has to give. */
static uint64_t value_at(uint32_t gate)
{
	return gate * UINT64_C(0x100000001);
}

/* Takes so many gates, which will open in this order; returns the first. */
static uint32_t take_gates(struct loop *loop, uint32_t count)
{
	loop->gates += count;
	return loop->gates - count + 1;
}

/* From here on gates may open. */
static void let_go(struct loop *loop)
{
	rc__store_release(&loop->opener.wanted, loop->gates);
}

static void sleep_on_fd(struct loop *loop)
{
	struct pollfd polled = { .fd = loop->fd, .events = POLLIN };
	int count;

	do
		count = poll(&polled, 1, POLL_MS);
	while (count < 0 && errno == EINTR);
	cr_assert_eq(count, 1, "a wake-up was lost");
	cr_assert_eq(polled.revents, POLLIN);
}

static void sleep_on_uring(struct loop *loop)
{
	struct __kernel_timespec patience = { .tv_sec = POLL_MS / 1000 };
	struct io_uring_cqe *cqe;
	int status;

	cr_assert_geq(io_uring_submit(&loop->uring), 0);
	do
		status = io_uring_wait_cqe_timeout(&loop->uring, &cqe, &patience);
	while (status == -EINTR);
	cr_assert_eq(status, 0, "a wake-up was lost: %s", strerror(-status));
	cr_assert_eq(cqe->user_data, DATA);
	io_uring_cqe_seen(&loop->uring, cqe);
}

static bool is_event_loop(const struct loop *loop)
{
	return loop->grid.wait == WAIT_EVENTFD || loop->grid.wait == WAIT_URING;
}

/* Arms as an event loop does before it sleeps. Whether it may sleep. */
static bool arm(struct loop *loop)
{
	int status = loop->grid.wait == WAIT_EVENTFD
			     ? rc_client_arm(loop->client)
			     : rc_uring_arm(loop->client, &loop->uring, DATA);

	cr_assert_geq(status, 0, "%s", rc_error_last()->text);
	return !status;
}

/* One turn of the loop. Returns how many calls completed. */
static int turn(struct loop *loop)
{
	int count;

	if (!is_event_loop(loop)) {
		count = rc_wait(loop->client, test_patience_ns());
	} else {
		loop->slept = arm(loop);
		if (loop->slept)
			(loop->grid.wait == WAIT_EVENTFD ? sleep_on_fd : sleep_on_uring)(loop);
		count = rc_poll(loop->client);
	}
	cr_assert_geq(count, 0, "%s", rc_error_last()->text);
	return count;
}

static void land(void *context, int status, const uint64_t *same)
{
	struct landed *landed = context;

	landed->runs++;
	landed->status = status;
	landed->value = status ? 0 : *same;
}

static void expect_landed(const struct landed *landed, uint32_t gate)
{
	cr_assert_eq(landed->runs, 1);
	cr_assert_eq(landed->status, 0);
	cr_assert_eq(landed->value, value_at(gate));
}

static void call_sync(struct loop *loop)
{
	uint32_t gate = take_gates(loop, 1);
	uint64_t same = 0;

	let_go(loop);
	EXPECT_OK(kit_slow_hold(loop->client, gate, value_at(gate), &same));
	cr_assert_eq(same, value_at(gate));
}

/* A synchronous call between arming and sleeping, as from what else the loop does. */
static void call_sync_within(struct loop *loop)
{
	struct landed landed = { .runs = 0 };
	uint32_t gate = take_gates(loop, 2);
	uint64_t same = 0;

	EXPECT_OK(kit_slow_hold_async(loop->client, gate + 1, value_at(gate + 1), land, &landed,
				      NULL));
	cr_assert(arm(loop));
	rc__store_release(&loop->opener.wanted, gate);
	EXPECT_OK(kit_slow_hold(loop->client, gate, value_at(gate), &same));
	cr_assert_eq(same, value_at(gate));
	cr_assert_eq(landed.runs, 0);
	let_go(loop);
	while (!landed.runs)
		turn(loop);
	expect_landed(&landed, gate + 1);
}

static void call_with_callback(struct loop *loop)
{
	struct landed landed = { .runs = 0 };
	uint32_t gate = take_gates(loop, 1);
	int count = 0;

	EXPECT_OK(kit_slow_hold_async(loop->client, gate, value_at(gate), land, &landed, NULL));
	let_go(loop);
	while (!landed.runs)
		count += turn(loop);
	cr_assert_eq(count, 1);
	expect_landed(&landed, gate);
}

static void call_and_join(struct loop *loop)
{
	uint32_t gate = take_gates(loop, 1);
	uint64_t same = 0, deadline_ns;
	struct rc_call call;
	int status;

	EXPECT_OK(kit_slow_hold_async(loop->client, gate, value_at(gate), NULL, NULL, &call));
	let_go(loop);
	do {
		/* What a loop wants to know is whether it is there. */
		if (is_event_loop(loop))
			cr_assert_eq(turn(loop), 0);
		deadline_ns = is_event_loop(loop) ? rc_now_ns() : test_patience_ns();
		status = kit_slow_hold_wait(&call, &same, deadline_ns);
	} while (is_event_loop(loop) && status == -ETIMEDOUT);
	cr_assert_eq(status, 0, "%s", rc_error_last()->text);
	cr_assert_eq(same, value_at(gate));
}

/* The last call has the first gate; nobody wants to hear of the third. */
static void call_and_collect(struct loop *loop)
{
	struct landed landed[COLLECTED] = { { .runs = 0 } };
	uint32_t gate = take_gates(loop, COLLECTED);
	int count = 0;

	for (uint32_t call = 0; call < COLLECTED; call++) {
		uint32_t at = gate + COLLECTED - 1 - call;

		EXPECT_OK(kit_slow_hold_async(loop->client, at, value_at(at),
					      call == 2 ? NULL : land, &landed[call], NULL));
	}
	let_go(loop);
	while (count < COLLECTED)
		count += turn(loop);
	cr_assert_eq(count, COLLECTED);
	cr_assert_eq(landed[2].runs, 0);
	for (uint32_t call = 0; call < COLLECTED; call++)
		if (call != 2)
			expect_landed(&landed[call], gate + COLLECTED - 1 - call);
}

/* Whether what was called was waited for as the parameter says. */
static bool waits(struct loop *loop)
{
	static void (*const calls[CALLS])(struct loop * loop) = { call_sync, call_with_callback,
								  call_and_join, call_and_collect };
	struct rc_stats before, after;
	bool parked;

	loop->slept = false;
	rc_client_set_deadline(loop->client, test_patience_ns());
	rc_client_stats(loop->client, &before);
	if (loop->grid.call == CALL_SYNC && is_event_loop(loop))
		call_sync_within(loop);
	else
		calls[loop->grid.call](loop);
	rc_client_stats(loop->client, &after);
	parked = after.host_parks > before.host_parks;
	if (loop->grid.wait == WAIT_SPIN)
		return !parked;
	return parked && loop->slept == is_event_loop(loop);
}

static bool one_cpu(void)
{
	cpu_set_t cpus;

	return !sched_getaffinity(0, sizeof(cpus), &cpus) && CPU_COUNT(&cpus) == 1;
}

/* False: this machine cannot wait so. */
static bool prepare(struct loop *loop)
{
	int status = 0;

	if (loop->grid.wait == WAIT_EVENTFD) {
		loop->fd = rc_client_fd(loop->client);
		cr_assert_geq(loop->fd, 0, "%s", rc_error_last()->text);
	}
	if (loop->grid.wait == WAIT_URING)
		status = io_uring_queue_init(8, &loop->uring, 0);
	if (status)
		fprintf(stderr, "skipped: io_uring_queue_init: %s\n", strerror(-status));
	else if (loop->grid.wait == WAIT_URING &&
		 rc__uring_way_of(loop->client, &loop->uring) == RC__URING_POLL)
		fprintf(stderr,
			"io_uring polls the descriptor: this kernel has no futexes in it\n");
	if (loop->grid.wait == WAIT_SPIN && one_cpu()) {
		fprintf(stderr, "skipped: with one CPU no wait spins\n");
		return false;
	}
	return !status;
}

static void run(struct loop *loop)
{
	struct rc_stats stats;
	int64_t sum;

	/* On cgo this one waits for nothing; the others have a deadline, and take the ring. */
	EXPECT_OK(kit_add(loop->client, 40, 2, &sum));
	cr_assert_eq(sum, 42);
	for (int round = 0; round < ROUNDS; round++)
		EXPECT_UNTIL(waits(loop));
	rc_client_stats(loop->client, &stats);
	cr_assert_eq(stats.host_late_wakes, 0);
	cr_assert_eq(stats.worker_late_wakes, 0);
	cr_assert_eq(stats.in_flight, 0);
	fprintf(stderr, "%s by %s: %d rounds\n", call_names[loop->grid.call],
		wait_names[loop->grid.wait], ROUNDS);
}

ParameterizedTestParameters(waits, each_call_is_waited_for_each_way)
{
	static struct grid grids[CALLS * WAITS];

	for (unsigned index = 0; index < CALLS * WAITS; index++)
		grids[index] = (struct grid){ index / WAITS, index % WAITS };
	return cr_make_param_array(struct grid, grids, CALLS * WAITS);
}

ParameterizedTest(struct grid *grid, waits, each_call_is_waited_for_each_way, .timeout = 240)
{
	struct rc_options options = { .spin_never = grid->wait == WAIT_FUTEX,
				      .spin_ns = grid->wait == WAIT_SPIN ? TEST_NS_PER_S : 0 };
	struct loop loop = { .grid = *grid,
			     .opener.watched = gettid(),
			     .opener.spins = grid->wait == WAIT_SPIN };
	struct rc_peer *peer;

	setenv("KIT_SLOW", "1", 1);
	peer = test_open(NULL, &options);
	loop.client = test_client(peer);
	loop.opener.client = test_client(peer);
	if (prepare(&loop)) {
		pthread_create(&loop.opener.thread, NULL, open_gates, &loop.opener);
		run(&loop);
		rc__store_release(&loop.opener.leave, 1);
		pthread_join(loop.opener.thread, NULL);
		if (grid->wait == WAIT_URING)
			io_uring_queue_exit(&loop.uring);
	}
	rc_client_close(loop.opener.client);
	test_close(peer, loop.client);
}
