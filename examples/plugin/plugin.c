/* SPDX-License-Identifier: MIT */
/*
 * plugin.c - a plug-in in plain C, whose work Go does.
 *
 * By default it loads the Go code into the host's process. RC_ENDPOINT in the environment chooses
 * another way, as "worker:PATH", to keep Go out of it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "examples/plugin/plugin.h"
#include "examples/plugin/words.rc.h"

static struct rc_peer *peer;
static struct rc_client *client; /* the host calls from one thread at a time */

static int start(void)
{
	const char *endpoint = getenv("RC_ENDPOINT") ? NULL : "cgo:examples/plugin/libplugin_go.so";

	return rc_open(endpoint, NULL, &peer) || rc_client_open(peer, &client) ? -1 : 0;
}

static int describe(const char *text, char *description, size_t bytes)
{
	struct words_counts counts;

	if (words_count(client, rc_str_of(text), &counts))
		return -1;
	snprintf(description, bytes, "%s: %llu words, %llu letters", text,
		 (unsigned long long)counts.words, (unsigned long long)counts.letters);
	return 0;
}

/* After this nothing of ours runs, so that the host may unload us. Loaded Go code stays. */
static int stop(void)
{
	rc_client_close(client);
	return rc_close(peer, RC_FOREVER) ? -1 : 0;
}

static const char *reason(void)
{
	return rc_error_last()->text;
}

const struct plugin plugin = { start, describe, stop, reason };
