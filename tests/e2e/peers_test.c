/* SPDX-License-Identifier: MIT */
/*
 * peers_test.c - one host with several peers at once, each with all the clients that it may have.
 *
 * Three are workers. The fourth is what the suite runs on: Go code in this process, or a worker.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"

enum {
	PEERS = 4,
	CLIENTS = 64, /* of a peer by default */
	WARM_ROUNDS = 2,
	ROUNDS = 4,
	/* What a Go runtime in this process may grow by on its own, in all rounds together: it
	 * keeps threads for later. A leak a client would be a thousand. */
	GROWTH_MAX = 100
};

struct peer {
	struct rc_peer *peer;
	struct rc_client *clients[CLIENTS];
};

static void open_peers(struct peer *peers)
{
	char worker[PATH_MAX + 8];

	snprintf(worker, sizeof(worker), "worker:%s", test_path(TEST_KIT_WORKER));
	setenv("KIT_SLOW", "1", 1);
	for (int i = 0; i < PEERS - 1; i++)
		EXPECT_OK(rc_open(worker, NULL, &peers[i].peer));
	EXPECT_OK(rc_open(test_endpoint(TEST_KIT_WORKER), NULL, &peers[PEERS - 1].peer));
	for (int i = 0; i < PEERS; i++) {
		struct rc_client *more;

		for (int k = 0; k < CLIENTS; k++)
			peers[i].clients[k] = test_client(peers[i].peer);
		EXPECT_FAILS(rc_client_open(peers[i].peer, &more), -EAGAIN, RC_RAN_NO);
	}
}

static void count_sum(void *context, int status, const int64_t *sum)
{
	int64_t *total = context;

	cr_assert_eq(status, 0, "%s", rc_error_last()->text);
	*total += *sum;
}

/* Every client of every peer has a call in flight on both services, all at the same time. */
static void call_all(struct peer *peers)
{
	int64_t total = 0, wanted = 0, sum;

	for (int i = 0; i < PEERS; i++) {
		for (int k = 0; k < CLIENTS; k++) {
			struct rc_client *client = peers[i].clients[k];

			EXPECT_OK(kit_add_async(client, i, k, count_sum, &total, NULL));
			EXPECT_OK(kit_slow_add_async(client, i, k, count_sum, &total, NULL));
			wanted += 2 * (i + k);
		}
	}
	for (int i = 0; i < PEERS; i++) {
		for (int k = 0; k < CLIENTS; k++) {
			struct rc_client *client = peers[i].clients[k];
			int done = 0;

			while (done < 2) {
				int count = rc_wait(client, test_patience_ns());

				cr_assert_gt(count, 0, "%s", rc_error_last()->text);
				done += count;
			}
			EXPECT_OK(kit_add(client, i, k, &sum));
			cr_assert_eq(sum, i + k);
		}
	}
	cr_assert_eq(total, wanted);
}

static void close_peers(struct peer *peers)
{
	for (int i = 0; i < PEERS; i++) {
		for (int k = 0; k < CLIENTS; k++)
			rc_client_close(peers[i].clients[k]);
		test_close(peers[i].peer, NULL);
	}
}

/* What runs where: workers have process ids of their own. */
static void expect_places(const struct peer *peers)
{
	for (int i = 0; i < PEERS; i++)
		for (int k = 0; k < i; k++)
			cr_assert_neq(rc_peer_pid(peers[i].peer), rc_peer_pid(peers[k].peer));
	for (int i = 0; i < PEERS; i++)
		cr_assert_eq(rc_peer_pid(peers[i].peer) == getpid(),
			     test_in_process() && i == PEERS - 1);
}

static bool nothing_left(const struct test_census *before)
{
	struct test_census now;

	test_census_take(&now);
	return now.descriptors == before->descriptors && now.regions == before->regions &&
	       now.children == before->children && now.threads <= before->threads + GROWTH_MAX &&
	       now.mappings <= before->mappings + GROWTH_MAX;
}

Test(peers, several_with_all_their_clients_work_and_leave_nothing_behind, .timeout = 240)
{
	struct test_census before = { 0 };
	struct peer peers[PEERS];

	for (int round = 0; round < WARM_ROUNDS + ROUNDS; round++) {
		open_peers(peers);
		expect_places(peers);
		call_all(peers);
		close_peers(peers);
		if (round == WARM_ROUNDS - 1)
			test_census_take(&before);
	}
	EXPECT_UNTIL(nothing_left(&before));
	cr_assert_eq(before.regions, 0);
}

Test(peers, that_die_do_not_disturb_the_others, .timeout = 240)
{
	struct peer peers[PEERS];
	int64_t sum;

	open_peers(peers);
	EXPECT_FAILS(kit_die(peers[1].clients[0], KIT_EXIT), -ECONNRESET, RC_RAN_PERHAPS);
	for (int i = 0; i < PEERS; i++) {
		for (int k = 1; k < CLIENTS; k++) {
			if (i == 1) {
				EXPECT_FAILS(kit_add(peers[i].clients[k], i, k, &sum), -ENOTCONN,
					     RC_RAN_NO);
				continue;
			}
			EXPECT_OK(kit_add(peers[i].clients[k], i, k, &sum));
			cr_assert_eq(sum, i + k);
		}
	}
	close_peers(peers);
}
