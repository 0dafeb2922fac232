/* SPDX-License-Identifier: MIT */
/*
 * reverse.c - see reverse.h. Serving the calls that a worker makes to the host.
 *
 * What a request's slot says was written by the worker: it is copied once, and the copy is checked.
 * A worker that asks for what none can ask breaks the client, as an impossible reply does.
 */
#include "reverse.h"

#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "internal.h"
#include "sys.h"

/* A call that is being served. */
struct serving {
	struct rc__host_call call; /* first: reply_space() gets its address */
	struct rc_client *client;
	struct rc_descriptor request; /* a private copy of its slot */
	struct rc_descriptor reply;   /* what its slot will say */
	struct rc_span space;
	struct rc__host_kept *kept;
};

int rc__reverse_init(struct rc_client *client)
{
	const struct rc_peer *peer = client->peer;
	const struct rc_region *geometry = &peer->geometry;
	const struct rc__lane *lane = &peer->lanes[client->lane_index];
	struct rc_reverse *shared = rc__region_reverse(peer, client->lane_index);
	struct rc__reverse *reverse = &client->reverse;
	uint32_t slots = geometry->reverse_slots;

	reverse->aside = malloc(slots * sizeof(*reverse->aside));
	if (!reverse->aside)
		return -ENOMEM;
	reverse->shared = shared;
	reverse->requests = rc__ring_of(shared + 1, slots, lane->reverse_request_position);
	reverse->replies =
		rc__ring_of(rc__ring_end(&reverse->requests), slots, lane->reverse_reply_position);
	reverse->calls_max = slots;
	reverse->worker = (struct rc__waker){ .waiting = &shared->worker_park.waiting,
					      .fence = !peer->membarrier };
	reverse->payload = (unsigned char *)rc__region_lane(peer, client->lane_index) +
			   geometry->reverse_payload_offset;
	reverse->payload_bytes = geometry->reverse_payload_bytes;
	return 0;
}

void rc__reverse_fini(struct rc_client *client)
{
	struct rc__reverse *reverse = &client->reverse;

	while (reverse->kept) {
		struct rc__host_kept *next = reverse->kept->next;

		free(reverse->kept);
		reverse->kept = next;
	}
	free(reverse->aside);
}

/* The host's call whose handler makes this one, or NULL. */
static const struct rc__record *parent_of(const struct rc_client *client,
					  const struct rc_descriptor *request)
{
	uint32_t id;

	if (!(request->flags & RC_SLOT_NESTED))
		return NULL;
	memcpy(&id, &request->status, sizeof(id));
	return rc__record_find(client, id);
}

/* Whether a call may be run within what runs already. */
static bool may_serve(const struct rc_client *client, const struct rc_descriptor *request)
{
	const struct rc__reverse *reverse = &client->reverse;
	const struct rc__record *parent;

	if (reverse->running < RC_NESTING_MAX || request->flags & RC_SLOT_FETCH)
		return true;
	if (reverse->running >= RC__RUNNING_MAX)
		return false;
	parent = parent_of(client, request);
	return parent && parent->level == reverse->running;
}

bool rc__reverse_aside_ready(const struct rc_client *client)
{
	const struct rc__reverse *reverse = &client->reverse;

	for (uint32_t index = 0; index < reverse->aside_count; index++)
		if (may_serve(client, &reverse->aside[index]))
			return true;
	return false;
}

/* Takes the oldest call that may be served now. False: there is none. */
static bool next_request(struct rc_client *client, struct rc_descriptor *request)
{
	struct rc__reverse *reverse = &client->reverse;

	for (uint32_t index = 0; index < reverse->aside_count; index++) {
		struct rc_descriptor *found = &reverse->aside[index];

		if (!may_serve(client, found))
			continue;
		*request = *found;
		reverse->aside_count--;
		memmove(found, found + 1, (reverse->aside_count - index) * sizeof(*found));
		return true;
	}
	while (rc__ring_peek(&reverse->requests)) {
		rc__ring_read(&reverse->requests, request);
		rc__ring_advance(&reverse->requests, rc__slots_of(request->flags));
		if (may_serve(client, request))
			return true;
		if (reverse->aside_count == reverse->calls_max) {
			rc__client_break_proto(client, "host call",
					       "more calls are in flight than the lane has slots");
			return false;
		}
		reverse->aside[reverse->aside_count++] = *request;
	}
	return false;
}

/* Commits the next reply slot, and wakes the worker if it sleeps for it. */
static void commit(struct rc_client *client, struct serving *serving, int status)
{
	struct rc__reverse *reverse = &client->reverse;
	struct rc_slot *slot = rc__ring_reserve(&reverse->replies);
	uint32_t position = (uint32_t)reverse->replies.position;

	serving->reply.call = serving->request.call;
	serving->reply.status = status;
	rc__ring_commit(&reverse->replies, rc__ring_write(&reverse->replies, &serving->reply));
	if (rc__unlikely(rc__waker_due(&reverse->worker, position))) {
		rc__futex_wake(&slot->sequence);
		rc__count(&client->lane->host_count.wakes);
	}
}

/* Memory for a reply: in its slot, in the space that came with the request, or kept here. */
static void *reply_space(struct rc__host_call *call, uint64_t bytes)
{
	struct serving *serving = (struct serving *)(void *)call;
	struct rc__reverse *reverse = &serving->client->reverse;

	if (bytes <= RC_BODY_BYTES) {
		serving->reply.flags = rc__slot_inline_flags((uint32_t)bytes);
		return serving->reply.body;
	}
	if (bytes > RC_PAYLOAD_BYTES_MAX)
		return NULL;
	if (bytes <= serving->space.bytes) {
		serving->reply.flags = 0;
		serving->reply.body[0] = rc__span_pack(serving->space.offset, (uint32_t)bytes);
		return reverse->payload + serving->space.offset;
	}
	serving->kept = malloc(sizeof(*serving->kept) + bytes);
	if (!serving->kept)
		return NULL;
	serving->reply.flags = RC_SLOT_FETCH;
	serving->reply.body[0] = rc__span_pack(0, (uint32_t)bytes);
	return serving->kept + 1;
}

/* A span of the worker's payload space, checked. */
static bool span_in(const struct rc__reverse *reverse, uint64_t word, struct rc_span *span)
{
	*span = rc__span_unpack(word);
	return (uint64_t)span->offset + span->bytes <= reverse->payload_bytes &&
	       span->offset % RC_PART_ALIGN_MAX == 0;
}

/* Finds message and reply space. False: the worker named bytes that it does not have. */
static bool locate(struct serving *serving)
{
	const struct rc__reverse *reverse = &serving->client->reverse;
	const struct rc_descriptor *request = &serving->request;
	struct rc_span message;

	serving->space.bytes = 0;
	if (request->flags & RC_SLOT_SPACE && !span_in(reverse, request->body[4], &serving->space))
		return false;
	if (request->flags & RC_SLOT_INLINE) {
		serving->call.request = request->body;
		serving->call.request_bytes = rc__slot_inline_bytes(request->flags);
		return serving->call.request_bytes <= RC_BODY_BYTES;
	}
	if (!span_in(reverse, request->body[0], &message))
		return false;
	serving->call.request = reverse->payload + message.offset;
	serving->call.request_bytes = message.bytes;
	return true;
}

/* Sends a kept reply into the space that came for it, or forgets it. */
static void fetch(struct rc_client *client, struct serving *serving)
{
	struct rc__reverse *reverse = &client->reverse;
	struct rc__host_kept **link = &reverse->kept, *kept;
	int status;

	while (*link && (*link)->call != serving->request.call)
		link = &(*link)->next;
	kept = *link;
	if (!kept) {
		rc__client_break_proto(client, "host call", "it fetches a reply that is not kept");
		return;
	}
	*link = kept->next;
	status = kept->status;
	serving->reply.flags = rc__slot_inline_flags(0);
	if (!(serving->request.flags & RC_SLOT_DROP)) {
		if (!(serving->request.flags & RC_SLOT_SPACE) ||
		    !span_in(reverse, serving->request.body[4], &serving->space) ||
		    kept->bytes > serving->space.bytes) {
			free(kept);
			rc__client_break_proto(client, "host call", "it fetches into no space");
			return;
		}
		memcpy(reverse->payload + serving->space.offset, kept + 1, kept->bytes);
		serving->reply.flags = 0;
		serving->reply.body[0] =
			rc__span_pack(serving->space.offset, (uint32_t)kept->bytes);
	}
	free(kept);
	commit(client, serving, status);
}

/* Keeps a reply that did not fit until it is fetched; its slot says only how large it is. */
static int keep(struct rc_client *client, struct serving *serving, int status)
{
	struct rc__host_kept *kept = serving->kept;

	kept->call = serving->request.call;
	kept->status = status;
	kept->bytes = serving->call.reply_bytes;
	kept->next = client->reverse.kept;
	client->reverse.kept = kept;
	return 0;
}

static _Thread_local struct rc_client *current;

struct rc_client *rc_client_current(void)
{
	return current;
}

static void set_running(struct rc_client *client, uint32_t running)
{
	struct rc__record record = { .level = running & RC__LEVELS };

	client->reverse.running = running;
	client->record_level = rc__record_word(&record);
}

/* Runs the host's function, as deep as its chain of calls is. */
static int run(struct rc_client *client, struct serving *serving)
{
	const struct rc__record *parent = parent_of(client, &serving->request);
	struct rc__reverse *reverse = &client->reverse;
	uint32_t depth = rc__host_depth(), chain;
	struct rc_client *outer = current;
	int status;

	if (!reverse->running)
		reverse->chains[0] = (uint8_t)depth;
	chain = parent ? reverse->chains[parent->level] : reverse->chains[0];
	set_running(client, reverse->running + 1);
	reverse->chains[reverse->running] = (uint8_t)(chain + 1);
	rc__host_depth_set(chain);
	current = client;
	/* Other threads may use the client while the function runs. */
	rc__gate_leave();
	status = rc__host_run(&serving->call);
	rc__gate_enter(&client->gate);
	current = outer;
	rc__host_depth_set(depth);
	set_running(client, reverse->running - 1);
	return status;
}

/* Replies that the time for the call had passed before it was read: it does not run. */
static void refuse_late(struct rc_client *client, struct serving *serving)
{
	serving->reply.flags = rc__slot_inline_flags(0);
	commit(client, serving, -ETIMEDOUT);
}

static void serve(struct rc_client *client, struct serving *serving)
{
	const struct rc_descriptor *request = &serving->request;
	int status;

	if (request->flags & RC_SLOT_FETCH) {
		fetch(client, serving);
		return;
	}
	if (!locate(serving)) {
		rc__client_break_proto(client, "host call",
				       "its message lies outside of its space");
		return;
	}
	if (request->deadline_ns && rc__now_ns() >= request->deadline_ns) {
		refuse_late(client, serving);
		return;
	}
	serving->call.number = request->method;
	serving->reply.flags = rc__slot_inline_flags(0);
	status = run(client, serving);
	/* What the function did within may have ended the client. Nobody reads a reply then. */
	if (client->broken) {
		free(serving->kept);
		return;
	}
	if (status == -EPROTO && request->method != RC_HOST_BIND) {
		free(serving->kept);
		rc__client_break_proto(client, "host call", rc_error_last()->text);
		return;
	}
	if (serving->kept)
		status = keep(client, serving, status);
	commit(client, serving, status);
}

int rc__reverse_serve(struct rc_client *client, struct rc__record *waiting)
{
	uint64_t deadline_ns = client->deadline_ns;
	struct serving serving;

	/* Not the request, which is filled next. All of the reply: the worker gets it. */
	serving.call =
		(struct rc__host_call){ .host = client->peer->host, .reply_space = reply_space };
	serving.client = client;
	serving.reply = (struct rc_descriptor){ 0 };
	serving.kept = NULL;
	if (!next_request(client, &serving.request))
		return 0;
	if (waiting)
		waiting->state = RC__RECORD_OUTER;
	/* Nobody is there to take the result of a call that a dead worker made. */
	if (rc__likely(rc__peer_state(client->peer) != RC__PEER_DEAD))
		serve(client, &serving);
	if (rc__unlikely(client->deadline_ns != deadline_ns)) /* the function has set its own */
		rc_client_set_deadline(client, deadline_ns);
	if (waiting && waiting->state == RC__RECORD_OUTER)
		waiting->state = RC__RECORD_SYNC;
	return 1;
}

int rc__reverse_serve_all(struct rc_client *client)
{
	int count = 0;

	for (uint32_t turn = 0; turn <= client->reverse.requests.mask && !client->broken; turn++) {
		if (!rc__reverse_ready(client))
			break;
		count += rc__reverse_serve(client, NULL);
	}
	return count;
}
