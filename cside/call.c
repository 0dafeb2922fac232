/* SPDX-License-Identifier: MIT */
/*
 * call.c - submitting a call: its record, its slot, its payload space, and waiting for it.
 *
 * A record is one credit: the client has as many as the ring has slots, so a record in hand means
 * that the next request slot, and a reply slot later, are free. Its id travels with the call; the
 * generation in it changes each time the record is used, so a stale or invented reply is noticed.
 *
 * The message is written straight into the slot or into payload space. Nothing here blocks but
 * rc__call_sync(). A call is in the client's gate from its begin to its submission, a synchronous
 * one until it returns, but for its sleep.
 */
#define _GNU_SOURCE
#include <assert.h>
#include <string.h>

#include "internal.h"
#include "sys.h"

_Static_assert((int)RC_METHOD_ONE_WAY == (int)RC_SLOT_ONE_WAY, "rc__slot_flags() copies the bit");
_Static_assert(RC_MESSAGE_BYTES_END > RC_PAYLOAD_BYTES_MAX, "what can be sent can be counted");
_Static_assert(RC_MESSAGE_BYTES_END <= UINT64_MAX / (RC_MESSAGE_BYTES_END / sizeof(void *) + 2),
	       "a message's worth of pointers, each to the largest part, does not wrap");
_Static_assert((int)RC_METHOD_IDEMPOTENT == (int)RC_SLOT_IDEMPOTENT,
	       "rc__slot_flags() copies the bit");
_Static_assert(RC_DEPTH_MAX == 64, "RC_NESTED_TOO_DEEP names another number");

int rc__unusable(struct rc_client *client, const char *what)
{
	struct rc_peer *peer = client->peer;
	int code = client->broken ? client->broken : -ENOTCONN;

	if (code == -EPROTO)
		return rc__error_proto(client, what);
	return rc__error_set(code, RC_RAN_NO,
			     "ringcall: %s: %s is gone (%s); close the peer and open "
			     "it again",
			     what, peer->name, peer->death_text);
}

static int no_record(struct rc_client *client, const struct rc_method *method)
{
	return rc__error_set(
		-EAGAIN, RC_RAN_NO,
		"ringcall: %s: all %u calls that the lane has slots for are in flight; "
		"collect some with rc_poll() or rc_wait(), have calls wait with "
		"rc_client_set_full(), or open with more ring_slots",
		method->name, client->record_mask + 1);
}

static int no_payload(struct rc_client *client, const struct rc_method *method, uint64_t bytes)
{
	if (bytes > client->pool.bytes)
		return rc__error_set(-EMSGSIZE, RC_RAN_NO,
				     "ringcall: %s: the message has %llu bytes or more, the lane's "
				     "payload space %llu; open with more payload_bytes",
				     method->name, (unsigned long long)bytes,
				     (unsigned long long)client->pool.bytes);
	return rc__error_set(
		-EAGAIN, RC_RAN_NO,
		"ringcall: %s: no room for a message of %llu bytes: %llu of %llu bytes of "
		"payload space are held by calls in flight and replies not released",
		method->name, (unsigned long long)bytes,
		(unsigned long long)client->pool.used_bytes,
		(unsigned long long)client->pool.bytes);
}

void rc__harvest(struct rc_client *client)
{
	struct rc_descriptor reply;

	while (!client->broken && rc__ring_peek(&client->replies))
		rc__reply_take(client, RC__WANTED_NONE, &reply);
}

void rc__record_free_extras(struct rc_client *client, struct rc__record *record)
{
	if (record->extras & RC__EXTRA_CANCELLED)
		rc__store_word_relaxed(&client->cancelled[rc__record_index(client, record)], 0);
	if (record->extras & RC__EXTRA_PAYLOAD)
		rc__release(client, rc__record_kept(client, record)->payload);
	rc__pool_free(&client->pool, record->request);
	rc__pool_free(&client->pool, record->space);
	record->request.bytes = 0;
	record->space.bytes = 0;
	record->extras = 0;
	rc__record_kept(client, record)->too_large_bytes = 0;
}

/* Reply space for replies that may not fit a slot. Without it the worker keeps the reply until
 * space is sent after it, so running short here is no error. */
static void add_reply_space(struct rc_client *client, const struct rc_method *method,
			    struct rc__record *record)
{
	uint64_t bytes = client->hints[record->hint_index];
	uint64_t least = method->reply_bytes;

	if (method->flags & RC_METHOD_REPLY_POINTERS)
		least += RC__REPLY_EXTRA_BYTES;
	record->space = rc__pool_alloc(&client->pool, bytes > least ? bytes : least);
	record->extras |= RC__EXTRA_BLOCKS;
}

static bool may_need_space(const struct rc_method *method)
{
	return method->flags & RC_METHOD_REPLY_POINTERS || method->reply_bytes > RC_BODY_BYTES;
}

/* Looks up where the method is in this worker. What it lacks is refused here: no slot is used. */
static int method_index(struct rc_client *client, const struct rc_method *method, uint32_t *index)
{
	uint32_t place = 0;
	int status = rc__service_bind(client->peer, method->service, &place);

	if (status == -ENOSYS)
		return rc__error_no_service(client, method->name, method->service->name);
	if (status)
		return status;
	if (method->index >= rc__place_methods(place))
		return rc__error_no_method(client, method->name);
	*index = rc__place_base(place) + method->index;
	return 0;
}

/* Takes a record, which is there, and fills what does not depend on the message's place. What the
 * slot will say is put together in private memory, so that the message may lie in it. */
static inline struct rc__record *take_record(struct rc_client *client,
					     const struct rc_method *method, uint32_t method_index)
{
	struct rc_descriptor *request = &client->request;
	struct rc__record *record = client->free;
	uint32_t id = rc__record_take(client, record);

	client->counts += RC__ONE_USED;
	record->id = id;
	record->position = (uint32_t)client->requests.position;
	record->method = method;
	record->level = client->reverse.running & RC__LEVELS;
	record->hint_index = (uint16_t)method_index;
	rc__record_expect(record, method);
	request->method = (uint16_t)method_index;
	request->flags = rc__slot_flags(method) | rc__deadline_flag(client);
	request->call = id;
	request->deadline_ns = client->slot_deadline_ns;
	return record;
}

static inline void begin_send(struct rc_client *client, const struct rc__record *record,
			      struct rc_send *send)
{
	send->client = client;
	send->record = rc__record_index(client, record);
}

/* Decides where the message goes when it, or the reply, may need payload space. */
static int place(struct rc_client *client, const struct rc_method *method, uint64_t bytes,
		 struct rc__record *record, struct rc_send *send)
{
	struct rc_descriptor *request = &client->request;

	if (may_need_space(method)) {
		add_reply_space(client, method, record);
		if (record->space.bytes) {
			request->flags |= RC_SLOT_SPACE;
			request->body[4] = rc__span_pack(record->space.offset, record->space.bytes);
		} else if (client->full != RC_FULL_FAIL) {
			/* A reply that finds no room is lost. Who can wait need not risk it. */
			return no_payload(client, method, client->hints[record->hint_index]);
		}
	}
	if (bytes <= (request->flags & RC_SLOT_SPACE ? RC_BODY_SPACED_BYTES : RC_BODY_BYTES)) {
		request->flags |= rc__slot_inline_flags((uint32_t)bytes);
		send->message = request->body;
	} else {
		record->request = rc__pool_alloc(&client->pool, bytes);
		record->extras |= RC__EXTRA_BLOCKS;
		if (!record->request.bytes)
			return no_payload(client, method, bytes);
		request->body[0] = rc__span_pack(record->request.offset, (uint32_t)bytes);
		send->message = client->pool.base + record->request.offset;
	}
	return 0;
}

/* begin() where something is out of the ordinary. */
static __attribute__((noinline)) int begin_slowly(struct rc_client *client,
						  const struct rc_method *method,
						  uint64_t message_bytes, struct rc_send *send)
{
	struct rc__record *record;
	uint32_t index = 0;
	int status;

	if (client->broken || rc__peer_state(client->peer) == RC__PEER_DEAD)
		return rc__unusable(client, method->name);
	/* Before the credit: that may come back, a method does not. */
	status = method_index(client, method, &index);
	if (status)
		return status;
	if (!client->free) {
		rc__harvest(client);
		if (client->broken)
			return rc__unusable(client, method->name);
		if (!client->free)
			return no_record(client, method);
	}
	record = take_record(client, method, index);
	begin_send(client, record, send);
	record->state = RC__RECORD_BEGUN;
	status = place(client, method, message_bytes, record, send);
	if (status)
		rc__record_free(client, record);
	return status;
}

/* Whether a call can begin at once whose messages fit slots. */
static inline bool may_begin(const struct rc_client *client, const struct rc_method *method,
			     uint32_t place)
{
	return method->index < rc__place_methods(place) && rc__may_begin(client);
}

static inline int begin(struct rc_client *client, const struct rc_method *method,
			uint64_t message_bytes, struct rc_send *send)
{
	uint32_t place = rc__method_place(client, method);
	struct rc__record *record;

	/* Calls that are done shall not keep this one from going directly. Harvesting may use a
	 * slot, so it comes before this call has one. */
	if (rc__unlikely(client->head.direct && rc__records_used(client)))
		rc__harvest(client);
	if (rc__unlikely(!may_begin(client, method, place) || message_bytes > RC_BODY_BYTES ||
			 may_need_space(method)))
		return begin_slowly(client, method, message_bytes, send);
	record = take_record(client, method, rc__place_base(place) + method->index);
	client->request.flags |= rc__slot_inline_flags((uint32_t)message_bytes);
	begin_send(client, record, send);
	send->message = client->request.body;
	return 0;
}

/* begin() again and again, for a client that waits for room. */
static __attribute__((noinline)) int begin_with_room(struct rc_client *client,
						     const struct rc_method *method,
						     uint64_t message_bytes, struct rc_send *send)
{
	for (;;) {
		int end = rc__room_wait(client, method);
		int status =
			end && end != -EAGAIN ? end : begin(client, method, message_bytes, send);

		if (status != -EAGAIN || end)
			return status;
	}
}

int rc__send_begin(struct rc_client *client, const struct rc_method *method, uint64_t message_bytes,
		   struct rc_send *send)
{
	int status;

	rc__gate_enter(&client->gate);
	status = begin(client, method, message_bytes, send);
	if (rc__unlikely(status == -EAGAIN && client->full != RC_FULL_FAIL))
		status = begin_with_room(client, method, message_bytes, send);
	if (rc__unlikely(status))
		rc__gate_leave();
	return status;
}

void rc__measure_begin(const struct rc_client *client, struct rc_measure *measure)
{
	*measure = (struct rc_measure){ .pool = (uintptr_t)client->pool.base,
					.pool_bytes = client->pool.bytes,
					.depth = RC_DEPTH_MAX };
}

int rc__send_measured(struct rc_client *client, const struct rc_method *method,
		      const struct rc_measure *measure, uint64_t measured, struct rc_send *send)
{
	if (measure->fault.field)
		return rc__error_set(-EINVAL, RC_RAN_NO, "ringcall: %s: %s: %s", method->name,
				     measure->fault.field, measure->fault.why);
	if (measure->too_large || measured > RC_MESSAGE_BYTES_END)
		return rc__error_set(
			-EMSGSIZE, RC_RAN_NO,
			"ringcall: %s: the message is too large to be counted; check the "
			"lengths of its strings and slices",
			method->name);
	return rc__send_begin(client, method, measured, send);
}

void rc__writer_begin(const struct rc_send *send, struct rc_writer *writer)
{
	*writer = (struct rc_writer){ .base = send->message,
				      .pool = (uintptr_t)send->client->pool.base,
				      .pool_bytes = send->client->pool.bytes };
}

int rc__argument_null(const struct rc_method *method, const char *argument)
{
	return rc__error_set(-EINVAL, RC_RAN_NO, "ringcall: %s: argument \"%s\" is NULL",
			     method->name, argument);
}

static inline void submit(struct rc_client *client, struct rc__record *record,
			  enum rc__record_state state)
{
	record->state = (uint8_t)state;
	rc__commit(client);
}

void rc__fetch_fill(struct rc_client *client, struct rc__record *record, bool drop)
{
	struct rc_descriptor *request = &client->request;

	request->method = 0;
	request->flags = RC_SLOT_FETCH | (drop ? RC_SLOT_DROP : RC_SLOT_SPACE);
	request->call = record->id;
	request->deadline_ns = 0;
	if (!drop)
		request->body[4] = rc__span_pack(record->space.offset, record->space.bytes);
}

void rc__fetch(struct rc_client *client, struct rc__record *record, bool drop)
{
	rc__fetch_fill(client, record, drop);
	client->slots_besides++;
	/* Its position stays that of the call: the call has run, whatever becomes of this. */
	rc__commit(client);
}

static int timed_out(struct rc_client *client, struct rc__record *record)
{
	record->state = RC__RECORD_ABANDONED;
	return rc__error_set(
		-ETIMEDOUT, RC_RAN_PERHAPS,
		"ringcall: %s: no reply before the deadline; the call may still run in "
		"%s",
		record->method->name, client->peer->name);
}

/* Whether the next reply, which is the record's, is a common one. Its producer can still write. */
static inline bool reply_is_common(const struct rc__record *record, const struct rc_slot *slot)
{
	return rc__reply_is_common(record, *(const volatile int32_t *)&slot->status,
				   *(const volatile uint16_t *)&slot->flags);
}

/* Takes the common reply of a synchronous call. */
static inline void take_common(struct rc_client *client, struct rc__record *record,
			       const struct rc_slot *slot, void *into)
{
	uint32_t bytes = record->method->reply_bytes;

	if (rc__likely(bytes <= RC_SLOT_BODY_BYTES)) {
		rc__copy_words(into, slot->body, bytes);
		rc__ring_advance(&client->replies, 1);
	} else {
		rc__copy_words(into, slot->body, RC_SLOT_BODY_BYTES);
		rc__copy_words((unsigned char *)into + RC_SLOT_BODY_BYTES,
			       rc__ring_rest(&client->replies)->body, bytes - RC_SLOT_BODY_BYTES);
		rc__ring_advance(&client->replies, 2);
	}
	rc__record_free(client, record);
}

int rc__await(struct rc_client *client, struct rc__record *record, void *into)
{
	uint64_t deadline_ns = client->deadline_ns;
	struct rc_descriptor reply;

	while (rc__likely(!client->broken)) {
		const struct rc_slot *slot = rc__ring_peek(&client->replies);

		if (rc__unlikely(!slot) && rc__reverse_ready(client)) {
			rc__reverse_serve(client, record);
			if (record->state == RC__RECORD_ANSWERED)
				break;
			if (deadline_ns != RC_FOREVER && rc__now_ns() >= deadline_ns)
				return timed_out(client, record);
		} else if (rc__unlikely(!slot)) {
			int end = rc__wait_reply(client, deadline_ns);

			if (rc__unlikely(record->state == RC__RECORD_ANSWERED))
				break; /* another thread has seen the reply */
			if (rc__unlikely(end == -ETIMEDOUT))
				return timed_out(client, record);
			if (rc__unlikely(end))
				rc__client_break(client, end);
		} else if (rc__likely(rc__load_relaxed(&slot->call) == record->id &&
				      reply_is_common(record, slot))) {
			take_common(client, record, slot, into);
			return 0;
		} else if (rc__reply_take(client, RC__WANTED_SYNC, &reply)) {
			int status = rc__reply_finish(client, record, &reply, into);

			rc__ring_advance(&client->replies, rc__slots_of(reply.flags));
			return status;
		}
	}
	return rc__reply_finish(client, record, &rc__record_kept(client, record)->reply, into);
}

int rc__run_sync(struct rc_client *client, struct rc__record *record, void *into)
{
	if (rc__unlikely(rc__direct_may(client)))
		return rc__direct_call(client, record, into);
	submit(client, record, RC__RECORD_SYNC);
	return rc__await(client, record, into);
}

int rc__call_sync(struct rc_send *send, void *into)
{
	struct rc_client *client = send->client;
	int status = rc__run_sync(client, &client->records[send->record], into);

	rc__gate_leave();
	return status;
}

void rc__submit_async(struct rc_client *client, struct rc__record *record, rc__done *done,
		      void *context, struct rc_call *call)
{
	record->done = done;
	record->context = context;
	if (call)
		*call = (struct rc_call){ client, record->id, record->position };
	if (rc__unlikely(!done && call)) {
		submit(client, record, RC__RECORD_JOINABLE);
		return;
	}
	client->counts += RC__ONE_PENDING;
	submit(client, record, RC__RECORD_WAITING);
}

int rc__call_async(struct rc_send *send, rc__done *done, void *context, struct rc_call *call)
{
	struct rc_client *client = send->client;

	rc__submit_async(client, &client->records[send->record], done, context, call);
	rc__gate_leave();
	return 0;
}

int rc__call_oneway(struct rc_send *send)
{
	submit(send->client, &send->client->records[send->record], RC__RECORD_ONE_WAY);
	rc__gate_leave();
	return 0;
}
