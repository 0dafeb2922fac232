/* SPDX-License-Identifier: MIT */
/*
 * room.c - waiting for room when the lane is full, for clients that asked for it.
 *
 * Room comes back when calls end, and calls with a callback end when it has run. So who waits for
 * room collects, as rc_poll() does; nothing is put aside, and memory stays what the lane has.
 */
#include "internal.h"
#include "sys.h"

/* Whether something in flight gives room back without this thread's doing anything else. */
static bool room_will_come(const struct rc_client *client)
{
	for (uint32_t index = 0; index <= client->record_mask; index++) {
		const struct rc__record *record = &client->records[index];

		if (rc__record_is_free(client, record))
			continue;
		switch (record->state) {
		case RC__RECORD_ONE_WAY:
		case RC__RECORD_WAITING:
		case RC__RECORD_ABANDONED:
		case RC__RECORD_DONE:
		case RC__RECORD_DROPPED:
			return true;
		default:
			if (record->extras & RC__EXTRA_JOINED)
				return true;
		}
	}
	return false;
}

static int timed_out(const struct rc_method *method)
{
	return rc__error_set(-ETIMEDOUT, RC_RAN_NO,
			     "ringcall: %s: no room for the call before the deadline: the lane is "
			     "full of others",
			     method->name);
}

int rc__room_wait(struct rc_client *client, const struct rc_method *method)
{
	uint64_t deadline_ns =
		client->full == RC_FULL_WAIT_DEADLINE ? client->deadline_ns : RC_FOREVER;
	uint64_t used_bytes = client->pool.used_bytes;
	uint32_t records_used = rc__records_used(client);
	int end;

	if (client->completing)
		return -EAGAIN;
	if (rc__collect(client) || rc__records_used(client) < records_used ||
	    client->pool.used_bytes < used_bytes || client->broken)
		return 0;
	if (!room_will_come(client))
		return -EAGAIN;
	end = rc__wait_reply(client, deadline_ns);
	if (end == -ETIMEDOUT)
		return timed_out(method);
	if (end && !client->broken)
		rc__client_break(client, end);
	return 0;
}
