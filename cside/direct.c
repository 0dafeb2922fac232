/* SPDX-License-Identifier: MIT */
/*
 * direct.c - a synchronous call on the calling thread, by cgo.
 *
 * The request lies in the next slot of the ring, as for any call, but the slot is not committed:
 * Go copies it, runs the handler, and writes the reply into a slot on our stack. So the message,
 * its checks, and replies that need more space are those of the ring.
 *
 * Calls of one client run in order, so a call goes directly only when no other is in flight; and
 * one with a deadline takes the ring, because a thread that is inside of Go cannot stop waiting.
 */
#include "internal.h"
#include "sys.h"

int rc__direct_call(struct rc_client *client, struct rc__record *record, void *into)
{
	struct rc_slot *request = rc__ring_reserve(&client->requests);
	struct rc_slot answer;
	struct rc__reply reply;

	record->state = RC__RECORD_SYNC;
	client->direct_calls++;
	client->peer->go.call(client->go_lane, request, &answer);
	if (rc__likely(rc__reply_is_simple(&answer, record->method))) {
		rc__copy_words(into, answer.body, record->method->reply_bytes);
		rc__record_free(client, record);
		return 0;
	}
	if (answer.flags & RC_SLOT_FETCH) {
		uint32_t bytes = rc__span_unpack(answer.body[0]).bytes;

		rc__fetch_fill(client, record, !rc__kept_make_room(client, record, bytes));
		client->peer->go.call(client->go_lane, rc__ring_reserve(&client->requests),
				      &answer);
	}
	reply = (struct rc__reply){ answer.flags, answer.status, answer.body };
	return rc__reply_finish(client, record, &reply, into);
}
