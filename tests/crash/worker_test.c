/* SPDX-License-Identifier: MIT */
/* worker_test.c - a worker that dies costs its calls, each with one outcome, and nothing else. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "ring/atomic.h"
#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"
#include "tests/testutil/tree.h"

/* How often each outcome was met. */
struct outcomes {
	int runs;
	int status;
	enum rc_ran ran;
	char text[512];
};

static void note_outcome(void *context, int status)
{
	struct outcomes *outcomes = context;

	outcomes->runs++;
	outcomes->status = status;
	if (!status)
		return;
	outcomes->ran = rc_error_last()->ran;
	snprintf(outcomes->text, sizeof(outcomes->text), "%s", rc_error_last()->text);
}

/* Closes a peer whose worker is dead. */
static void close_dead(struct rc_peer *peer, struct rc_client *client)
{
	rc_client_close(client);
	EXPECT_OK(rc_close(peer, RC_FOREVER));
}

/* The worker ends by its own doing, in the middle of a synchronous call. */
static void expect_death(const struct test_way *way, enum kit_death how, const char *word)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer), *more;
	int64_t sum;

	EXPECT_OK(kit_add(client, 1, 2, &sum));
	EXPECT_FAILS(kit_die(client, how), -ECONNRESET, RC_RAN_PERHAPS);
	EXPECT_SAYS("kit.die", "died", word);
	for (int call = 0; call < 3; call++) {
		EXPECT_FAILS(kit_add(client, 1, 2, &sum), -ENOTCONN, RC_RAN_NO);
		EXPECT_SAYS("kit.add", "gone", word);
		EXPECT_FAILS(kit_note(client, 1), -ENOTCONN, RC_RAN_NO);
		EXPECT_FAILS(kit_ping_async(client, NULL, NULL, NULL), -ENOTCONN, RC_RAN_NO);
	}
	EXPECT_FAILS(rc_client_open(peer, &more), -ENOTCONN, RC_RAN_NO);
	EXPECT_SAYS("gone", word);
	cr_assert_eq(rc_peer_pid(peer), 0);
	close_dead(peer, client);
}

TEST_ALL_WAYS(worker, that_exits_is_named_with_its_status)
{
	expect_death(way, KIT_EXIT, "exit status 7");
}

TEST_ALL_WAYS(worker, that_is_killed_is_named_with_its_signal)
{
	expect_death(way, KIT_KILL, "signal 9");
}

TEST_SPIN_PARK(worker, that_faults_is_named_with_its_status)
{
	expect_death(way, KIT_FAULT, "exit status 2");
}

TEST_SPIN_PARK(worker, that_panics_outside_of_a_handler_is_named_with_its_status)
{
	expect_death(way, KIT_PANIC, "exit status 2");
}

TEST_SPIN_PARK(worker, killed_between_calls_fails_the_next_one)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	int status;

	EXPECT_OK(kit_ping(client));
	cr_assert_eq(kill(rc_peer_pid(peer), SIGKILL), 0);
	/* The request may be written before the death is known; it was not taken then. */
	status = kit_ping(client);
	cr_assert(status == -ENOTCONN || status == -ECONNRESET || !status, "%d", status);
	EXPECT_UNTIL(kit_ping(client) == -ENOTCONN);
	close_dead(peer, client);
}

TEST_SPIN_PARK(worker, killed_in_a_call_resets_it_and_refuses_those_behind)
{
	struct test_way ordered = { .name = way->name, .park = way->park, .ordered = true };
	struct rc_peer *peer = test_open(&ordered, NULL);
	struct rc_client *client = test_client(peer), *other = test_client(peer);
	struct outcomes held = { 0 }, behind[50] = { { 0 } };
	uint64_t count = 0;
	int done = 0;

	EXPECT_OK(kit_hold_async(client, 1, note_outcome, &held, NULL));
	EXPECT_UNTIL(kit_held(other, 1, &count) == 0 && count == 1);
	for (int call = 0; call < 50; call++)
		EXPECT_OK(kit_ping_async(client, note_outcome, &behind[call], NULL));
	cr_assert_eq(kill(rc_peer_pid(peer), SIGKILL), 0);
	while (done < 51) {
		int completed = rc_wait(client, test_patience_ns());

		cr_assert_gt(completed, 0, "%s", rc_error_last()->text);
		done += completed;
	}
	cr_assert_eq(rc_wait(client, RC_FOREVER), 0);
	cr_assert_eq(held.runs, 1);
	cr_assert_eq(held.status, -ECONNRESET);
	cr_assert_eq(held.ran, RC_RAN_PERHAPS);
	cr_assert_not_null(strstr(held.text, "signal 9"), "%s", held.text);
	for (int call = 0; call < 50; call++) {
		cr_assert_eq(behind[call].runs, 1, "callback %d", call);
		cr_assert_eq(behind[call].status, -ENOTCONN, "%s", behind[call].text);
		cr_assert_eq(behind[call].ran, RC_RAN_NO);
	}
	rc_client_close(other);
	close_dead(peer, client);
}

/* What each thread does until the worker is gone. */
enum work {
	WORK_SYNC,
	WORK_TREES,
	WORK_ASYNC,
	WORK_HOLD,
	WORK_ONE_WAY,
	WORK_KINDS
};

struct caller {
	pthread_t thread;
	struct rc_peer *peer;
	enum work work;
	uint32_t calls; /* atomic */
	int wrong;
	int callbacks;
	int submitted;
	int last;
};

static void count_callback(void *context, int status, const int64_t *sum)
{
	struct caller *self = context;

	self->callbacks++;
	if (!status)
		self->wrong += *sum != 3;
	else
		self->wrong += status != -ECONNRESET && status != -ENOTCONN;
}

static int submit_some(struct caller *self, struct rc_client *client)
{
	for (int i = 0; i < 20; i++) {
		int status = kit_add_async(client, 1, 2, count_callback, self, NULL);

		if (status)
			return status;
		self->submitted++;
	}
	while (self->callbacks < self->submitted)
		if (rc_wait(client, test_patience_ns()) <= 0)
			return -EPROTO;
	return 0;
}

static int call_tree(struct caller *self, struct rc_client *client)
{
	static const char text[20000];
	struct kit_tree tree = { .name = { text, sizeof(text) } };
	const struct kit_tree *same;
	int status = kit_echo(client, &tree, &same);

	if (status)
		return status;
	self->wrong += test_tree_difference(&tree, same) != NULL;
	rc_release(client, same);
	return 0;
}

static int call_once(struct caller *self, struct rc_client *client)
{
	int64_t sum = 0;
	int status;

	switch (self->work) {
	case WORK_SYNC:
		status = kit_add(client, 1, 2, &sum);
		self->wrong += !status && sum != 3;
		return status;
	case WORK_TREES:
		return call_tree(self, client);
	case WORK_ASYNC:
		return submit_some(self, client);
	case WORK_HOLD:
		return kit_hold(client, 99);
	default:
		status = kit_note(client, 1);
		rc_poll(client);
		return status == -EAGAIN ? 0 : status;
	}
}

static void *call_until_death(void *argument)
{
	struct caller *self = argument;
	struct rc_client *client = test_client(self->peer);

	do {
		rc__store_release(&self->calls, self->calls + 1);
		self->last = call_once(self, client);
	} while (!self->last);
	/* Those in flight complete as well. */
	while (self->callbacks < self->submitted && rc_wait(client, test_patience_ns()) > 0)
		;
	rc_client_close(client);
	return NULL;
}

static bool all_have_called(struct caller *callers, int count, uint32_t calls)
{
	for (int i = 0; i < count; i++)
		if (rc__load_acquire(&callers[i].calls) <
		    (callers[i].work == WORK_HOLD ? 1 : calls))
			return false;
	return true;
}

/* Threads of every kind call; after some calls the worker is killed. */
static void kill_during_calls(const struct test_way *way, uint32_t calls)
{
	enum {
		CALLERS = WORK_KINDS * 2
	};
	struct caller callers[CALLERS];
	struct rc_peer *peer = test_open(way, NULL);
	int pid = rc_peer_pid(peer);

	memset(callers, 0, sizeof(callers));
	for (int i = 0; i < CALLERS; i++) {
		callers[i].peer = peer;
		callers[i].work = (enum work)(i % WORK_KINDS);
		cr_assert_eq(pthread_create(&callers[i].thread, NULL, call_until_death,
					    &callers[i]),
			     0);
	}
	EXPECT_UNTIL(all_have_called(callers, CALLERS, calls));
	cr_assert_eq(kill(pid, SIGKILL), 0);
	for (int i = 0; i < CALLERS; i++) {
		pthread_join(callers[i].thread, NULL);
		cr_assert_eq(callers[i].wrong, 0, "work %d", (int)callers[i].work);
		cr_assert(callers[i].last == -ECONNRESET || callers[i].last == -ENOTCONN,
			  "work %d ended with %d", (int)callers[i].work, callers[i].last);
		cr_assert_eq(callers[i].callbacks, callers[i].submitted);
	}
	EXPECT_OK(rc_close(peer, RC_FOREVER));
}

TEST_ALL_WAYS(worker, killed_during_calls_of_many_threads_hangs_none)
{
	for (uint32_t turn = 0; turn < 10; turn++)
		kill_during_calls(way, 1 + turn * 20);
}

/* Takes a census until it is no larger than before: what the kernel frees late is no leak. */
static bool census_fits(const struct test_census *before)
{
	struct test_census now;

	test_census_take(&now);
	return now.descriptors <= before->descriptors && now.threads <= before->threads &&
	       now.regions <= before->regions && now.children <= before->children;
}

TEST_ALL_WAYS(worker, killed_during_calls_leaks_nothing)
{
	enum {
		TURNS = 10
	};
	struct test_census before, warm, after;

	test_census_take(&before);
	cr_assert_eq(before.regions, 0);
	cr_assert_eq(before.children, 0);
	/* The first turns map what this process keeps for good: arenas, stacks. */
	for (int turn = 0; turn < 3; turn++)
		kill_during_calls(way, 20);
	test_census_take(&warm);
	for (int turn = 0; turn < TURNS; turn++)
		kill_during_calls(way, 20);
	EXPECT_UNTIL(census_fits(&before));
	test_census_take(&after);
	cr_assert_lt(after.mappings, warm.mappings + TURNS, "%d mappings became %d", warm.mappings,
		     after.mappings);
	cr_assert_eq(waitpid(-1, NULL, WNOHANG), -1, "there is a zombie");
	cr_assert_eq(errno, ECHILD);
}

TEST_SPIN_PARK(worker, opened_and_closed_often_leaks_nothing)
{
	enum {
		TURNS = 20
	};
	struct test_census before, warm = { 0 }, after;

	test_census_take(&before);
	for (int turn = 0; turn < 3 + TURNS; turn++) {
		struct rc_peer *peer = test_open(way, NULL);
		struct rc_client *client = test_client(peer);

		EXPECT_OK(kit_ping(client));
		test_close(peer, client);
		if (turn == 2)
			test_census_take(&warm);
	}
	EXPECT_UNTIL(census_fits(&before));
	test_census_take(&after);
	cr_assert_lt(after.mappings, warm.mappings + TURNS, "%d mappings became %d", warm.mappings,
		     after.mappings);
	cr_assert_eq(waitpid(-1, NULL, WNOHANG), -1, "there is a zombie");
}

TEST_SPIN_PARK(worker, killed_with_replies_unread_gives_them)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer), *other = test_client(peer);
	struct outcomes answered[20] = { { 0 } };
	const struct rc_bytes *made;
	struct kit_notes notes;
	uint64_t total;
	int done = 0;

	/* A reply that is held, and replies in the ring, outlive the worker. */
	EXPECT_OK(kit_large(client, 100000, 0, &made));
	for (int call = 0; call < 20; call++)
		EXPECT_OK(kit_ping_async(client, note_outcome, &answered[call], NULL));
	EXPECT_OK(kit_note(client, 1));
	EXPECT_UNTIL(kit_notes(other, &notes) == 0 && notes.count == 1);
	cr_assert_eq(kill(rc_peer_pid(peer), SIGKILL), 0);
	EXPECT_UNTIL(rc_peer_pid(peer) == 0);
	while (done < 20) {
		int completed = rc_wait(client, test_patience_ns());

		cr_assert_gt(completed, 0);
		done += completed;
	}
	for (int call = 0; call < 20; call++)
		cr_assert_eq(answered[call].status, 0, "%s", answered[call].text);
	for (size_t i = 0; i < made->len; i++)
		if (made->ptr[i] != (uint8_t)i)
			cr_assert(false, "byte %zu of a held reply changed", i);
	rc_release(client, made);
	cr_assert_eq(kit_sum(client, (struct rc_bytes){ NULL, 0, 0 }, &total), -ENOTCONN);
	rc_client_close(other);
	close_dead(peer, client);
}
