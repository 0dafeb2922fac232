/* SPDX-License-Identifier: MIT */
/*
 * park.c - host and worker go to sleep and wake each other, with delays in every window.
 *
 *     park [--sleeps N] [--seed N]
 *
 * Both sides are built with the points of ring/delay.h. Bursts of one to four calls, so that a
 * side is woken for a first, a middle and a last one; every other client spins for a moment before
 * it sleeps. Ends after so many sleeps of both sides together, the default being the contract's
 * 10^7, and exits with 1 when one of them was not woken: it would have been found by its bound.
 */
#include <err.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tests/testutil/kit.rc.h"
#include "tests/testutil/testutil.h"

enum {
	PEERS = 2,
	BURST_MAX = 4,
	TURNS = 256 /* between two looks at the counters */
};

struct side {
	struct rc_peer *peer;
	struct rc_client *client;
};

struct total {
	uint64_t sleeps;
	uint64_t wakes;
	uint64_t late_wakes;
};

static uint64_t number(const char *text)
{
	char *end;
	uint64_t value = strtoull(text, &end, 10);

	if (!*text || *end || !value)
		errx(2, "%s: has to be a number from 1 up", text);
	return value;
}

static void landed(void *context, int status)
{
	if (status)
		errx(1, "park: a call failed: %s", rc_error_last()->text);
	++*(uint64_t *)context;
}

static void open_side(struct side *side, uint32_t index)
{
	struct rc_options options = { .spin_never = index == 0, .spin_ns = 2000 };

	if (rc_open(test_endpoint("tests/testutil/worker/worker_delays"), &options, &side->peer) ||
	    rc_client_open(side->peer, &side->client))
		errx(1, "park: %s", rc_error_last()->text);
}

/* One burst: calls that are waited for together. */
static void burst(struct rc_client *client, uint64_t calls)
{
	uint64_t done = 0;

	for (uint64_t call = 0; call < calls; call++)
		if (kit_ping_async(client, landed, &done, NULL))
			errx(1, "park: %s", rc_error_last()->text);
	while (done < calls)
		if (rc_wait(client, test_patience_ns()) < 0)
			errx(1, "park: %s", rc_error_last()->text);
}

static struct total count(const struct side sides[PEERS])
{
	struct total total = { 0 };

	for (uint32_t index = 0; index < PEERS; index++) {
		struct rc_stats stats;

		rc_client_stats(sides[index].client, &stats);
		total.sleeps += stats.host_parks + stats.worker_parks;
		total.wakes += stats.host_wakes + stats.worker_wakes;
		total.late_wakes += stats.host_late_wakes + stats.worker_late_wakes;
	}
	return total;
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "sleeps", required_argument, NULL, 's' },
						 { "seed", required_argument, NULL, 'r' },
						 { NULL, 0, NULL, 0 } };
	uint64_t wanted = 10000000, seed = (uint64_t)time(NULL), random;
	struct side sides[PEERS];
	struct total total;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		if (option != 's' && option != 'r')
			errx(2, "usage: park [--sleeps N] [--seed N]");
		*(option == 's' ? &wanted : &seed) = number(optarg);
	}
	for (uint32_t index = 0; index < PEERS; index++)
		open_side(&sides[index], index);
	random = seed | 1;
	do {
		for (int turn = 0; turn < TURNS; turn++) {
			random = random * UINT64_C(6364136223846793005) + 1;
			burst(sides[turn % PEERS].client, 1 + (random >> 60) % BURST_MAX);
		}
		total = count(sides);
	} while (total.sleeps < wanted && !total.late_wakes);
	printf("seed %" PRIu64 ": %" PRIu64 " sleeps, %" PRIu64 " wake-ups sent, %" PRIu64
	       " late\n",
	       seed, total.sleeps, total.wakes, total.late_wakes);
	for (uint32_t index = 0; index < PEERS; index++)
		test_close(sides[index].peer, sides[index].client);
	return total.late_wakes != 0;
}
