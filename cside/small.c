/* SPDX-License-Identifier: MIT */
/*
 * small.c - calls whose messages fit slots and hold nothing that has to be checked, in one step.
 *
 * Most calls are of this kind, and with many of them in flight what the host executes for each
 * decides how fast they are; loads and stores above all, as a CPU does three of them a cycle and a
 * call has some 80. So here is the common way of such a call and nothing else. What is the same for
 * all calls of a method is put together once and kept. Whatever is out of the ordinary for long -
 * the client is broken, the worker dead - takes the kept away, so that one look finds it; the steps
 * that other calls take, in call.c, deal with it. No function is called on the way, so that few
 * registers have to be saved.
 */
#include <string.h>

#include "internal.h"

/* Where a client looks that has to go the common way of all calls: no method is ready. */
static struct rc__ready none_ready[RC__READY];

void rc__small_allow(struct rc_client *client)
{
	/* mark_dead() sets the state and then forbids it under the lock that we hold. */
	bool may = !client->head.direct && rc__peer_state(client->peer) == RC__PEER_RUNNING;

	rc__store_pointer_relaxed(&client->small, may ? client->ready : none_ready);
	rc__store_pointer_relaxed(&client->staging, none_ready);
}

void rc__small_forbid(struct rc_client *client)
{
	rc__store_pointer_relaxed(&client->small, none_ready);
	rc__small_stage(client, false);
}

void rc__small_stage(struct rc_client *client, bool may)
{
	rc__store_pointer_relaxed(&client->staging, may ? client->plain : none_ready);
}

static inline struct rc__ready *ready_at(struct rc__ready *ready, const struct rc_method *method)
{
	return &ready[((uintptr_t)method >> 4) % RC__READY];
}

/* Keeps what the next calls of a method begin with, if the worker has it. In the gate. */
static void make_ready(struct rc_client *client, const struct rc_method *method)
{
	uint32_t place = rc__method_place(client, method);
	uint32_t index = rc__place_base(place) + method->index;
	uint32_t flags = rc__slot_flags(method) | rc__slot_inline_flags(method->request_bytes);
	struct rc__record record = { .state = RC__RECORD_WAITING, .hint_index = (uint16_t)index };
	struct rc__ready ready = { .method = method,
				   .head = (uint64_t)(flags << 16 | index) << 32,
				   .request_bytes = method->request_bytes };

	if (method->index >= rc__place_methods(place))
		return;
	rc__record_expect(&record, method);
	ready.record = rc__record_word(&record);
	*ready_at(client->ready, method) = ready;
	if (ready.request_bytes == RC_SLOT_BODY_BYTES)
		*ready_at(client->plain, method) = ready;
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

static __attribute__((noinline)) int sync_slowly(struct rc_client *client, const void *message,
						 void *reply, const struct rc_method *method)
{
	struct rc__record *record;
	int status = begin_slowly(client, method, message, &record);

	if (status)
		return status;
	status = rc__run_sync(client, record, reply);
	rc__gate_leave();
	return status;
}

/* Enters the gate and returns what the call begins with, if it can begin at once. Else NULL, and
 * rc__gate_leave() is still due. With a result, client->free is there, too. */
static inline const struct rc__ready *enter(struct rc_client *client,
					    const struct rc_method *method)
{
	const struct rc__ready *ready;

	if (rc__unlikely(!rc__gate_try(&client->gate, rc__self)))
		return NULL;
	ready = ready_at(rc__load_pointer_relaxed(&client->small), method);
	if (rc__unlikely(ready->method != method || !client->free))
		return NULL;
	return ready;
}

/* Fills what tells the call by its record. */
static inline void name_record(struct rc__record *record, uint64_t record_word, uint32_t id,
			       uint32_t position)
{
	uint64_t token = rc__call_token(id, position);

	memcpy(&record->id, &token, sizeof(token));
	memcpy(&record->state, &record_word, sizeof(record_word));
}

/* Fills the next slot's body, and its rest with what that does not hold: the deadline, or more
 * message. Returns the flags that say so, and *slots. */
static uint16_t fill(struct rc_client *client, const void *message, uint32_t bytes, uint32_t *slots)
{
	const struct rc__ring *requests = &client->requests;
	const unsigned char *from = message;
	uint32_t in_slot = bytes < RC_SLOT_BODY_BYTES ? bytes : RC_SLOT_BODY_BYTES;
	struct rc_slot_rest *rest;

	rc__copy_words(rc__ring_reserve(requests)->body, from, in_slot);
	*slots = 1;
	if (bytes == in_slot && !client->slot_deadline_ns)
		return 0;
	rest = rc__ring_reserve_rest(requests, client->slot_deadline_ns);
	rc__copy_words(rest->body, from + in_slot, bytes - in_slot);
	client->slots_besides++;
	*slots = 2;
	return rc__deadline_flag(client);
}

/* Of submit(). `plain`: the message fills the slot's body, and there is no rest. There are two
 * copies of it: with one for both, a synchronous call takes 3 % longer. */
static inline __attribute__((always_inline)) bool submit_as(struct rc_client *client,
							    const struct rc__ready *ready,
							    const void *message, uint64_t call,
							    bool plain)
{
	uint64_t position = client->requests.position;
	struct rc_slot *slot = rc__ring_reserve(&client->requests);
	uint64_t head = ready->head | rc__sequence_of(position);
	uint32_t slots = 1;

	if (plain)
		rc__copy_words(slot->body, message, RC_SLOT_BODY_BYTES);
	else
		head |= (uint64_t)fill(client, message, ready->request_bytes, &slots) << 48;
	rc__slot_set_call(slot, call);
	client->requests.position = position + slots;
	rc__slot_commit(slot, head);
	return rc__waker_due(&client->worker, (uint32_t)position);
}

/* Fills the next slot for a call, and commits it. Returns whether the worker sleeps on it. */
static inline __attribute__((always_inline)) bool
submit(struct rc_client *client, const struct rc__ready *ready, const void *message, uint64_t call)
{
	if (rc__likely(ready->request_bytes == client->plain_bytes))
		return submit_as(client, ready, message, call, true);
	return submit_as(client, ready, message, call, false);
}

/* Wakes the worker, which sleeps on the slot of a position. */
static __attribute__((noinline)) void wake(struct rc_client *client, uint32_t position)
{
	rc__wake_worker(client, &client->requests.slots[position & client->requests.mask]);
}

int rc__small_sync(struct rc_client *client, const void *message, void *reply,
		   const struct rc_method *method)
{
	const struct rc__ready *ready = enter(client, method);
	uint32_t position = (uint32_t)client->requests.position, id;
	struct rc__record *record = client->free;
	uint64_t word;
	bool sleeps;
	int status;

	if (rc__unlikely(!ready))
		return sync_slowly(client, message, reply, method);
	if (rc__unlikely(client->stage.most))
		rc__stage_end(client);
	/* The rest is done while the request is on its way. */
	id = rc__record_take(client, record);
	sleeps = submit(client, ready, message, id);
	client->counts += RC__ONE_USED;
	record->method = method;
	word = (ready->record | client->record_level) ^ (RC__RECORD_WAITING ^ RC__RECORD_SYNC);
	name_record(record, word, id, position);
	if (rc__unlikely(sleeps))
		wake(client, position);
	status = rc__await(client, record, reply);
	rc__gate_leave();
	return status;
}

static __attribute__((noinline)) int async_slowly(struct rc_client *client, const void *message,
						  rc__done *done, void *context,
						  struct rc_call *call,
						  const struct rc_method *method)
{
	struct rc__record *record;
	int status = begin_slowly(client, method, message, &record);

	if (status)
		return status;
	rc__submit_async(client, record, done, context, call);
	rc__gate_leave();
	return 0;
}

static __attribute__((noinline)) int flush_and_leave(struct rc_client *client)
{
	rc__stage_flush(client);
	rc__gate_leave();
	return 0;
}

/* Stages a call whose record is filled, and leaves the gate. `message`: as long as a body. What the
 * call adds to client->counts is added by the flush. */
static inline __attribute__((always_inline)) int
stage(struct rc_client *client, struct rc__thread *self, const struct rc__ready *ready,
      uint64_t position, uint32_t id, const void *message)
{
	struct rc_slot *slot = rc__stage_slot(&client->stage, position);

	client->requests.position = position + 1;
	rc__slot_stage(slot, ready->head | rc__sequence_of(position), id | client->stage.company,
		       message);
	if (rc__unlikely(position + 1 == client->stage.end))
		return flush_and_leave(client);
	rc__gate_leave_as(self);
	return 0;
}

/* Fills the record of a call that rc_poll() completes, and its handle. */
static inline void call_later(struct rc_client *client, struct rc__record *record,
			      uint64_t record_word, uint32_t id, uint32_t position,
			      const struct rc_method *method, rc__done *done, void *context,
			      struct rc_call *call)
{
	record->method = method;
	record->done = done;
	record->context = context;
	name_record(record, record_word, id, position);
	if (call)
		*call = (struct rc_call){ client, id, position };
}

/* An asynchronous call that rc__small_async() leaves to others. */
static __attribute__((noinline)) int async_other(struct rc_client *client, const void *message,
						 rc__done *done, void *context,
						 struct rc_call *call,
						 const struct rc_method *method)
{
	const struct rc__ready *ready = enter(client, method);
	uint64_t position = client->requests.position;
	struct rc__record *record = client->free;
	uint64_t body[RC_SLOT_BODY_BYTES / 8] = { 0 };
	uint64_t word;
	uint32_t id;
	bool sleeps;

	if (rc__unlikely(!ready || !done))
		return async_slowly(client, message, done, context, call, method);
	word = ready->record | client->record_level;
	id = rc__record_take(client, record);
	if (client->stage.most && ready->request_bytes < client->plain_bytes &&
	    client->plain_bytes == RC_SLOT_BODY_BYTES) {
		call_later(client, record, word, id, (uint32_t)position, method, done, context,
			   call);
		memcpy(body, message, ready->request_bytes);
		return stage(client, rc__self, ready, position, id, body);
	}
	client->counts += RC__ONE_USED + RC__ONE_PENDING;
	if (rc__unlikely(client->stage.most))
		rc__stage_end(client);
	sleeps = submit(client, ready, message, id | rc__stage_company(rc__stage_share(client)));
	call_later(client, record, word, id, (uint32_t)position, method, done, context, call);
	if (rc__unlikely(sleeps))
		wake(client, (uint32_t)position);
	rc__gate_leave();
	return 0;
}

/*
 * Stages the call if it is one of many whose requests just fill a slot. These come in masses, so
 * they cost nothing that only others need: one look at client->staging says that there is a stage,
 * no deadline, and no host function around, and no register is saved, as what is called comes last.
 */
int rc__small_async(struct rc_client *client, const void *message, rc__done *done, void *context,
		    struct rc_call *call, const struct rc_method *method)
{
	struct rc__thread *self = rc__self;
	const struct rc__ready *ready;
	struct rc__record *record;
	uint64_t position;
	uint32_t id;

	if (rc__unlikely(!rc__gate_try(&client->gate, self)))
		return async_other(client, message, done, context, call, method);
	ready = ready_at(rc__load_pointer_relaxed(&client->staging), method);
	record = client->free;
	if (rc__unlikely(ready->method != method || !record || !done))
		return async_other(client, message, done, context, call, method);
	position = client->requests.position;
	id = rc__record_take(client, record);
	call_later(client, record, ready->record, id, (uint32_t)position, method, done, context,
		   call);
	return stage(client, self, ready, position, id, message);
}
