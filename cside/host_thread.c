/* SPDX-License-Identifier: MIT */
/*
 * host_thread.c - rc_options.host_thread: a thread of the library that serves host calls.
 *
 * It is a client's thread like any other: it has a client of its own, and waits in it. The worker
 * is told that this lane is the thread's, and sends it all host calls. rc_close() ends it as the
 * supervisor wakes clients of a dead worker: it wakes the thread until that has seen its flag.
 */
#define _GNU_SOURCE
#include <signal.h>

#include "internal.h"
#include "sys.h"

/* Pause between two tries to wake the thread. */
#define WAKE_AGAIN_NS RC__NS_PER_MS

static void *serve(void *argument)
{
	struct rc_client *client = argument;

	/* It ends when rc_close() says so, when the worker is dead, or when it wrote nonsense. */
	rc__gate_enter(&client->gate);
	do
		rc__reverse_serve_all(client);
	while (!client->broken && !rc__wait_reply(client, RC_FOREVER));
	rc__gate_leave();
	return NULL;
}

int rc__host_thread_start(struct rc_peer *peer)
{
	sigset_t all, before;
	int status, error;

	if (!peer->options.host_thread || peer->transport != RC__TRANSPORT_WORKER)
		return 0;
	peer->lanes[0].is_thread = true;
	status = rc_client_open(peer, &peer->host_client);
	if (status)
		return status;
	/* The program's signal handlers are not its business. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&peer->host_thread, NULL, serve, peer->host_client);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	/* It has begun where the client was opened, and stays there; this thread may go. */
	rc__cpu_leave(peer->host_client->guest);
	peer->host_client->guest = NULL;
	if (!error)
		return 0;
	rc_client_close(peer->host_client);
	peer->host_client = NULL;
	return rc__error_set(-error, RC_RAN_NO, "ringcall: rc_open: cannot start a thread: %s",
			     rc__errno_text(error));
}

void rc__host_thread_stop(struct rc_peer *peer)
{
	const struct timespec pause = rc__timespec(WAKE_AGAIN_NS);
	struct rc_client *client = peer->host_client;

	if (!client)
		return;
	rc__store_relaxed(&client->leaving, 1);
	while (pthread_tryjoin_np(peer->host_thread, NULL)) {
		void *word = rc__load_pointer_acquire(&client->sleep_word);

		if (word)
			rc__futex_wake(word);
		nanosleep(&pause, NULL);
	}
	rc_client_close(client);
	peer->host_client = NULL;
}
