/* SPDX-License-Identifier: MIT */
/*
 * stage.c - when requests are staged, and their way from there to the ring; see stage.h.
 */
#include "stage.h"

#include "internal.h"
#include "sys.h"

/* Looks at the clock if enough requests have been made since it last did. */
static void pace(struct rc_client *client)
{
	struct rc__stage *stage = &client->stage;
	uint64_t requests = client->requests.position - stage->paced_position, now_ns;

	if (requests < RC__STAGE_PACE)
		return;
	now_ns = rc__now_ns();
	stage->slow = now_ns - stage->paced_at_ns > requests * RC__STAGE_SHORT_NS;
	stage->paced_at_ns = now_ns;
	stage->paced_position = client->requests.position;
}

/* Has as many requests come together from now on; 0: none. None waits. */
static void gather(struct rc_client *client, uint32_t most)
{
	struct rc__stage *stage = &client->stage;
	uint64_t position = client->requests.position;

	stage->most = most;
	stage->company = rc__stage_company(most);
	stage->end = position + most;
	stage->origin = (uintptr_t)stage->slots - (uintptr_t)position * RC_SLOT_BYTES;
}

void rc__stage_begin(struct rc_client *client)
{
	uint32_t most = rc__stage_share(client);

	pace(client);
	/* Where no small call begins, none would be staged. */
	if (client->stage.slow || most < 2 || client->slot_deadline_ns || client->record_level ||
	    rc__load_pointer_relaxed(&client->small) != client->ready)
		return;
	gather(client, most);
	rc__small_stage(client, true);
}

void rc__stage_flush(struct rc_client *client)
{
	struct rc__stage *stage = &client->stage;
	uint32_t count = rc__stage_count(stage, client->requests.position);
	uint32_t first = (uint32_t)client->requests.position - count, position;

	if (!count)
		return;
	client->counts += count * (RC__ONE_USED + RC__ONE_PENDING);
	gather(client, stage->most);
	rc__ring_commit_staged(&client->requests, stage->slots, count);
	if (rc__unlikely(rc__waker_among(&client->worker, first, count, &position)))
		rc__wake_worker(client, &client->requests.slots[position & client->requests.mask]);
	pace(client);
	if (rc__unlikely(stage->slow))
		rc__stage_end(client);
}

void rc__stage_end(struct rc_client *client)
{
	rc__stage_flush(client);
	client->stage.most = 0;
	rc__small_stage(client, false);
}

void rc_flush(struct rc_client *client)
{
	rc__gate_enter(&client->gate);
	rc__stage_flush(client);
	rc__gate_leave();
}
