/* SPDX-License-Identifier: MIT */
/*
 * main.c - submits a million calls and collects the replies as they come, in any order.
 *
 * As many calls are in flight as the lane has slots. A call that finds the lane full collects
 * others first, so there is nothing to count and nothing to try again.
 */
#include <err.h>
#include <stdio.h>

#include "examples/pipeline/square.rc.h"

enum {
	CALLS = 1000000
};

/* What has come back. */
struct result {
	uint32_t replies;
	uint64_t sum;
};

/* A call has completed. */
static void add(void *context, int status, const uint64_t *square)
{
	struct result *result = context;

	if (status)
		errx(1, "%s", rc_error_last()->text);
	result->replies++;
	result->sum += *square;
}

int main(int argc, char **argv)
{
	const char *endpoint = argc > 1 ? argv[1] : "worker:examples/pipeline/square-worker";
	struct result result = { .replies = 0 };
	struct rc_client *client;
	uint64_t start_ns, took_ns;
	struct rc_peer *peer;
	int count;

	if (rc_open(endpoint, NULL, &peer) || rc_client_open(peer, &client))
		errx(1, "%s", rc_error_last()->text);
	rc_client_set_full(client, RC_FULL_WAIT);

	start_ns = rc_now_ns();
	for (uint32_t call = 0; call < CALLS; call++)
		if (square_of_async(client, call, add, &result, NULL))
			errx(1, "%s", rc_error_last()->text);
	while ((count = rc_wait(client, RC_FOREVER)) > 0)
		;
	if (count < 0)
		errx(1, "%s", rc_error_last()->text);
	took_ns = rc_now_ns() - start_ns;

	printf("%u replies, sum %llu\n", result.replies, (unsigned long long)result.sum);
	fprintf(stderr, "%.1f million calls a second\n", 1e3 * CALLS / (double)took_ns);
	rc_client_close(client);
	if (rc_close(peer, RC_FOREVER))
		errx(1, "%s", rc_error_last()->text);
	return 0;
}
