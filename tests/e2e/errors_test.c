/* SPDX-License-Identifier: MIT */
/* errors_test.c - what a handler does wrong becomes an error of its call, and of no other. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"

/* The stacks of expected panics would hide the log of a real one. */
static struct rc_peer *open_silent(const struct test_way *way)
{
	setenv("KIT_SILENT", "1", 1);
	return test_open(way, NULL);
}

TEST_ALL_WAYS(errors, of_handlers_arrive_with_code_and_text)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	struct rc_str text = RC_STR("no such key: \"gr\xc3\xbcn\"");
	static const int64_t codes[] = { 0, 1, -1, 404, INT64_MAX, INT64_MIN };
	int64_t never = 5;

	for (size_t i = 0; i < 200; i++) {
		EXPECT_FAILS(kit_fail(client, codes[i % 6], text), -EREMOTEIO, RC_RAN_YES);
		cr_assert_eq(rc_error_last()->application, codes[i % 6]);
		EXPECT_SAYS("kit.fail", "no such key: \"gr\xc3\xbcn\"");
		EXPECT_FAILS(kit_fail_plainly(client, text, &never), -EREMOTEIO, RC_RAN_YES);
		cr_assert_eq(rc_error_last()->application, 0);
		EXPECT_SAYS("kit.fail_plainly", "no such key");
	}
	cr_assert_eq(never, 5, "a failed call wrote its output");
	EXPECT_OK(kit_ping(client));
	test_close(peer, client);
}

TEST_ALL_WAYS(errors, of_any_length_arrive)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	char *text = malloc(100000);

	memset(text, 'x', 100000);
	for (size_t bytes = 0; bytes < 100000; bytes = bytes * 3 / 2 + 1) {
		EXPECT_FAILS(kit_fail(client, 3, (struct rc_str){ text, bytes }), -EREMOTEIO,
			     RC_RAN_YES);
		cr_assert_eq(rc_error_last()->application, 3);
		cr_assert_geq(strlen(rc_error_last()->text), bytes < 1000 ? bytes : 1000);
	}
	free(text);
	EXPECT_OK(kit_ping(client));
	test_close(peer, client);
}

TEST_ALL_WAYS(errors, of_panics_arrive_and_the_worker_lives)
{
	struct rc_peer *peer = open_silent(way);
	struct rc_client *client = test_client(peer);
	const struct kit_tree *tree;
	int pid = rc_peer_pid(peer);
	int64_t sum;

	for (int64_t turn = 0; turn < 100; turn++) {
		EXPECT_FAILS(kit_explode(client, (struct rc_str)RC_STR("boom 7")), -EREMOTEIO,
			     RC_RAN_YES);
		EXPECT_SAYS("kit.explode", "panic", "boom 7");
		EXPECT_FAILS(kit_explode_late(client, (struct rc_str)RC_STR("boom 8"), &tree),
			     -EREMOTEIO, RC_RAN_YES);
		EXPECT_SAYS("boom 8");
		EXPECT_OK(kit_add(client, turn, 1, &sum));
		cr_assert_eq(sum, turn + 1);
	}
	cr_assert_eq(rc_peer_pid(peer), pid);
	test_close(peer, client);
}

TEST_ALL_WAYS(errors, of_goexit_arrive_and_the_worker_lives)
{
	struct rc_peer *peer = open_silent(way);
	struct rc_client *client = test_client(peer);
	int64_t sum;

	/* Go itself ends a program that does this on a thread which is not Go's. */
	if (test_direct())
		rc_client_set_deadline(client, test_patience_ns());
	for (int64_t turn = 0; turn < 100; turn++) {
		EXPECT_FAILS(kit_goexit(client), -EREMOTEIO, RC_RAN_YES);
		EXPECT_SAYS("kit.goexit", "Goexit");
		EXPECT_OK(kit_add(client, turn, 1, &sum));
		cr_assert_eq(sum, turn + 1);
	}
	test_close(peer, client);
}

TEST_ALL_WAYS(errors, of_undeclared_enums_in_replies_name_the_field)
{
	struct rc_peer *peer = open_silent(way);
	struct rc_client *client = test_client(peer);
	struct kit_scalars scalars;

	for (int turn = 0; turn < 100; turn++) {
		EXPECT_FAILS(kit_wrong_colour(client, &scalars), -EREMOTEIO, RC_RAN_YES);
		EXPECT_SAYS("kit.wrong_colour", "olour");
		EXPECT_OK(kit_ping(client));
	}
	test_close(peer, client);
}

/* What a callback got, and what rc_error_last() said in it. */
struct outcome {
	int calls;
	int status;
	int64_t application;
	enum rc_ran ran;
	char text[256];
};

static void note_outcome(void *context, int status)
{
	struct outcome *outcome = context;

	outcome->calls++;
	outcome->status = status;
	outcome->application = rc_error_last()->application;
	outcome->ran = rc_error_last()->ran;
	snprintf(outcome->text, sizeof(outcome->text), "%s", rc_error_last()->text);
}

TEST_ALL_WAYS(errors, of_asynchronous_calls_are_known_in_their_callbacks)
{
	struct rc_peer *peer = open_silent(way);
	struct rc_client *client = test_client(peer);
	struct outcome outcome = { 0 };

	EXPECT_OK(kit_fail_async(client, 9, (struct rc_str)RC_STR("later"), note_outcome, &outcome,
				 NULL));
	cr_assert_eq(rc_wait(client, test_patience_ns()), 1);
	cr_assert_eq(outcome.calls, 1);
	cr_assert_eq(outcome.status, -EREMOTEIO);
	cr_assert_eq(outcome.application, 9);
	cr_assert_eq(outcome.ran, RC_RAN_YES);
	cr_assert_not_null(strstr(outcome.text, "later"), "%s", outcome.text);
	EXPECT_OK(kit_explode_async(client, (struct rc_str)RC_STR("boom"), note_outcome, &outcome,
				    NULL));
	cr_assert_eq(rc_wait(client, test_patience_ns()), 1);
	cr_assert_eq(outcome.calls, 2);
	cr_assert_eq(outcome.status, -EREMOTEIO);
	cr_assert_not_null(strstr(outcome.text, "boom"), "%s", outcome.text);
	test_close(peer, client);
}

Test(errors, of_concurrent_handlers_arrive_and_the_worker_lives, .timeout = 240)
{
	struct rc_peer *peer;
	struct rc_client *client;
	int64_t sum;

	setenv("KIT_SLOW", "1", 1);
	peer = open_silent(NULL);
	client = test_client(peer);
	if (test_direct())
		rc_client_set_deadline(client, test_patience_ns());
	for (int64_t turn = 0; turn < 100; turn++) {
		EXPECT_FAILS(kit_slow_explode(client, (struct rc_str)RC_STR("boom")), -EREMOTEIO,
			     RC_RAN_YES);
		EXPECT_SAYS("kit_slow.explode", "boom");
		EXPECT_FAILS(kit_slow_goexit(client), -EREMOTEIO, RC_RAN_YES);
		EXPECT_SAYS("Goexit");
		EXPECT_OK(kit_slow_add(client, turn, 1, &sum));
		cr_assert_eq(sum, turn + 1);
	}
	test_close(peer, client);
}

Test(errors, are_kept_for_each_thread_and_not_changed_by_success, .timeout = 240)
{
	struct rc_peer *peer = test_open(NULL, NULL);
	struct rc_client *client = test_client(peer);

	EXPECT_FAILS(kit_fail(client, 1, (struct rc_str)RC_STR("first")), -EREMOTEIO, RC_RAN_YES);
	EXPECT_OK(kit_ping(client));
	EXPECT_SAYS("first");
	test_close(peer, client);
	EXPECT_SAYS("first");
}
