/* SPDX-License-Identifier: MIT */
/*
 * take.c - reading replies from the ring, and settling calls that will get none.
 *
 * Everything in a reply's slot was written by the worker, so each word is read once and checked:
 * the id has to name a call that is in flight, the status has to be one that a worker may send.
 * Anything else breaks the client: its calls complete with -EPROTO and the ring is not read again.
 */
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "sys.h"

static bool status_allowed(int32_t status)
{
	switch (status) {
	case 0:
	case -EREMOTEIO:
	case -ENOSYS:
	case -EPROTO:
		return true;
	default:
		return false;
	}
}

/* One-way calls are done: their records and payload space come back. */
static void take_ack(struct rc_client *client, const struct rc_descriptor *ack)
{
	uint32_t ids[RC_ACK_CALLS], calls = ack->call;

	memcpy(ids, ack->body, sizeof(ids));
	rc__ring_advance(&client->replies, rc__slots_of(ack->flags));
	if (!calls || calls > RC_ACK_CALLS) {
		rc__client_break_proto(client, "ack", "its count is impossible");
		return;
	}
	for (uint32_t index = 0; index < calls; index++) {
		struct rc__record *record;

		record = rc__record_find(client, ids[index]);
		if (!record || record->state != RC__RECORD_ONE_WAY) {
			rc__client_break_proto(client, "ack", "it names no one-way call");
			return;
		}
		rc__record_free(client, record);
	}
}

static void append_done(struct rc_client *client, struct rc__record *record)
{
	uint32_t index = rc__record_index(client, record);

	record->state = RC__RECORD_DONE;
	record->next = RC__NONE;
	if (client->done_first == RC__NONE)
		client->done_first = index;
	else
		client->records[client->done_last].next = index;
	client->done_last = index;
}

bool rc__kept_make_room(struct rc_client *client, struct rc__record *record, uint32_t bytes)
{
	record->extras |= RC__EXTRA_FETCHED;
	rc__pool_free(&client->pool, record->space);
	record->space = rc__pool_alloc(&client->pool, bytes);
	if (record->space.bytes && record->state != RC__RECORD_ABANDONED) {
		client->hints[record->hint_index] = bytes;
		return true;
	}
	/* Nobody wants it, or there is no room: the worker forgets it and answers empty. */
	rc__record_kept(client, record)->too_large_bytes = bytes;
	return false;
}

/* The reply did not fit: asks for it again with larger space. */
static void take_kept(struct rc_client *client, struct rc__record *record, uint32_t bytes)
{
	if (record->extras & RC__EXTRA_FETCHED)
		rc__client_break_proto(client, record->method->name, "it announces a reply twice");
	else
		rc__fetch(client, record, !rc__kept_make_room(client, record, bytes));
}

/* Keeps a reply that came while somebody waited for another one. */
static void keep(struct rc_client *client, struct rc__record *record,
		 const struct rc_descriptor *reply)
{
	struct rc__kept *kept = rc__record_kept(client, record);

	kept->reply = *reply;
	rc__ring_advance(&client->replies, rc__slots_of(reply->flags));
	switch (record->state) {
	case RC__RECORD_ABANDONED:
		rc__record_free(client, record);
		break;
	case RC__RECORD_SYNC: /* of another thread */
	case RC__RECORD_OUTER:
	case RC__RECORD_JOINABLE:
		record->state = RC__RECORD_ANSWERED;
		break;
	default:
		append_done(client, record);
		break;
	}
}

struct rc__record *rc__reply_take(struct rc_client *client, enum rc__wanted wanted,
				  struct rc_descriptor *reply)
{
	struct rc__record *record;

	rc__ring_read(&client->replies, reply);
	if (rc__unlikely(reply->flags & RC_SLOT_ACK)) {
		take_ack(client, reply);
		return NULL;
	}
	record = rc__record_find(client, reply->call);
	if (rc__unlikely(!record || record->state < RC__RECORD_WAITING ||
			 record->state >= RC__RECORD_DONE)) {
		rc__client_break_proto(client, "reply", "it names no call in flight");
		return NULL;
	}
	if (rc__unlikely(!status_allowed(reply->status))) {
		rc__client_break_proto(client, record->method->name, "its status is impossible");
		return NULL;
	}
	if (rc__unlikely(reply->flags & RC_SLOT_FETCH)) {
		rc__ring_advance(&client->replies, rc__slots_of(reply->flags));
		take_kept(client, record, rc__span_unpack(reply->body[0]).bytes);
		return NULL;
	}
	if (rc__likely(record->state ==
		       (wanted == RC__WANTED_SYNC ? RC__RECORD_SYNC : RC__RECORD_WAITING)) &&
	    wanted != RC__WANTED_NONE)
		return record;
	keep(client, record, reply);
	return NULL;
}

/* Settles one call that will get no reply. */
static void settle(struct rc_client *client, struct rc__record *record, uint32_t taken, int code)
{
	struct rc__kept *kept = rc__record_kept(client, record);
	/* A request below `taken` was read by the worker. Positions wrap. */
	bool was_taken = (int32_t)(taken - record->position) > 0;

	switch (record->state) {
	case RC__RECORD_WAITING:
	case RC__RECORD_SYNC: /* the synchronous call finds its status in its record */
	case RC__RECORD_OUTER:
	case RC__RECORD_JOINABLE:
		kept->reply.flags = 0;
		kept->reply.status = code == -ENOTCONN && was_taken ? -ECONNRESET : code;
		if (record->state == RC__RECORD_WAITING)
			append_done(client, record);
		else
			record->state = RC__RECORD_ANSWERED;
		break;
	case RC__RECORD_ONE_WAY:
	case RC__RECORD_ABANDONED:
		rc__record_free(client, record);
		break;
	default:
		break;
	}
}

void rc__client_break(struct rc_client *client, int code)
{
	/* PAIRS-WITH take in goside/lane.go and serveSmalls in goside/small.go, which store the
	 * position before a handler runs. The worker is dead or a liar, so the value is final or
	 * of no consequence. */
	uint32_t taken = rc__load_acquire(&client->lane->worker_taken.taken);

	client->broken = code;
	client->collect_end = 0;
	rc__direct_forbid(client);
	rc__small_forbid(client);
	for (uint32_t index = 0; index <= client->record_mask; index++)
		if (!rc__record_is_free(client, &client->records[index]))
			settle(client, &client->records[index], taken, code);
}

int rc__client_break_proto(struct rc_client *client, const char *what, const char *why)
{
	if (!client->broken_text[0])
		snprintf(client->broken_text, sizeof(client->broken_text), "%s: %s", what, why);
	rc__client_break(client, -EPROTO);
	return rc__error_proto(client, what);
}

int rc__error_no_method(const struct rc_client *client, const char *what)
{
	return rc__error_set(-ENOSYS, RC_RAN_NO,
			     "ringcall: %s: %s has no such method: it was built from an "
			     "older header; rebuild it from this program's",
			     what, client->peer->name);
}

int rc__error_no_service(const struct rc_client *client, const char *what, const char *service)
{
	return rc__error_set(-ENOSYS, RC_RAN_NO,
			     "ringcall: %s: %s has no service \"%s\"; does its main "
			     "package import and register it, and was it built from this header?",
			     what, client->peer->name, service);
}

int rc__error_proto(const struct rc_client *client, const char *what)
{
	return rc__error_set(-EPROTO, RC_RAN_PERHAPS,
			     "ringcall: %s: %s wrote an impossible value (%s); the lane is "
			     "closed: close this client, and suspect the worker's memory",
			     what, client->peer->name, client->broken_text);
}
