/* SPDX-License-Identifier: MIT */
/*
 * ask.c - when a client asks, and how often; see ask.h.
 */
#include "internal.h"
#include "sys.h"

/* Asks, but less and less often for the same reply: a worker that is stopped reads nothing. */
static void ask(struct rc_client *client, struct rc__ask *ask, uint32_t position, uint64_t now_ns,
		uint32_t flags)
{
	if (ask->position != position || !ask->again_ns)
		ask->again_ns = RC__ASK_AFTER_NS;
	else if (now_ns - ask->asked_ns < ask->again_ns)
		return;
	else
		ask->again_ns *= 2;
	ask->position = position;
	ask->asked_ns = now_ns;
	rc__control_send_look(client->peer, client->lane_index, flags);
}

void rc__ask_polled(struct rc_client *client)
{
	struct rc__ask *polling = &client->ask;
	uint64_t now_ns = rc__now_ns();

	if (polling->polls == RC__ASK_POLLS)
		polling->since_ns = now_ns;
	else if (now_ns - polling->since_ns >= RC__ASK_AFTER_NS)
		ask(client, polling, (uint32_t)client->replies.position, now_ns, 0);
}

void rc__ask_before_sleep(struct rc_client *client, struct rc__ask *asleep, uint32_t position)
{
	if (!rc__load_relaxed(&client->lane->worker_park.looks))
		ask(client, asleep, position, rc__now_ns(), RC_LANE_ASLEEP);
}
