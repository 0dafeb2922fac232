/* SPDX-License-Identifier: MIT */
/*
 * host.c - calls what its header has, and prints a line for each call and what it came to.
 *
 * usage: host WORKER [back]. The header is PEOPLE_HEADER, one of the variants that BUILD lists.
 * With "back" it makes one call, within which the worker calls what its header has of the host,
 * and says in its error what each came to.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include PEOPLE_HEADER

static void print(const char *what, int status)
{
	if (status)
		printf("%s: %s%s: %s\n", what, strerrorname_np(-status),
		       rc_error_last()->ran == RC_RAN_NO ? "" : " (it may have run)",
		       rc_error_last()->text);
	else
		printf("%s: ok\n", what);
}

static void ping(struct rc_client *client)
{
	uint32_t same = 0;

	print("ping", people_ping(client, 7, &same));
	if (same != 7)
		printf("ping: the answer is %u\n", same);
}

#ifdef EVOLVE_LATER
static void done(void *context, int status, const uint32_t *same)
{
	(void)same;
	print(context, status);
}

static void later(struct rc_client *client)
{
	uint32_t same = 0;

	print("later", people_later(client, 8, (struct rc_str)RC_STR("text"), &same));
	print("later_async", people_later_async(client, 8, (struct rc_str)RC_STR("text"), done,
						"later_done", NULL));
	while (rc_wait(client, RC_FOREVER) > 0)
		;
	print("later_note", people_later_note(client, 9));
}
#endif

#ifdef EVOLVE_MORE
static void more(struct rc_client *client)
{
	uint32_t doubled = 0;

	print("twice", people_more_twice(client, 8, &doubled));
}
#endif

#ifdef EVOLVE_HOST_CHANGED
static int ask(void *context, uint64_t number, uint32_t *same)
#else
static int ask(void *context, uint32_t number, uint32_t *same)
#endif
{
	(void)context;
	*same = (uint32_t)number;
	return 0;
}

#ifdef EVOLVE_LATER
static int tell_later(void *context, uint32_t number)
{
	(void)context;
	(void)number;
	return 0;
}
#endif

static const struct people_host_functions functions = {
	.ask = ask,
#ifdef EVOLVE_LATER
	.ask_later = ask,
	.tell_later = tell_later,
#endif
};

static void back(struct rc_peer *peer, struct rc_client *client)
{
	const uint32_t call_back = 70; /* as the worker knows it */
	uint32_t same;

	if (people_host_serve(peer, &functions, NULL))
		errx(1, "%s", rc_error_last()->text);
	print("back", people_ping(client, call_back, &same));
}

int main(int count, char **arguments)
{
	struct rc_client *client;
	struct rc_stats stats;
	struct rc_peer *peer;
	char endpoint[4096];
	int status;

	if (count < 2)
		errx(2, "usage: host WORKER [back]");
	snprintf(endpoint, sizeof(endpoint), "worker:%s", arguments[1]);
	status = rc_open(endpoint, NULL, &peer);
	if (status) {
		print("open", status);
		return 0;
	}
	if (*rc_error_last()->text != 'n')
		printf("open: succeeded, and left: %s\n", rc_error_last()->text);
	if (rc_client_open(peer, &client))
		errx(1, "%s", rc_error_last()->text);
	if (count > 2) {
		back(peer, client);
		rc_client_close(client);
		return rc_close(peer, RC_FOREVER) ? 1 : 0;
	}
	ping(client);
#ifdef EVOLVE_LATER
	later(client);
#endif
#ifdef EVOLVE_MORE
	more(client);
#endif
	ping(client);
	rc_client_stats(client, &stats);
	printf("sent: %llu\n", (unsigned long long)stats.calls);
	rc_client_close(client);
	print("close", rc_close(peer, RC_FOREVER));
	return 0;
}
