/* SPDX-License-Identifier: MIT */
/*
 * cancel.c - what may be done with a call in flight by its handle: cancel it, wait for it, tie
 * payload to it. All of it from any thread.
 *
 * A handle names a call by the id and the position of its request; a record that was used again
 * differs in both. To cancel a call is to forget who wanted it: its record and its payload stay
 * until the worker's reply has come, as those of a call that timed out.
 */
#define _GNU_SOURCE
#include "internal.h"
#include "sys.h"

/* The call's record, or NULL when it has ended. */
static struct rc__record *find(const struct rc_call *call)
{
	struct rc__record *record = rc__record_find(call->client, call->id);

	return record && record->position == call->position ? record : NULL;
}

static void abandon(struct rc_client *client, struct rc__record *record)
{
	bool joined = record->extras & RC__EXTRA_JOINED;

	record->state = RC__RECORD_ABANDONED;
	record->extras |= RC__EXTRA_CANCELLED;
	rc__cancelled_store(client, record, record->id);
	if (!joined)
		return;
	rc__wake_followers(client);
	rc__nudge(client);
}

/* Whether the call's callback runs, on another thread. */
static bool is_calling(const struct rc_call *call)
{
	const struct rc_client *client = call->client;

	return client->completing && client->calling == rc__call_token(call->id, call->position) &&
	       client->completing_thread != rc__self;
}

/* Whether the call had not ended; *in_worker: the worker has to be told. */
static bool cancel(struct rc_call *call, bool *in_worker)
{
	struct rc_client *client = call->client;
	struct rc__record *record = find(call);

	switch (record ? record->state : RC__RECORD_BEGUN) {
	case RC__RECORD_WAITING:
		client->counts -= RC__ONE_PENDING;
		*in_worker = true;
		abandon(client, record);
		return true;
	case RC__RECORD_JOINABLE:
		*in_worker = true;
		abandon(client, record);
		return true;
	case RC__RECORD_DONE:
		client->counts -= RC__ONE_PENDING;
		record->state = RC__RECORD_DROPPED;
		return true;
	case RC__RECORD_ANSWERED:
		rc__record_free(client, record);
		return true;
	default:
		while (is_calling(call))
			rc__follow(client, RC_FOREVER);
		return false;
	}
}

int rc_call_cancel(struct rc_call *call)
{
	struct rc_client *client = call->client;
	bool in_worker = false, cancelled;

	rc__gate_enter(&client->gate);
	cancelled = cancel(call, &in_worker);
	rc__gate_leave();
	if (in_worker)
		rc__control_send_cancel(client->peer, client->lane_index, call->id);
	if (cancelled)
		return 0;
	return rc__error_set(
		-EALREADY, RC_RAN_PERHAPS,
		"ringcall: rc_call_cancel: the call has ended already, or was cancelled");
}

/* Reads a reply, if one is there, or waits for one. 0 or -ETIMEDOUT. */
static int progress(struct rc_client *client, uint64_t deadline_ns)
{
	struct rc_descriptor reply;
	int end;

	if (rc__ring_peek(&client->replies)) {
		rc__reply_take(client, RC__WANTED_NONE, &reply);
		return 0;
	}
	end = rc__wait_reply_only(client, deadline_ns);
	if (end && end != -ETIMEDOUT && !client->broken)
		rc__client_break(client, end);
	return end == -ETIMEDOUT ? end : 0;
}

static int finish(struct rc_client *client, struct rc__record *record, void *reply)
{
	const struct rc_descriptor *came = &rc__record_kept(client, record)->reply;

	if (!reply && !came->status) {
		rc__record_free(client, record);
		return 0;
	}
	return rc__reply_finish(client, record, came, reply);
}

static int wait_for(struct rc_call *call, void *reply, uint64_t deadline_ns)
{
	struct rc_client *client = call->client;
	struct rc__record *record = find(call);
	int end = 0;

	if (record && (record->state == RC__RECORD_WAITING || record->state == RC__RECORD_DONE ||
		       record->extras & RC__EXTRA_JOINED))
		return rc__error_set(-EINVAL, RC_RAN_PERHAPS,
				     "ringcall: rc_call_wait: %s: the call has a callback, or "
				     "another thread waits for it",
				     record->method->name);
	while (record && record->state == RC__RECORD_JOINABLE && !end) {
		record->extras |= RC__EXTRA_JOINED;
		end = progress(client, deadline_ns);
		record = find(call);
		if (record)
			record->extras &= (uint8_t)~RC__EXTRA_JOINED;
	}
	if (record && record->state == RC__RECORD_ANSWERED)
		return finish(client, record, reply);
	if (record && record->state == RC__RECORD_JOINABLE)
		return rc__error_set(end, RC_RAN_PERHAPS,
				     "ringcall: rc_call_wait: %s: no reply before the deadline; "
				     "the call is still in flight: wait again, or cancel it",
				     record->method->name);
	return rc__error_set(
		-ECANCELED, RC_RAN_PERHAPS,
		"ringcall: rc_call_wait: the call was cancelled, or waited for before");
}

int rc_call_wait(struct rc_call *call, void *reply, uint64_t deadline_ns)
{
	int status;

	rc__gate_enter(&call->client->gate);
	status = wait_for(call, reply, deadline_ns);
	rc__gate_leave();
	return status;
}

int rc_call_release(struct rc_call *call, const void *memory)
{
	struct rc_client *client = call->client;
	struct rc__record *record;
	int status = 0;

	rc__gate_enter(&client->gate);
	record = find(call);
	if (!record) {
		rc__release(client, memory);
	} else if (record->extras & RC__EXTRA_PAYLOAD) {
		status =
			rc__error_set(-EBUSY, RC_RAN_PERHAPS,
				      "ringcall: rc_call_release: %s: the call has memory to "
				      "release already; put all that it passes into one rc_alloc()",
				      record->method->name);
	} else {
		record->extras |= RC__EXTRA_PAYLOAD;
		rc__record_kept(client, record)->payload = memory;
	}
	rc__gate_leave();
	return status;
}
