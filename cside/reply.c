/* SPDX-License-Identifier: MIT */
/*
 * reply.c - from a reply's bytes to what the caller gets.
 *
 * A reply without pointers is copied into the caller's struct. Of one with pointers, the root and
 * every array that holds pointers are copied to private memory, and checked and converted there;
 * plain payload stays in the lane until rc_release(). In both cases what is checked is the copy.
 */
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "sys.h"

/* Where a reply's message lies. The worker can still write to it. */
struct message {
	const unsigned char *base;
	uint64_t bytes;
};

/* False: the worker named bytes that it was not given. */
static inline bool locate(const struct rc_client *client, const struct rc__record *record,
			  const struct rc_descriptor *reply, struct message *message)
{
	if (rc__likely(reply->flags & RC_SLOT_INLINE)) {
		message->base = (const unsigned char *)reply->body;
		message->bytes = rc__slot_inline_bytes(reply->flags);
		return message->bytes <= RC_BODY_BYTES;
	}
	message->base = client->pool.base + record->space.offset;
	message->bytes = rc__span_unpack(reply->body[0]).bytes;
	return message->bytes <= record->space.bytes;
}

static int impossible(struct rc_client *client, struct rc__record *record, const char *field,
		      const char *why)
{
	const char *name = record->method->name;
	char text[256];

	snprintf(text, sizeof(text), "%s%s%s", field ? field : "the reply", field ? ": " : " ",
		 why);
	/* The record is settled with all others; its own status is ours to return. */
	record->state = RC__RECORD_BEGUN;
	return rc__client_break_proto(client, name, text);
}

static int finish_plain(struct rc_client *client, struct rc__record *record,
			const struct message *message, void *into)
{
	const struct rc_method *method = record->method;

	if (rc__unlikely(message->bytes != method->reply_bytes))
		return impossible(client, record, NULL, "has another size than its type");
	if (rc__unlikely(!into))
		return rc__error_set(-ENOMEM, RC_RAN_YES, "ringcall: %s: no memory for the reply",
				     method->name);
	memcpy(into, message->base, method->reply_bytes);
	if (rc__unlikely(method->reply_check != NULL)) {
		struct rc_reader reader = { .message = message->base,
					    .message_bytes = message->bytes,
					    .depth = RC_DEPTH_MAX };

		if (!method->reply_check(&reader, into))
			return impossible(client, record, reader.fault.field, reader.fault.why);
	}
	return 0;
}

/*
 * Private memory of such a reply: the root, room for copies of arrays, which together are no
 * larger than the message, and, where the message lies in a slot, the message itself.
 */
static int finish_pointers(struct rc_client *client, struct rc__record *record,
			   const struct message *message, const void **into)
{
	const struct rc_method *method = record->method;
	uint64_t root_bytes = (method->reply_bytes + UINT64_C(7)) & ~UINT64_C(7);
	bool in_slot = message->base != client->pool.base + record->space.offset;
	uint64_t arrays_bytes = (message->bytes + 7) & ~UINT64_C(7);
	struct rc_reader reader = { .message = message->base,
				    .message_bytes = message->bytes,
				    .private_left = arrays_bytes,
				    .depth = RC_DEPTH_MAX };
	struct rc__private *private;
	unsigned char *root;

	if (message->bytes < method->reply_bytes)
		return impossible(client, record, NULL, "is shorter than its type");
	private = rc__private_take(client, root_bytes + arrays_bytes + RC_BODY_BYTES);
	if (!private)
		return rc__error_set(-ENOMEM, RC_RAN_YES, "ringcall: %s: no memory for the reply",
				     method->name);
	root = (unsigned char *)(private + 1);
	reader.private_next = root + root_bytes;
	if (in_slot) {
		reader.message = root + root_bytes + arrays_bytes;
		memcpy(root + root_bytes + arrays_bytes, message->base, message->bytes);
	}
	memcpy(root, reader.message, method->reply_bytes);
	if (!method->reply_check(&reader, root)) {
		rc__private_give(client, private);
		return impossible(client, record, reader.fault.field, reader.fault.why);
	}
	client->hints[record->hint_index] =
		rc__next_hint(client->hints[record->hint_index], message->bytes);
	if (!in_slot) {
		private->space = record->space;
		record->space.bytes = 0;
	}
	*into = root;
	return 0;
}

static int remote_error(struct rc_client *client, struct rc__record *record,
			const struct message *message)
{
	struct rc_remote_error error;

	if (message->bytes < sizeof(error))
		return impossible(client, record, NULL, "is an error without its header");
	memcpy(&error, message->base, sizeof(error));
	if (error.text_bytes > message->bytes - sizeof(error))
		return impossible(client, record, NULL, "is an error with a text beyond its end");
	return rc__error_remote(error.code, record->method->name,
				(const char *)message->base + sizeof(error), error.text_bytes);
}

/* The other outcomes: of the worker's saying, or settled here. */
static int finish_failed(struct rc_client *client, struct rc__record *record, int status)
{
	const char *name = record->method->name, *peer_name = client->peer->name;

	switch (status) {
	case -ENOSYS:
		return rc__error_no_method(client, name);
	case -ECONNRESET:
		return rc__error_set(status, RC_RAN_PERHAPS,
				     "ringcall: %s: %s died (%s) after it had taken the "
				     "call; it may have run",
				     name, peer_name, client->peer->death_text);
	case -ENOTCONN:
		return rc__error_set(status, RC_RAN_NO,
				     "ringcall: %s: %s died (%s) before it took the call; "
				     "close the peer and open it again",
				     name, peer_name, client->peer->death_text);
	case -ECANCELED:
		return rc__error_set(status, RC_RAN_PERHAPS,
				     "ringcall: %s: the client was closed with the call in flight",
				     name);
	default:
		if (client->broken == -EPROTO)
			return rc__error_proto(client, name);
		return rc__error_set(-EPROTO, RC_RAN_NO,
				     "ringcall: %s: %s refused the request as malformed; "
				     "its log says what it found",
				     name, peer_name);
	}
}

int rc__error_no_room(const struct rc_client *client, const struct rc_method *method,
		      uint64_t bytes)
{
	return rc__error_set(-EMSGSIZE, RC_RAN_YES,
			     "ringcall: %s: the reply has %llu bytes and there is no room for "
			     "it: %llu of %llu bytes of payload space are in use; the "
			     "function ran, its reply is lost; open with more payload_bytes",
			     method->name, (unsigned long long)bytes,
			     (unsigned long long)client->pool.used_bytes,
			     (unsigned long long)client->pool.bytes);
}

static int finish(struct rc_client *client, struct rc__record *record,
		  const struct rc_descriptor *reply, void *into)
{
	const struct rc_method *method = record->method;
	struct message message;
	uint32_t too_large_bytes;

	if (rc__unlikely(reply->status && reply->status != -EREMOTEIO))
		return finish_failed(client, record, reply->status);
	too_large_bytes = rc__record_kept(client, record)->too_large_bytes;
	if (rc__unlikely(too_large_bytes))
		return rc__error_no_room(client, method, too_large_bytes);
	if (rc__unlikely(!locate(client, record, reply, &message)))
		return impossible(client, record, NULL, "lies outside of its space");
	if (rc__unlikely(reply->status))
		return remote_error(client, record, &message);
	if (rc__unlikely(!(method->flags & RC_METHOD_REPLY)))
		return 0;
	if (rc__unlikely(method->flags & RC_METHOD_REPLY_POINTERS))
		return finish_pointers(client, record, &message, into);
	return finish_plain(client, record, &message, into);
}

int rc__reply_finish(struct rc_client *client, struct rc__record *record,
		     const struct rc_descriptor *reply, void *into)
{
	int status = finish(client, record, reply, into);

	rc__record_free(client, record);
	return status;
}
