/* SPDX-License-Identifier: MIT */
/*
 * poll.c - completing asynchronous calls: rc_poll(), rc_wait(), and their callbacks.
 *
 * A call's record and slot are free again before its callback runs, so a callback may make calls,
 * synchronous ones too. A callback does not complete others: rc_poll() in it returns 0.
 */
#include <stdalign.h>
#include <string.h>

#include "internal.h"
#include "sys.h"

enum {
	/* Replies without pointers up to this size are taken on the stack. */
	REPLY_STACK_BYTES = 256,
	/* The slot so many after the one that is read is fetched meanwhile. Replies come several
	 * at a time, so it is mostly there. */
	REPLIES_AHEAD = 4
};

/* Runs a call's callback, outside of the gate: other threads may cancel calls meanwhile. */
static inline void call_back(struct rc_client *client, struct rc__thread *self, uint64_t token,
			     const struct rc_method *method, rc__done *done, void *context,
			     int status, const void *reply)
{
	if (!done)
		return;
	client->calling = token;
	rc__gate_leave_as(self);
	method->complete(context, status, status ? NULL : reply, done);
	if (rc__unlikely(!rc__gate_try(&client->gate, self)))
		rc__gate_enter_slowly(&client->gate);
	if (rc__unlikely(client->followers))
		rc__wake_followers(client); /* who cancels it waits until it has run */
}

static inline uint64_t token_of(const struct rc__record *record)
{
	uint64_t token;

	memcpy(&token, &record->id, sizeof(token)); /* and the position, as rc__call_token() */
	return token;
}

/* Finishes one call and runs its callback; `in_ring`: its reply's slot is still to be left. */
static void complete(struct rc_client *client, struct rc__record *record,
		     const struct rc_descriptor *reply, bool in_ring)
{
	alignas(16) unsigned char stack[REPLY_STACK_BYTES];
	const struct rc_method *method = record->method;
	rc__done *done = record->done;
	void *context = record->context;
	uint64_t token = token_of(record);
	struct rc__private *private = NULL;
	const void *held = NULL;
	void *into = stack;
	int status;

	if (method->flags & RC_METHOD_REPLY_POINTERS) {
		into = &held;
	} else if (rc__unlikely(method->reply_bytes > sizeof(stack))) {
		private = rc__private_take(client, method->reply_bytes);
		into = private ? private + 1 : NULL;
	}
	status = rc__reply_finish(client, record, reply, into);
	if (in_ring)
		rc__ring_advance(&client->replies, rc__slots_of(reply->flags));
	if (held && !done)
		rc__release(client, held);
	client->counts -= RC__ONE_PENDING;
	call_back(client, rc__self, token, method, done, context, status, held ? held : into);
	if (private)
		rc__private_give(client, private);
}

void rc__complete_settled(struct rc_client *client, struct rc__record *record)
{
	complete(client, record, &rc__record_kept(client, record)->reply, false);
}

/* Calls that were settled or whose replies came in passing. */
static int collect_done(struct rc_client *client)
{
	int count = 0;

	while (client->done_first != RC__NONE) {
		struct rc__record *record = &client->records[client->done_first];

		client->done_first = record->next;
		if (rc__unlikely(record->state == RC__RECORD_DROPPED)) {
			rc__record_free(client, record);
			continue;
		}
		rc__complete_settled(client, record);
		count++;
	}
	return count;
}

/* Deals with the next reply, which is there. Returns how many calls completed: 0 or 1. */
static __attribute__((noinline)) int collect_other(struct rc_client *client)
{
	struct rc_descriptor reply;
	struct rc__record *record = rc__reply_take(client, RC__WANTED_ASYNC, &reply);

	if (!record)
		return 0;
	complete(client, record, &reply, true);
	return 1;
}

/* complete() of a call that has nothing beside itself, whose reply is common and has these flags:
 * without a branch that depends on the call's type. */
static inline void complete_common(struct rc_client *client, struct rc__thread *self,
				   struct rc__record *record, const struct rc_slot *slot,
				   uint64_t position, uint32_t flags)
{
	const struct rc_method *method = record->method;
	rc__done *done = record->done;
	void *context = record->context;
	uint64_t token = token_of(record);
	alignas(16) uint64_t body[RC_BODY_BYTES / 8];

	memcpy(body, slot->body, sizeof(slot->body));
	if (rc__unlikely(flags > rc__slot_inline_flags(RC_SLOT_BODY_BYTES))) {
		memcpy(body + 2, rc__ring_rest(&client->replies)->body,
		       sizeof(body) - sizeof(slot->body));
		position++;
	}
	client->replies.position = position + 1;
	rc__record_give(client, record, (uint32_t)token, RC__ONE_USED + RC__ONE_PENDING);
	call_back(client, self, token, method, done, context, 0, body);
}

/* Deals with the replies that are there, most of them in few steps. Small requests are staged. */
static inline int collect_replies(struct rc_client *client, struct rc__thread *self)
{
	int count = 0;

	/* No more than a ring of them, so that callbacks that make calls do not keep us here. */
	client->collect_end =
		client->broken ? 0 : client->replies.position + client->replies.mask + 1;
	rc__stage_begin(client);
	for (;;) {
		uint64_t position = client->replies.position, outcome;
		const struct rc_slot *slot = rc__ring_slot(&client->replies);
		struct rc__record *record;
		uint32_t head;

		if (rc__unlikely(position >= client->collect_end) ||
		    !rc__slot_is_there(slot, position))
			break;
		/* Past the ring's end that is another line, for nothing. */
		rc__prefetch_read(slot + REPLIES_AHEAD);
		outcome = rc__slot_outcome(slot);
		head = rc__slot_head(slot);
		record = &client->records[outcome & client->record_mask];
		/* A status of 0, and the call's id. */
		if (rc__unlikely(outcome != record->id ||
				 !rc__record_waits_plainly(record, head))) {
			count += collect_other(client);
			continue;
		}
		complete_common(client, self, record, slot, position, head >> 16);
		count++;
	}
	if (client->stage.most)
		rc__stage_end(client);
	return count;
}

int rc__collect(struct rc_client *client)
{
	struct rc__thread *self = rc__self;
	int count = 0;

	if (rc__unlikely(client->armed))
		rc__disarm(client);
	client->completing = true;
	client->completing_thread = self;
	if (rc__unlikely(client->done_first != RC__NONE))
		count += collect_done(client);
	count += collect_replies(client, self);
	if (rc__unlikely(client->done_first != RC__NONE))
		count += collect_done(client);
	client->completing = false;
	if (rc__unlikely(rc__reverse_ready(client)))
		count += rc__reverse_serve_all(client);
	return count;
}

static inline int poll_in_gate(struct rc_client *client)
{
	int count;

	if (client->completing)
		return 0;
	count = rc__collect(client);
	if (rc__likely(count)) {
		client->ask.polls = 0;
		return count;
	}
	if (rc__unlikely(client->broken == -EPROTO))
		return rc__unusable(client, "rc_poll");
	if (!rc__pending(client))
		return 0;
	if (rc__unlikely(++client->ask.polls % RC__ASK_POLLS == 0) && rc__in_company(client))
		rc__ask_polled(client);
	/* The worker wrote nothing more after its death was seen, so the ring is read once more. */
	if (rc__likely(rc__peer_state(client->peer) != RC__PEER_DEAD))
		return 0;
	count = rc__collect(client);
	if (!client->broken && rc__pending(client)) {
		rc__client_break(client, -ENOTCONN);
		count += rc__collect(client);
	}
	return count;
}

int rc_poll(struct rc_client *client)
{
	int count;

	rc__gate_enter(&client->gate);
	count = poll_in_gate(client);
	rc__gate_leave();
	return count;
}

/* `serves`: also when no call is in flight. */
static int wait_in_gate(struct rc_client *client, bool serves, uint64_t deadline_ns)
{
	bool waits;

	if (client->completing)
		return 0;
	for (;;) {
		int count = rc__collect(client), end;

		if (count)
			return count;
		waits = rc__pending(client) || serves;
		if (client->broken == -EPROTO || (client->broken && waits))
			return rc__unusable(client, serves ? "rc_serve" : "rc_wait");
		if (!waits)
			return 0;
		end = rc__wait_reply(client, deadline_ns);
		if (end == -ETIMEDOUT)
			return rc__error_set(end, RC_RAN_PERHAPS,
					     "ringcall: %s: no call to %s completed before the "
					     "deadline; %u are in flight",
					     serves ? "rc_serve" : "rc_wait", client->peer->name,
					     rc__pending(client));
		if (end && !client->broken)
			rc__client_break(client, end);
	}
}

int rc_wait(struct rc_client *client, uint64_t deadline_ns)
{
	int count;

	rc__gate_enter(&client->gate);
	count = wait_in_gate(client, false, deadline_ns);
	rc__gate_leave();
	return count;
}

int rc_serve(struct rc_client *client, uint64_t deadline_ns)
{
	int count;

	rc__gate_enter(&client->gate);
	count = wait_in_gate(client, true, deadline_ns);
	rc__gate_leave();
	return count;
}
