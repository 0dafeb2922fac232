/* SPDX-License-Identifier: MIT */
/*
 * threads_test.c - calls from all kinds of threads: none of them was made by Go.
 *
 * On cgo the Go function runs on such a thread, and Go keeps something for each until it exits.
 */
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"

enum {
	CALLS = 10,
	THREADS_WARM = 200,
	THREADS = 1000,
	/* What a runtime may grow by on its own; a leak a thread would be far more. */
	GROWTH_MAX = 50
};

static void run_thread(void *(*body)(void *argument), void *argument)
{
	pthread_t thread;

	cr_assert_eq(pthread_create(&thread, NULL, body, argument), 0);
	cr_assert_eq(pthread_join(thread, NULL), 0);
}

/* Each kind of call: plain, with parts, and asynchronous. */
static void call(struct rc_client *client)
{
	struct rc_str text = RC_STR("from any thread"), same;
	const struct rc_str *reply;
	uint64_t id = 0;
	int64_t sum;

	for (int64_t turn = 0; turn < CALLS; turn++) {
		EXPECT_OK(kit_add(client, turn, 2, &sum));
		cr_assert_eq(sum, turn + 2);
	}
	EXPECT_OK(kit_thread(client, &id));
	cr_assert_eq(id == (uint64_t)syscall(SYS_gettid), test_direct());
	EXPECT_OK(kit_text(client, text, &reply));
	same = *reply;
	cr_assert(same.len == text.len && !memcmp(same.ptr, text.ptr, text.len));
	rc_release(client, reply);
	EXPECT_OK(kit_add_async(client, 40, 2, NULL, NULL, NULL));
	cr_assert_eq(rc_wait(client, test_patience_ns()), 1);
}

/* A client of this thread's own. The lane of one that was closed may still be on its way back. */
static void *call_by_own_client(void *peer)
{
	struct rc_client *client = NULL;

	EXPECT_UNTIL(rc_client_open(peer, &client) == 0);
	call(client);
	rc_client_close(client);
	return NULL;
}

static void *call_by_client(void *client)
{
	call(client);
	return NULL;
}

/* Opens and closes everything by itself, so that Go may begin here. */
static void *call_by_own_peer(void *unused)
{
	struct rc_peer *peer = test_open(NULL, NULL);

	(void)unused;
	call_by_own_client(peer);
	test_close(peer, NULL);
	return NULL;
}

Test(threads, main_thread_calls, .timeout = 240)
{
	cr_assert_eq(syscall(SYS_gettid), getpid(), "this is not the main thread");
	call_by_own_peer(NULL);
}

Test(threads, other_thread_opens_calls_and_closes, .timeout = 240)
{
	run_thread(call_by_own_peer, NULL);
	run_thread(call_by_own_peer, NULL);
	call_by_own_peer(NULL);
}

static void run_threads(int count, struct rc_peer *peer, struct rc_client *client)
{
	for (int turn = 0; turn < count; turn++)
		if (turn % 2)
			run_thread(call_by_own_client, peer);
		else
			run_thread(call_by_client, client);
}

TEST_SPIN_PARK(threads, a_thousand_that_exit_leave_nothing_behind)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	struct test_census before, after;

	run_threads(THREADS_WARM, peer, client);
	test_census_take(&before);
	run_threads(THREADS, peer, client);
	test_census_take(&after);
	cr_assert_eq(after.descriptors, before.descriptors);
	cr_assert_eq(after.regions, before.regions);
	cr_assert_eq(after.children, before.children);
	cr_assert_leq(after.threads, before.threads + GROWTH_MAX, "%d threads, then %d",
		      before.threads, after.threads);
	cr_assert_leq(after.mappings, before.mappings + GROWTH_MAX, "%d mappings, then %d",
		      before.mappings, after.mappings);
	test_close(peer, client);
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct rc_peer *once_peer;
static struct rc_client *once_client;

static void open_once(void)
{
	once_peer = test_open(NULL, NULL);
	once_client = test_client(once_peer);
	call(once_client);
}

static void *call_after_once(void *unused)
{
	(void)unused;
	cr_assert_eq(pthread_once(&once, open_once), 0);
	return call_by_own_client(once_peer);
}

Test(threads, first_call_is_made_inside_of_pthread_once, .timeout = 240)
{
	pthread_t threads[4];

	for (size_t i = 0; i < 4; i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, call_after_once, NULL), 0);
	for (size_t i = 0; i < 4; i++)
		cr_assert_eq(pthread_join(threads[i], NULL), 0);
	/* The thread that opened this client has exited. */
	call(once_client);
	test_close(once_peer, once_client);
}

static void expect_mask(const sigset_t *wanted)
{
	sigset_t mask;

	cr_assert_eq(pthread_sigmask(SIG_SETMASK, NULL, &mask), 0);
	for (int number = 1; number <= SIGRTMAX; number++)
		cr_assert_eq(sigismember(&mask, number), sigismember(wanted, number), "signal %d",
			     number);
}

struct masked {
	struct rc_client *client;
	const sigset_t *mask;
};

/* The first that this thread, which has its creator's mask, has to do with the library. */
static void *call_masked(void *argument)
{
	const struct masked *masked = argument;

	expect_mask(masked->mask);
	call(masked->client);
	expect_mask(masked->mask);
	return NULL;
}

static void call_by_new_thread(struct rc_client *client, const sigset_t *mask)
{
	struct masked masked = { client, mask };

	run_thread(call_masked, &masked);
}

static const char *masked_endpoint;

/* The main thread has prepared the Go side: this one has never been in Go. */
static void *call_with_mask(void *mask)
{
	sigset_t set;

	cr_assert_eq(pthread_sigmask(SIG_SETMASK, mask, NULL), 0);
	/* As the system keeps it: some signals cannot be blocked. */
	cr_assert_eq(pthread_sigmask(SIG_SETMASK, NULL, &set), 0);
	for (int turn = 0; turn < 3; turn++) {
		struct rc_client *client;
		struct rc_peer *peer;

		EXPECT_OK(rc_open(masked_endpoint, NULL, &peer));
		expect_mask(&set);
		client = test_client(peer);
		expect_mask(&set);
		call(client);
		expect_mask(&set);
		call_by_new_thread(client, &set);
		test_close(peer, client);
		expect_mask(&set);
	}
	return NULL;
}

static void run_masked(sigset_t *mask)
{
	masked_endpoint = test_endpoint(TEST_KIT_WORKER);
	run_thread(call_with_mask, mask);
}

Test(threads, with_all_signals_blocked_call_and_keep_their_mask, .timeout = 240)
{
	sigset_t mask;

	sigfillset(&mask);
	run_masked(&mask);
}

Test(threads, with_some_signals_blocked_call_and_keep_their_mask, .timeout = 240)
{
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR1);
	sigaddset(&mask, SIGRTMIN + 3);
	run_masked(&mask);
}
