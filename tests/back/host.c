/* SPDX-License-Identifier: MIT */
/* host.c - see host.h. */
#include "tests/back/host.h"

#include <err.h>
#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct host *enter(void *context)
{
	struct host *host = context;

	pthread_mutex_lock(&lock);
	host->calls++;
	host->thread = (uint64_t)pthread_self();
	pthread_mutex_unlock(&lock);
	return host;
}

uint64_t host_calls(const struct host *host)
{
	uint64_t calls;

	pthread_mutex_lock(&lock);
	calls = host->calls;
	pthread_mutex_unlock(&lock);
	return calls;
}

uint64_t host_thread(const struct host *host)
{
	uint64_t thread;

	pthread_mutex_lock(&lock);
	thread = host->thread;
	pthread_mutex_unlock(&lock);
	return thread;
}

static struct rc_client *client_of(const struct host *host)
{
	return host->client ? host->client : rc_client_current();
}

static int failed(int status)
{
	return rc_host_fail(status, "%s", rc_error_last()->text);
}

static int add(void *context, int64_t a, int64_t b, int64_t *sum)
{
	struct host *host = enter(context);
	int status = host->add_calls_back ? back_ping(client_of(host)) : 0;

	*sum = a + b;
	return status ? failed(status) : 0;
}

static int echo(void *context, const struct kit_tree *tree, struct kit_tree *same)
{
	enter(context);
	*same = *tree;
	return 0;
}

static int bump(void *context, const struct kit_block *block, struct kit_block *bumped)
{
	enter(context);
	for (int i = 0; i < 32; i++)
		bumped->words[i] = block->words[i] + 1;
	return 0;
}

static int text(void *context, struct rc_str text, struct rc_str *same)
{
	enter(context);
	*same = text;
	return 0;
}

static int fail(void *context, int32_t code, struct rc_str text)
{
	enter(context);
	return text.len ? rc_host_fail(code, "%.*s", RC_STR_ARG(text)) : code;
}

static int dive(void *context, uint32_t levels, uint32_t *reached)
{
	struct host *host = enter(context);
	int status;

	if (!levels)
		return 0;
	status = back_dive(client_of(host), levels - 1, reached);
	++*reached;
	return status ? failed(status) : 0;
}

static int act(void *context)
{
	struct host *host = enter(context);

	if (host->act)
		host->act(host);
	return 0;
}

static int note(void *context, uint64_t value)
{
	struct host *host = enter(context);

	host->notes++;
	host->noted += value;
	return 0;
}

void host_offer(struct host *host)
{
	static const struct back_host_functions functions = { .add = add,
							      .echo = echo,
							      .bump = bump,
							      .text = text,
							      .fail = fail,
							      .dive = dive,
							      .act = act,
							      .note = note };

	if (back_host_serve(host->peer, &functions, host))
		errx(1, "host_offer: %s", rc_error_last()->text);
}

struct rc_peer *host_start(const struct test_way *way, struct rc_options *options,
			   struct host *host)
{
	struct rc_options given = options ? *options : (struct rc_options){ 0 };
	const char *worker = getenv("BACK_WORKER");

	if (way && way->concurrent)
		setenv("KIT_CONCURRENT", "1", 1);
	else
		unsetenv("KIT_CONCURRENT");
	given.spin_never = way && way->park;
	if (!worker)
		worker = "tests/back/back_worker";
	if (rc_open(test_endpoint(worker), &given, &host->peer))
		errx(1, "host_start: %s", rc_error_last()->text);
	return host->peer;
}

struct rc_peer *host_open(const struct test_way *way, struct rc_options *options, struct host *host)
{
	host_start(way, options, host);
	host_offer(host);
	return host->peer;
}
