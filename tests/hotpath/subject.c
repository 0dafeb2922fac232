/* SPDX-License-Identifier: MIT */
/*
 * subject.c - the program whose system calls syscalls_test.c counts: subject CALLS WAY KIND.
 * Of kind "back" are calls that the worker makes to this program.
 *
 * It warms up and then makes calls of one kind, in rounds of so many. Before the first round and
 * after each it makes a system call that nothing else makes, as a mark.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/back/host.h"
#include "tests/testutil/kit.rc.h"
#include "tests/testutil/testutil.h"

enum {
	DEPTH = 64,
	ROUNDS = 40
};

static int completed;

static void added(void *context, int status, const int64_t *sum)
{
	(void)context;
	if (status || *sum != 3)
		errx(1, "subject: an asynchronous call failed: %d", status);
	completed++;
}

static void call_sync(struct rc_client *client, int calls)
{
	int64_t sum;

	for (int call = 0; call < calls; call++)
		if (kit_add(client, call, 1, &sum) || sum != call + 1)
			errx(1, "subject: %s", rc_error_last()->text);
}

static void call_text(struct rc_client *client, int calls)
{
	struct rc_str text =
		RC_STR("more than a slot holds, so that it goes through payload space");
	const struct rc_str *same;

	for (int call = 0; call < calls; call++) {
		if (kit_text(client, text, &same) || same->len != text.len)
			errx(1, "subject: %s", rc_error_last()->text);
		rc_release(client, same);
	}
}

static void call_async(struct rc_client *client, int calls)
{
	int sent = 0;

	completed = 0;
	while (completed < calls) {
		for (; sent < calls && sent - completed < DEPTH; sent++)
			if (kit_add_async(client, 1, 2, added, NULL, NULL))
				errx(1, "subject: %s", rc_error_last()->text);
		if (rc_wait(client, RC_FOREVER) < 0)
			errx(1, "subject: %s", rc_error_last()->text);
	}
}

/* The worker calls so many times back, within one call. */
static void call_back(struct rc_client *client, int calls)
{
	uint64_t sum;

	if (back_series(client, (uint32_t)calls, &sum))
		errx(1, "subject: %s", rc_error_last()->text);
}

static void mark(void)
{
	syscall(SYS_getpgid, 0);
}

int main(int argc, char **argv)
{
	int calls = argc == 4 ? atoi(argv[1]) : 0;
	struct test_way way = { .name = "subject" };
	void (*make)(struct rc_client * client, int calls);
	struct host host = { 0 };
	struct rc_client *client;
	struct rc_peer *peer;

	if (calls <= 0)
		errx(2, "usage: subject CALLS spin|park sync|text|async|back");
	way.park = !strcmp(argv[2], "park");
	make = !strcmp(argv[3], "sync")   ? call_sync
	       : !strcmp(argv[3], "text") ? call_text
	       : !strcmp(argv[3], "back") ? call_back
					  : call_async;
	peer = make == call_back ? host_open(&way, NULL, &host) : test_open(&way, NULL);
	client = test_client(peer);
	make(client, calls);
	mark();
	for (int round = 0; round < ROUNDS; round++) {
		make(client, calls);
		mark();
	}
	test_close(peer, client);
	return 0;
}
