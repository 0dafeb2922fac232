/* SPDX-License-Identifier: MIT */
/* direct_test.c - on cgo a synchronous call runs on its caller's thread, if it may. */
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"

/* Whether a call made now runs on this thread. */
static bool runs_here(struct rc_client *client)
{
	uint64_t id = 0;

	EXPECT_OK(kit_thread(client, &id));
	cr_assert_neq(id, 0);
	return id == (uint64_t)syscall(SYS_gettid);
}

static void count_done(void *context, int status)
{
	int *count = context;

	*count += !status;
}

TEST_ALL_WAYS(direct, calls_run_on_the_caller_on_cgo_alone)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);

	for (int call = 0; call < 100; call++)
		cr_assert_eq(runs_here(client), test_direct());
	test_close(peer, client);
}

TEST_ALL_WAYS(direct, calls_with_a_deadline_take_the_ring)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);

	rc_client_set_deadline(client, test_patience_ns());
	cr_assert(!runs_here(client));
	rc_client_set_deadline(client, RC_FOREVER);
	cr_assert_eq(runs_here(client), test_direct());
	test_close(peer, client);
}

TEST_SPIN_PARK(direct, calls_do_not_overtake_those_in_flight)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer), *other = test_client(peer);
	int done = 0;

	EXPECT_OK(kit_hold_async(client, 1, count_done, &done, NULL));
	EXPECT_OK(kit_open_gate(other, 1));
	cr_assert(!runs_here(client), "it went before a call made earlier");
	EXPECT_UNTIL((rc_poll(client), done == 1));
	cr_assert_eq(runs_here(client), test_direct());
	rc_client_close(other);
	test_close(peer, client);
}

TEST_SPIN_PARK(direct, calls_follow_one_way_calls)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	struct kit_notes notes;

	for (uint64_t call = 1; call <= 1000; call++) {
		EXPECT_OK(kit_note(client, call));
		/* At once, unless the handler before took so long that this one passed it. */
		EXPECT_UNTIL(kit_notes(client, &notes) == 0 && notes.count == call);
	}
	EXPECT_UNTIL(runs_here(client) == test_direct());
	test_close(peer, client);
}
