/* SPDX-License-Identifier: MIT */
/*
 * small.c - calls whose messages fit slots and hold nothing that has to be checked, in one step.
 *
 * Most calls are of this kind, and with many of them in flight what the host executes for each
 * decides how fast they are. So here is the common way of such a call and nothing else: what is the
 * same for all calls of a method is put together once and kept, every look at something out of the
 * ordinary leads to the steps that other calls take, in call.c, and no function is called on the
 * way, so that no register has to be saved.
 */
#include <string.h>

#include "internal.h"

static inline struct rc__ready *ready_at(struct rc_client *client, const struct rc_method *method)
{
	return &client->ready[((uintptr_t)method >> 4) % RC__READY];
}

/* Keeps what the next calls of a method begin with, if the worker has it. In the gate. */
static void make_ready(struct rc_client *client, const struct rc_method *method)
{
	uint32_t place = rc__method_place(client, method);
	uint32_t index = rc__place_base(place) + method->index;
	uint32_t flags = rc__slot_flags(method) | rc__slot_inline_flags(method->request_bytes);
	struct rc__record record = { .hint_index = (uint16_t)index,
				     .reply_flags = rc__common_flags(method) };
	struct rc__ready ready = { .method = method,
				   .head = flags << 16 | index,
				   .request_bytes = method->request_bytes };

	if (method->index >= rc__place_methods(place))
		return;
	memcpy(&ready.record, &record.state, sizeof(ready.record));
	*ready_at(client, method) = ready;
}

/* Begins a call in the steps of others, after enter() has failed. With 0 the client is in the gate,
 * as after rc__send_begin(). */
static int begin_slowly(struct rc_client *client, const struct rc_method *method,
			const void *message, struct rc__record **record)
{
	struct rc_send send;
	int status;

	rc__gate_leave();
	status = rc__send_begin(client, method, method->request_bytes, &send);
	if (status)
		return status;
	make_ready(client, method);
	if (method->request_bytes)
		memcpy(send.message, message, method->request_bytes);
	*record = &client->records[send.record];
	return 0;
}

static __attribute__((noinline)) int sync_slowly(struct rc_client *client,
						 const struct rc_method *method,
						 const void *message, void *reply)
{
	struct rc__record *record;
	int status = begin_slowly(client, method, message, &record);

	if (status)
		return status;
	status = rc__run_sync(client, record, reply);
	rc__gate_leave();
	return status;
}

static __attribute__((noinline)) int async_slowly(struct rc_client *client,
						  const struct rc_method *method,
						  const void *message, rc__done *done,
						  void *context, struct rc_call *call)
{
	struct rc__record *record;
	int status = begin_slowly(client, method, message, &record);

	if (status)
		return status;
	rc__submit_async(client, record, done, context, call);
	rc__gate_leave();
	return 0;
}

/* Wakes the worker for the request just committed, and leaves the gate. */
static __attribute__((noinline)) int wake_and_leave(struct rc_client *client, struct rc_slot *slot)
{
	rc__wake_worker(client, slot);
	rc__gate_leave();
	return 0;
}

/* Enters the gate, if the call can begin at once; else rc__gate_leave() is still due. */
static inline bool enter(struct rc_client *client, const struct rc_method *method,
			 const struct rc__ready *ready)
{
	return rc__gate_try(&client->gate) && ready->method == method && !client->head.direct &&
	       rc__may_begin(client);
}

/* Takes a record, which is there. Its state and what its callback gets are the caller's to fill. */
static inline struct rc__record *take_record(struct rc_client *client)
{
	struct rc__record *record = &client->records[client->free_record];

	client->free_record = record->next;
	client->records_used++;
	return record;
}

/* Fills the next slot's body, and its rest with what that does not hold: the deadline, or more
 * message. Returns the flags that say so. */
static __attribute__((noinline)) uint16_t fill_long(struct rc_client *client, const void *message,
						    uint32_t bytes)
{
	const struct rc__ring *requests = &client->requests;
	struct rc_slot_rest *rest = rc__ring_reserve_rest(requests, client->slot_deadline_ns);
	const unsigned char *from = message;

	client->slots_besides++;
	if (bytes <= RC_SLOT_BODY_BYTES) {
		rc__copy_words(rc__ring_reserve(requests)->body, from, bytes);
	} else {
		rc__copy_words(rc__ring_reserve(requests)->body, from, RC_SLOT_BODY_BYTES);
		rc__copy_words(rest->body, from + RC_SLOT_BODY_BYTES, bytes - RC_SLOT_BODY_BYTES);
	}
	return rc__deadline_flag(client);
}

/* Fills the record and the next slot, and commits that. Returns the slot. */
static inline __attribute__((always_inline)) struct rc_slot *
submit(struct rc_client *client, const struct rc__ready *ready, const void *message,
       struct rc__record *record, enum rc__record_state state)
{
	struct rc__ring requests = client->requests; /* so that it need not be loaded again */
	struct rc_slot *slot = rc__ring_reserve(&requests);
	uint32_t id = ~record->id, head = ready->head, slots = 1;
	uint64_t token = rc__call_token(id, (uint32_t)requests.position);
	uint64_t rest = ready->record | (uint64_t)state | (uint64_t)client->reverse.running << 8;

	memcpy(&record->id, &token, sizeof(token));
	memcpy(&record->state, &rest, sizeof(rest));
	record->method = ready->method;
	if (rc__likely(ready->request_bytes <= RC_SLOT_BODY_BYTES && !client->slot_deadline_ns)) {
		if (rc__likely(ready->request_bytes == RC_SLOT_BODY_BYTES))
			rc__copy_words(slot->body, message, RC_SLOT_BODY_BYTES);
		else
			rc__copy_words(slot->body, message, ready->request_bytes);
	} else {
		head |= (uint32_t)fill_long(client, message, ready->request_bytes) << 16;
		slots = 2;
	}
	rc__slot_set_head(slot, (uint16_t)head, (uint16_t)(head >> 16), id);
	rc__ring_commit(&requests, slots);
	client->requests.position = requests.position;
	return slot;
}

int rc__small_sync(struct rc_client *client, const struct rc_method *method, const void *message,
		   void *reply)
{
	const struct rc__ready *ready = ready_at(client, method);
	struct rc__record *record;
	struct rc_slot *slot;
	uint32_t position;
	int status;

	if (rc__unlikely(!enter(client, method, ready)))
		return sync_slowly(client, method, message, reply);
	position = (uint32_t)client->requests.position;
	record = take_record(client);
	slot = submit(client, ready, message, record, RC__RECORD_SYNC);
	if (rc__unlikely(rc__waker_due(&client->worker, position)))
		rc__wake_worker(client, slot);
	status = rc__await(client, record, reply);
	rc__gate_leave();
	return status;
}

int rc__small_async(struct rc_client *client, const struct rc_method *method, const void *message,
		    rc__done *done, void *context, struct rc_call *call)
{
	const struct rc__ready *ready = ready_at(client, method);
	struct rc__record *record;
	struct rc_slot *slot;
	uint32_t position;

	if (rc__unlikely(!enter(client, method, ready) || !done))
		return async_slowly(client, method, message, done, context, call);
	position = (uint32_t)client->requests.position;
	record = take_record(client);
	record->done = done;
	record->context = context;
	client->pending++;
	if (call)
		*call = (struct rc_call){ client, ~record->id, position };
	slot = submit(client, ready, message, record, RC__RECORD_WAITING);
	if (rc__unlikely(rc__waker_due(&client->worker, position)))
		return wake_and_leave(client, slot);
	rc__gate_leave();
	return 0;
}
