/* SPDX-License-Identifier: MIT */
/*
 * client.c - opening and closing a thread's handle on a peer.
 *
 * A client takes a lane of the region. When it closes, the lane is not free at once: the worker
 * serves what the lane holds and then says that it left it. Positions go on where they were, so
 * nothing in shared memory is reset.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "sys.h"

static int init_records(struct rc_client *client, uint32_t slots)
{
	client->records = aligned_alloc(64, slots * sizeof(*client->records));
	client->kept = calloc(slots, sizeof(*client->kept));
	if (!client->records || !client->kept)
		return -ENOMEM;
	memset(client->records, 0, slots * sizeof(*client->records));
	for (uint32_t index = slots; index-- > 0;) {
		struct rc__record *record = &client->records[index];

		record->id = ~index;
		record->next_free = client->free;
		client->free = record;
	}
	client->done_first = client->done_last = RC__NONE;
	return 0;
}

/* The lane's counters: they go on from one client to the next. */
static void read_counts(const struct rc_lane *lane, struct rc_stats *stats)
{
	const struct rc_count_line *host = &lane->host_count;
	const struct rc_count_line *worker = &lane->worker_count;

	*stats = (struct rc_stats){ .host_parks = rc__count_load(&host->parks),
				    .host_late_wakes = rc__count_load(&host->late_wakes),
				    .host_wakes = rc__count_load(&host->wakes),
				    .worker_parks = rc__count_load(&worker->parks),
				    .worker_late_wakes = rc__count_load(&worker->late_wakes),
				    .worker_wakes = rc__count_load(&worker->wakes) };
}

static void init_rings(struct rc_client *client)
{
	struct rc_peer *peer = client->peer;
	uint32_t slots = peer->geometry.ring_slots;
	struct rc__lane *lane = &peer->lanes[client->lane_index];
	unsigned char *shared = (unsigned char *)rc__region_lane(peer, client->lane_index);

	client->lane = (struct rc_lane *)(void *)shared;
	client->requests = rc__ring_of(client->lane + 1, slots, lane->request_position);
	client->replies = rc__ring_of(rc__ring_end(&client->requests), slots, lane->reply_position);
	client->record_mask = slots - 1;
	client->cancelled = rc__ring_end(&client->replies);
	/* The worker has left the lane, so this is nobody's but ours. */
	memset(client->cancelled, 0, slots * sizeof(*client->cancelled));
	client->worker = (struct rc__waker){ .waiting = &client->lane->worker_park.waiting,
					     .fence = !peer->membarrier };
	client->deadline_ns = RC_FOREVER;
	client->plain_bytes = RC_SLOT_BODY_BYTES;
	client->first_position = client->requests.position;
	read_counts(client->lane, &client->stats_before);
}

static void destroy(struct rc_client *client)
{
	rc__gate_fini(&client->gate);
	rc__private_fini(client);
	rc__reverse_fini(client);
	rc__pool_fini(&client->pool);
	free(client->records);
	free(client->kept);
	free(client->hints);
	free(client);
}

static struct rc_client *create(struct rc_peer *peer, uint32_t lane)
{
	struct rc_client *client = aligned_alloc(64, (sizeof(*client) + 63) & ~(size_t)63);
	unsigned char *payload = (unsigned char *)rc__region_lane(peer, lane);

	if (!client)
		return NULL;
	memset(client, 0, sizeof(*client));
	client->peer = peer;
	client->lane_index = lane;
	client->event_fd = -1;
	rc__gate_init(&client->gate);
	payload += peer->geometry.payload_offset;
	client->hints = calloc(peer->method_count ? peer->method_count : 1, sizeof(*client->hints));
	if (!client->hints || init_records(client, peer->geometry.ring_slots) ||
	    rc__pool_init(&client->pool, payload, peer->geometry.payload_bytes) ||
	    rc__reverse_init(client)) {
		destroy(client);
		return NULL;
	}
	init_rings(client);
	rc__spin_init(&client->spin, peer->options.spin_ns, peer->options.spin_never);
	return client;
}

/* Takes a free lane. The peer's lock is held. */
static int take_lane(struct rc_peer *peer, uint32_t *lane)
{
	uint32_t closing = 0;

	for (uint32_t index = 0; index < peer->geometry.lanes; index++) {
		if (peer->lanes[index].state == RC__LANE_FREE) {
			peer->lanes[index].state = RC__LANE_OPEN;
			peer->clients_open++;
			*lane = index;
			return 0;
		}
		closing += peer->lanes[index].state == RC__LANE_CLOSING;
	}
	return rc__error_set(
		-EAGAIN, RC_RAN_NO,
		"ringcall: rc_client_open: all %u lanes of %s are taken (%u "
		"of them by closed clients whose last calls still run); close a client, "
		"or open the peer with more clients_max",
		peer->geometry.lanes, peer->name, closing);
}

static void give_lane(struct rc_peer *peer, uint32_t lane, enum rc__lane_state state)
{
	peer->lanes[lane].client = NULL;
	peer->lanes[lane].state = state;
	peer->clients_open--;
}

/* Moves the thread to where the worker is, if it shall be there. */
static int enter_cpu(const struct rc_peer *peer, struct rc__guest **guest)
{
	int status = rc__cpu_enter(peer->cpu, guest);

	if (!status)
		return 0;
	return rc__error_set(status, RC_RAN_NO,
			     "ringcall: rc_client_open: cannot keep this thread on CPU %d, where "
			     "%s runs: %s%s",
			     peer->cpu, peer->name, rc__errno_text(status),
			     status == -EINVAL ? "; let it run there, or open the peer from a "
						 "thread that runs where this one may"
					       : "");
}

int rc_client_open(struct rc_peer *peer, struct rc_client **client)
{
	struct rc_client *opened = NULL;
	struct rc__guest *guest;
	uint32_t lane = 0;
	int status;

	if (!peer || !client)
		return rc__error_set(-EINVAL, RC_RAN_NO, "ringcall: rc_client_open: %s is NULL",
				     peer ? "client" : "peer");
	*client = NULL;
	if (rc__peer_state(peer) == RC__PEER_DEAD)
		return rc__error_set(-ENOTCONN, RC_RAN_NO,
				     "ringcall: rc_client_open: %s is gone (%s); close the "
				     "peer and open it again",
				     peer->name, peer->death_text);
	status = enter_cpu(peer, &guest);
	if (status)
		return status;
	pthread_mutex_lock(&peer->lock);
	status = take_lane(peer, &lane);
	if (status)
		goto unlock;
	opened = create(peer, lane);
	if (!opened) {
		status = rc__error_set(-ENOMEM, RC_RAN_NO, "ringcall: rc_client_open: no memory");
		give_lane(peer, lane, RC__LANE_FREE);
		goto unlock;
	}
	status = rc__control_send_lane(peer, RC_CONTROL_LANE_OPEN, lane);
	if (status) {
		status = rc__error_set(-ENOTCONN, RC_RAN_NO,
				       "ringcall: rc_client_open: %s does not listen any "
				       "more: %s; close the peer and open it again",
				       peer->name, rc__errno_text(status));
		give_lane(peer, lane, RC__LANE_CLOSING);
		destroy(opened);
		goto unlock;
	}
	rc__store_relaxed(&peer->host->nesting[lane], rc__host_depth());
	if (peer->transport == RC__TRANSPORT_CGO) {
		rc__direct_meet(peer);
		opened->head.direct = peer->go.lane(peer->go_key, lane);
	}
	peer->lanes[lane].client = opened;
	rc__direct_allow(opened);
	rc__small_allow(opened);
	opened->guest = guest;
	*client = opened;
unlock:
	pthread_mutex_unlock(&peer->lock);
	if (status)
		rc__cpu_leave(guest);
	return status;
}

/* Completes what is in flight: nobody will poll any more. Handlers see it by their contexts. */
static void cancel_all(struct rc_client *client)
{
	client->completing = true;
	client->completing_thread = rc__self;
	for (uint32_t index = 0; index <= client->record_mask; index++) {
		struct rc__record *record = &client->records[index];
		uint32_t id = record->id;

		if (rc__record_is_free(client, record) || record->state == RC__RECORD_ONE_WAY)
			continue;
		if (record->state == RC__RECORD_WAITING || record->state == RC__RECORD_DONE) {
			client->kept[index].reply.flags = 0;
			client->kept[index].reply.status = -ECANCELED;
			rc__complete_settled(client, record);
		}
		rc__cancelled_store(client, record, id);
	}
	client->completing = false;
}

void rc_client_close(struct rc_client *client)
{
	struct rc_peer *peer;
	struct rc__lane *lane;

	if (!client)
		return;
	assert(!client->completing && !client->reverse.running);
	rc__batch_leave(client);
	rc__gate_enter(&client->gate);
	rc__unpark(client);
	cancel_all(client);
	rc__gate_leave();
	peer = client->peer;
	lane = &peer->lanes[client->lane_index];
	pthread_mutex_lock(&peer->lock);
	lane->request_position = (uint32_t)client->requests.position;
	lane->reverse_reply_position = (uint32_t)client->reverse.replies.position;
	give_lane(peer, client->lane_index, RC__LANE_CLOSING);
	/* If this fails the worker is dying, and its lanes with it. */
	rc__control_send_lane(peer, RC_CONTROL_LANE_CLOSE, client->lane_index);
	pthread_mutex_unlock(&peer->lock);
	if (client->event_fd >= 0)
		close(client->event_fd);
	rc__cpu_leave(client->guest);
	destroy(client);
}

void rc_client_set_deadline(struct rc_client *client, uint64_t deadline_ns)
{
	client->deadline_ns = deadline_ns;
	client->slot_deadline_ns = deadline_ns <= INT64_MAX ? deadline_ns : 0;
	client->plain_bytes = client->slot_deadline_ns ? RC__NONE : RC_SLOT_BODY_BYTES;
	rc__small_stage(client, false);
	if (!client->head.direct)
		return;
	rc__gate_enter(&client->gate);
	rc__direct_allow(client);
	rc__gate_leave();
}

void rc_client_set_full(struct rc_client *client, enum rc_full full)
{
	client->full = full;
}

void *rc_alloc(struct rc_client *client, size_t bytes)
{
	struct rc__block block;
	uint64_t used_bytes;

	rc__gate_enter(&client->gate);
	block = rc__pool_alloc(&client->pool, bytes ? bytes : 1);
	used_bytes = client->pool.used_bytes;
	rc__gate_leave();
	if (block.bytes)
		return client->pool.base + block.offset;
	rc__error_set(
		bytes > client->pool.bytes ? -EMSGSIZE : -ENOMEM, RC_RAN_NO,
		"ringcall: rc_alloc: no room for %zu bytes: %llu of %llu bytes of payload space "
		"are in use",
		bytes, (unsigned long long)used_bytes, (unsigned long long)client->pool.bytes);
	return NULL;
}

void rc__release(struct rc_client *client, const void *memory)
{
	struct rc__private *private;

	if (rc__pool_holds(&client->pool, memory)) {
		struct rc__block block = rc__pool_block_at(&client->pool, memory);

		assert(block.bytes && "rc_release: not what rc_alloc() gave, or released twice");
		rc__pool_free(&client->pool, block);
		return;
	}
	private = (struct rc__private *)(uintptr_t)memory - 1;
	assert(private->magic == RC__PRIVATE_HELD && "rc_release: not a reply, or released twice");
	rc__private_give(client, private);
}

void rc_release(struct rc_client *client, const void *memory)
{
	if (!memory)
		return;
	rc__gate_enter(&client->gate);
	rc__release(client, memory);
	rc__gate_leave();
}

static void read_stats(const struct rc_client *client, struct rc_stats *stats)
{
	const struct rc_stats *before = &client->stats_before;

	read_counts(client->lane, stats);
	stats->calls = client->requests.position - client->first_position - client->slots_besides +
		       client->direct_calls;
	stats->host_parks -= before->host_parks;
	stats->host_late_wakes -= before->host_late_wakes;
	stats->host_wakes -= before->host_wakes;
	stats->worker_parks -= before->worker_parks;
	stats->worker_late_wakes -= before->worker_late_wakes;
	stats->worker_wakes -= before->worker_wakes;
	stats->in_flight = 0;
	for (uint32_t index = 0; index <= client->record_mask; index++)
		stats->in_flight += !rc__record_is_free(client, &client->records[index]);
}

void rc_client_stats(const struct rc_client *client, struct rc_stats *stats)
{
	rc__gate_enter((struct rc__gate *)(uintptr_t)&client->gate);
	read_stats(client, stats);
	rc__gate_leave();
}
