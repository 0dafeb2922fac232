/* SPDX-License-Identifier: MIT */
/* host.h - the host's functions of back.h, as these tests offer them. */
#ifndef RINGCALL_TESTS_BACK_HOST_H
#define RINGCALL_TESTS_BACK_HOST_H

#include "tests/back/back.rc.h"
#include "tests/testutil/testutil.h"

/* What the functions do beside their work, and what they saw. Set before a call. */
struct host {
	struct rc_client *client; /* that dive and calling functions call; NULL: the current one */
	void (*act)(struct host *host);
	bool add_calls_back; /* add makes a call of its own */
	uint64_t calls;      /* of all functions */
	uint64_t notes;
	uint64_t noted;
	uint64_t thread; /* that ran the last function */
	struct rc_peer *peer;
	struct rc_client *other;
	uint32_t thread_id; /* of a thread that serves; atomic */
	uint64_t acted;     /* calls of back.act that had ended before the one that runs */
};

/* Opens the worker of these tests, or that of the target that BACK_WORKER names, and offers it the
 * functions of `host`, which outlives it. */
struct rc_peer *host_open(const struct test_way *way, struct rc_options *options,
			  struct host *host);

/* The same in two steps. */
struct rc_peer *host_start(const struct test_way *way, struct rc_options *options,
			   struct host *host);
void host_offer(struct host *host);

/* host->calls and host->thread, while other threads run functions. */
uint64_t host_calls(const struct host *host);
uint64_t host_thread(const struct host *host);

#endif
