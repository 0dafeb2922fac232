/* SPDX-License-Identifier: MIT */
/* main.c - a C program that calls Go: starts a worker, makes two calls, and closes it. */
#include <err.h>
#include <stdio.h>

#include "examples/hello/hello.rc.h"

int main(int argc, char **argv)
{
	const char *endpoint = argc > 1 ? argv[1] : "worker:examples/hello/hello-worker";
	struct rc_client *client;
	struct rc_peer *peer;

	if (rc_open(endpoint, NULL, &peer) || rc_client_open(peer, &client))
		errx(1, "%s", rc_error_last()->text);

	int64_t sum;

	if (hello_add(client, 40, 2, &sum))
		errx(1, "%s", rc_error_last()->text);
	printf("40 + 2 = %lld\n", (long long)sum);

	struct hello_request request = { .name = RC_STR("C"), .times = 2 };
	const struct hello_reply *reply;

	if (hello_greet(client, &request, &reply))
		errx(1, "%s", rc_error_last()->text);
	printf("%.*s\n", RC_STR_ARG(reply->text));

	rc_release(client, reply);
	rc_client_close(client);
	if (rc_close(peer, RC_FOREVER))
		errx(1, "%s", rc_error_last()->text);
	return 0;
}
