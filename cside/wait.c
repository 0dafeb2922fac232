/* SPDX-License-Identifier: MIT */
/*
 * wait.c - waiting for the next reply or host call: spin for a while, then sleep on the sequences
 * of both slots.
 *
 * Relies on ring/park.h for wake-ups that are not lost, and on the supervisor for waking clients
 * whose worker died: it repeats until the client has seen it, because a sleeper waits on a word
 * that a dead worker will not change.
 */
#define _GNU_SOURCE
#include "internal.h"
#include "sys.h"

/* A sleep ends after this long whatever happens; a reply found only then is a late wake-up. */
#define SLEEP_BOUND_NS RC__NS_PER_S

/* What a wait has found so far. */
enum outcome {
	OUTCOME_NONE = 1,
	OUTCOME_READY = 0
};

static bool ready(const struct rc_client *client)
{
	return rc__ring_peek(&client->replies) || rc__reverse_ready(client);
}

/* What ends a wait other than a reply: the worker's death, the deadline. */
static int other_end(const struct rc_client *client, uint64_t now_ns, uint64_t deadline_ns)
{
	if (rc__peer_state(client->peer) == RC__PEER_DEAD)
		return ready(client) ? OUTCOME_READY : -ENOTCONN;
	if (now_ns >= deadline_ns)
		return ready(client) ? OUTCOME_READY : -ETIMEDOUT;
	return OUTCOME_NONE;
}

/* Spins for the budget. OUTCOME_NONE: it is time to sleep. */
static int spin(struct rc_client *client, uint64_t start_ns, uint64_t deadline_ns)
{
	struct rc__spin *spin = &client->spin;
	uint64_t last_ns = start_ns;

	for (;;) {
		uint64_t now_ns;
		int end;

		for (int poll = 0; poll < RC__SPIN_POLLS; poll++) {
			if (ready(client)) {
				rc__spin_hit(spin, last_ns - start_ns);
				return OUTCOME_READY;
			}
			rc__cpu_relax();
		}
		now_ns = rc__now_ns();
		end = other_end(client, now_ns, deadline_ns);
		if (end != OUTCOME_NONE)
			return end;
		if (now_ns - last_ns > RC__SPIN_GAP_NS) {
			rc__spin_gap(spin, now_ns, now_ns - last_ns);
			return OUTCOME_NONE;
		}
		if (now_ns - start_ns >= spin->budget_ns)
			return OUTCOME_NONE;
		last_ns = now_ns;
	}
}

/* Where futex_waitv is missing, a sleeper looks this often for host calls. */
#define LOOK_NS RC__NS_PER_MS

/* Sleeps on the next reply's slot and the next host call's. 0 or a negative errno. */
static int sleep_on_both(struct rc_client *client, const uint32_t *const words[2],
			 const uint32_t seen[2], uint64_t bound_ns)
{
	int slept = client->waits_on_one ? -ENOSYS : rc__futex_wait_two(words, seen, bound_ns);

	if (slept != -ENOSYS)
		return slept;
	client->waits_on_one = true;
	if (bound_ns > rc__now_ns() + LOOK_NS)
		bound_ns = rc__now_ns() + LOOK_NS;
	slept = rc__futex_wait(words[0], seen[0], bound_ns);
	return slept == -ETIMEDOUT ? 0 : slept; /* the short bound says nothing */
}

/* One sleep. OUTCOME_NONE: it ended by its bound, or by nothing in particular. */
static int sleep_once(struct rc_client *client, uint64_t deadline_ns)
{
	uint32_t *word = &rc__ring_slot(&client->replies)->sequence;
	uint32_t *host_waiting = &client->reverse.shared->host_park.waiting;
	const uint32_t *const words[2] = { word,
					   &rc__ring_slot(&client->reverse.requests)->sequence };
	uint64_t now_ns = rc__now_ns(), bound_ns = now_ns + SLEEP_BOUND_NS;
	int end = OUTCOME_NONE, slept = 0;
	uint32_t seen[2];

	rc__store_pointer_release(&client->sleep_word, word);
	rc__park_begin(&client->lane->host_park.waiting, (uint32_t)client->replies.position);
	rc__park_begin(host_waiting, (uint32_t)client->reverse.requests.position);
	/* PAIRS-WITH due in goside/wait.go: a worker that commits one of the slots after our last
	 * look has to see that we wait for it. It either fences itself or is fenced by this. */
	if (client->worker.fence)
		rc__fence();
	else
		rc__membarrier(MEMBARRIER_CMD_GLOBAL_EXPEDITED);

	seen[0] = rc__load_relaxed(words[0]);
	seen[1] = rc__load_relaxed(words[1]);
	if (ready(client))
		end = OUTCOME_READY;
	else
		end = other_end(client, now_ns, deadline_ns);
	if (end == OUTCOME_NONE) {
		slept = sleep_on_both(client, words, seen,
				      bound_ns < deadline_ns ? bound_ns : deadline_ns);
		rc__count(&client->lane->host_count.parks);
	}
	rc__park_end(&client->lane->host_park.waiting);
	rc__park_end(host_waiting);
	rc__store_pointer_release(&client->sleep_word, NULL);
	if (end != OUTCOME_NONE || !ready(client))
		return end;
	if (slept == -ETIMEDOUT)
		rc__count(&client->lane->host_count.late_wakes);
	return OUTCOME_READY;
}

int rc__wait_reply(struct rc_client *client, uint64_t deadline_ns)
{
	bool may_spin = rc__spin_begin(&client->spin);
	uint64_t start_ns;
	int end;

	if (may_spin) {
		for (int poll = 0; poll < RC__SPIN_POLLS_FIRST; poll++) {
			if (ready(client))
				return OUTCOME_READY;
		}
	}
	start_ns = rc__now_ns();
	end = other_end(client, start_ns, deadline_ns);
	if (end == OUTCOME_NONE && may_spin)
		end = spin(client, start_ns, deadline_ns);
	if (end != OUTCOME_NONE)
		return end;
	do {
		end = sleep_once(client, deadline_ns);
		if (end == OUTCOME_NONE)
			end = other_end(client, rc__now_ns(), deadline_ns);
	} while (end == OUTCOME_NONE);
	if (may_spin)
		rc__spin_miss(&client->spin, rc__now_ns() - start_ns);
	return end;
}

void rc__wake_worker(struct rc_client *client, struct rc_slot *slot)
{
	rc__futex_wake(&slot->sequence);
	rc__count(&client->lane->host_count.wakes);
}
