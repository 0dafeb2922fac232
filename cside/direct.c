/* SPDX-License-Identifier: MIT */
/*
 * direct.c - a synchronous call on the calling thread, by cgo.
 *
 * The request lies in the next slot of the ring, as for any call, but the slot is not committed:
 * Go copies it, runs the handler, and writes the reply into a slot on our stack. So the message,
 * its checks, and replies that need more space are those of the ring.
 *
 * A call does not overtake short ones that were made before it, so it goes directly only when no
 * other is in flight; and one with a deadline takes the ring, because a thread that is inside of Go
 * cannot stop waiting.
 */
#include <signal.h>

#include "internal.h"
#include "sys.h"

/* The Go side that has seen this thread last: its rc_go_call(). */
static _Thread_local void (*met)(int lane, void *request, void *reply);

/* The first call of a thread into a Go runtime, of any kind, unblocks signals and leaves them so
 * until the thread exits. So it is one that does nothing, and the mask is put back after it. */
static __attribute__((noinline)) void meet(const struct rc_peer *peer)
{
	sigset_t mask;

	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	peer->go.lane(0, 0); /* there is no peer 0 */
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	met = peer->go.call;
}

void rc__direct_meet(const struct rc_peer *peer)
{
	if (rc__unlikely(met != peer->go.call))
		meet(peer);
}

/* Other threads may use the client while the handler runs: it has no other call in flight. */
static inline void call(struct rc_client *client, struct rc_slot *request, struct rc_slot *answer)
{
	rc__gate_leave();
	client->peer->go.call(client->go_lane, request, answer);
	rc__gate_enter(&client->gate);
}

int rc__direct_call(struct rc_client *client, struct rc__record *record, void *into)
{
	struct rc_slot *request = rc__ring_reserve(&client->requests);
	struct rc_slot answer;
	struct rc__reply reply;

	rc__direct_meet(client->peer);
	record->state = RC__RECORD_SYNC;
	client->direct_calls++;
	call(client, request, &answer);
	if (rc__likely(rc__reply_is_simple(&answer, record->method))) {
		rc__copy_words(into, answer.body, record->method->reply_bytes);
		rc__record_free(client, record);
		return 0;
	}
	if (answer.flags & RC_SLOT_FETCH) {
		uint32_t bytes = rc__span_unpack(answer.body[0]).bytes;

		rc__fetch_fill(client, record, !rc__kept_make_room(client, record, bytes));
		call(client, rc__ring_reserve(&client->requests), &answer);
	}
	reply = (struct rc__reply){ answer.flags, answer.status, answer.body };
	return rc__reply_finish(client, record, &reply, into);
}
