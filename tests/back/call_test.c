/* SPDX-License-Identifier: MIT */
/* call_test.c - Go handlers call the host's functions: values, errors, many at once. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ring/atomic.h"
#include "tests/back/host.h"
#include "tests/testutil/expect.h"
#include "tests/testutil/tree.h"

enum {
	TREES = 60,
	GOROUTINES = 8,
	CALLS = 100,
	CLIENTS = 3
};

TEST_ALL_WAYS(host_call, carries_every_type_there_and_back)
{
	struct host host = { 0 };
	struct rc_peer *peer = host_open(way, NULL, &host);
	struct rc_client *client = test_client(peer);
	struct test_arena arena = test_arena_create(1 << 20);
	struct test_random random = { 7 };

	for (int turn = 0; turn < TREES; turn++) {
		const struct kit_tree *same;
		struct kit_tree tree;

		test_tree_make(&random, &arena, (size_t)1 << turn % 16, &tree);
		EXPECT_OK(back_echo(client, &tree, &same));
		cr_assert_null(test_tree_difference(&tree, same), "tree %d: %s", turn,
			       test_tree_difference(&tree, same));
		rc_release(client, same);
	}
	cr_assert_eq(host.calls, TREES);
	test_arena_destroy(&arena);
	test_close(peer, client);
}

TEST_ALL_WAYS(host_call, of_any_size_fits)
{
	struct host host = { 0 };
	struct rc_peer *peer = host_open(way, NULL, &host);
	struct rc_client *client = test_client(peer);
	struct kit_block bumped, block = { .words = { 1, 2 } };
	char *bytes = malloc(1 << 20);
	int64_t sum;

	EXPECT_OK(back_add(client, 40, 2, &sum));
	cr_assert_eq(sum, 42);
	EXPECT_OK(back_bump(client, &block, &bumped));
	cr_assert(bumped.words[0] == 2 && bumped.words[1] == 3 && bumped.words[31] == 1);
	for (size_t length = 0; length <= 1 << 20; length = length * 3 + 7) {
		struct rc_str text = { bytes, length };
		const struct rc_str *same;

		memset(bytes, 'a' + (int)(length % 26), length);
		EXPECT_OK(back_text(client, text, &same));
		cr_assert_eq(same->len, length);
		cr_assert(!length || !memcmp(same->ptr, bytes, length));
		rc_release(client, same);
	}
	free(bytes);
	test_close(peer, client);
}

/* What Go saw of the end of a call. */
static void expect_end(struct rc_client *client, const struct back_end *end, int code, int error,
		       const char *text)
{
	cr_assert(end->code == code && end->error == error, "code %d, error %d: %.*s", end->code,
		  end->error, RC_STR_ARG(end->text));
	cr_assert(!*text || memmem(end->text.ptr, end->text.len, text, strlen(text)), "%.*s",
		  RC_STR_ARG(end->text));
	rc_release(client, end);
}

TEST_ALL_WAYS(host_call, that_fails_says_why)
{
	struct host host = { 0 };
	struct rc_peer *peer = host_open(way, NULL, &host);
	struct rc_client *client = test_client(peer);
	const struct back_end *end;

	EXPECT_OK(back_fail(client, -ENOENT, (struct rc_str)RC_STR("no such thing"), &end));
	expect_end(client, end, -ENOENT, 0, "no such thing");
	EXPECT_OK(back_fail(client, 7, (struct rc_str){ NULL, 0 }, &end));
	expect_end(client, end, 7, 0, "");
	EXPECT_OK(back_fail(client, 0, (struct rc_str){ NULL, 0 }, &end));
	expect_end(client, end, 0, 0, "");
	EXPECT_OK(back_missing(client, &end));
	expect_end(client, end, 0, ENOSYS, "does not serve \"back_missing\"");
	test_close(peer, client);
}

TEST_ALL_WAYS(host_call, of_eight_goroutines_at_once_get_their_own_replies)
{
	struct host host = { 0 };
	struct rc_peer *peer = host_open(way, NULL, &host);
	struct rc_client *client = test_client(peer);
	uint64_t sum;

	EXPECT_OK(back_crowd(client, GOROUTINES, CALLS, &sum));
	cr_assert_eq(host.calls, GOROUTINES * CALLS);
	cr_assert_eq(sum, CALLS * GOROUTINES * (GOROUTINES - 1) / 2 +
				  GOROUTINES * CALLS * (CALLS - 1) / 2);
	EXPECT_OK(back_notes(client, 1000));
	EXPECT_UNTIL(back_ping(client) == 0 && host.notes == 1000);
	cr_assert_eq(host.noted, 1000 * 999 / 2);
	test_close(peer, client);
}

/* One host thread with a client of its own. */
static void *run_client(void *argument)
{
	struct host *host = argument;
	struct rc_client *client = test_client(host->peer);
	uint64_t sum;

	for (int turn = 0; turn < 5; turn++) {
		EXPECT_OK(back_crowd(client, 4, CALLS / 5, &sum));
		EXPECT_OK(back_series(client, CALLS / 5, &sum));
	}
	rc_client_close(client);
	return NULL;
}

TEST_SPIN_PARK(host_call, of_several_clients_run_on_their_threads)
{
	struct host host = { 0 };
	struct rc_peer *peer = host_open(way, NULL, &host);
	pthread_t threads[CLIENTS];

	for (int i = 0; i < CLIENTS; i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, run_client, &host), 0);
	for (int i = 0; i < CLIENTS; i++)
		pthread_join(threads[i], NULL);
	cr_assert_eq(host.calls, CLIENTS * 5 * CALLS);
	test_close(peer, NULL);
}

TEST_SPIN_PARK(host_call, of_a_goroutine_without_a_handler_is_served)
{
	struct host host = { 0 };
	struct rc_peer *peer = host_open(way, NULL, &host);
	struct rc_client *client = test_client(peer);
	uint64_t sum = 0;

	EXPECT_OK(back_start(client, CALLS));
	while (host.calls < CALLS)
		cr_assert_gt(rc_serve(client, test_patience_ns()), 0, "%s", rc_error_last()->text);
	EXPECT_FAILS(rc_serve(client, rc_now_ns()), -ETIMEDOUT, RC_RAN_PERHAPS);
	cr_assert_eq(rc_wait(client, RC_FOREVER), 0, "nothing is in flight");
	EXPECT_OK(back_start(client, CALLS));
	EXPECT_UNTIL(rc_poll(client) >= 0 && host.calls == 2 * CALLS);
	EXPECT_UNTIL(back_done(client, &sum) == 0 && sum == (uint64_t)CALLS * (CALLS + 1));
	test_close(peer, client);
}

/* Serves the calls that come to host->client, beginning before anything is offered. */
static void *serve_asleep(void *argument)
{
	struct host *host = argument;

	rc__store_release(&host->thread_id, (uint32_t)gettid());
	while (host_calls(host) < CALLS)
		cr_assert_gt(rc_serve(host->client, test_patience_ns()), 0, "%s",
			     rc_error_last()->text);
	return NULL;
}

TEST_SPIN_PARK(host_call, wakes_a_thread_that_slept_before_anything_was_offered)
{
	struct host host = { 0 };
	struct rc_peer *peer = host_start(way, NULL, &host);
	struct rc_client *client;
	struct rc_stats stats;
	pthread_t thread;

	host.client = test_client(peer); /* calls of no handler take the first */
	client = test_client(peer);
	cr_assert_eq(pthread_create(&thread, NULL, serve_asleep, &host), 0);
	EXPECT_UNTIL(rc__load_acquire(&host.thread_id) && test_asleep((int)host.thread_id));
	host_offer(&host);
	EXPECT_OK(back_start(client, CALLS));
	pthread_join(thread, NULL);
	rc_client_stats(host.client, &stats);
	cr_assert_eq(stats.host_late_wakes, 0);
	rc_client_close(host.client);
	test_close(peer, client);
}

TEST_SPIN_PARK(host_call, is_run_by_a_thread_of_the_library_that_was_asked_for)
{
	struct rc_options options = { .host_thread = 1, .clients_max = 2 };
	struct host host = { 0 };
	struct rc_peer *peer = host_open(way, &options, &host);
	struct rc_client *client = test_client(peer), *other = test_client(peer), *third;
	uint32_t reached = 0;
	uint64_t sum;

	EXPECT_FAILS(rc_client_open(peer, &third), -EAGAIN, RC_RAN_NO);
	EXPECT_OK(back_start(client, CALLS));
	EXPECT_UNTIL(host_calls(&host) == CALLS);
	EXPECT_OK(back_crowd(other, GOROUTINES, CALLS, &sum));
	cr_assert_neq(host_thread(&host), (uint64_t)pthread_self());
	EXPECT_OK(back_dive(client, 32, &reached));
	cr_assert_eq(reached, 32);
	rc_client_close(other);
	test_close(peer, client);
}
