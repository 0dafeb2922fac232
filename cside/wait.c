/* SPDX-License-Identifier: MIT */
/*
 * wait.c - waiting for the next reply or host call: spin for a while, then sleep on the sequences
 * of both slots.
 *
 * One thread at a time waits for the lane: the leader. It does so outside of the client's gate, and
 * touches only what is said to be the leader's, and what is constant. Another thread that has to
 * wait follows: it sleeps until the leader is done, and then looks for itself.
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

/* Pause between two tries to wake a thread that sleeps on a word that will not change. */
#define NUDGE_AGAIN_NS UINT64_C(100000)

/* What a wait has found so far. */
enum outcome {
	OUTCOME_NONE = 1,
	OUTCOME_READY = 0
};

static const uint32_t *word_at(const struct rc__ring *ring, uint32_t position)
{
	return &ring->slots[position & ring->mask].sequence;
}

static const uint32_t *reply_word(const struct rc_client *client)
{
	return word_at(&client->replies, client->awaited.reply);
}

static const uint32_t *host_word(const struct rc_client *client)
{
	return word_at(&client->reverse.requests, client->awaited.host);
}

/* Whether what is awaited is there. */
static bool ready(const struct rc_client *client)
{
	const struct rc__awaited *awaited = &client->awaited;

	/* PAIRS-WITH publish in goside/lane.go: its slot is seen after its sequence. */
	return rc__load_acquire(reply_word(client)) == rc__sequence_of(awaited->reply) ||
	       (awaited->serves &&
		rc__load_acquire(host_word(client)) == rc__sequence_of(awaited->host));
}

/* Whether a reply or host call has come since the wait began; other threads may have read it, and
 * the worker may have used the slot again. A worker that writes nonsense ends a wait, but no
 * deadline. */
static inline bool has_come(const struct rc_client *client)
{
	const struct rc__awaited *awaited = &client->awaited;

	return rc__load_acquire(reply_word(client)) != awaited->reply_before ||
	       rc__load_acquire(host_word(client)) != awaited->host_before;
}

/* What ends a wait other than a reply: the worker's death, the deadline. */
static int other_end(const struct rc_client *client, uint64_t now_ns, uint64_t deadline_ns)
{
	if (rc__peer_state(client->peer) == RC__PEER_DEAD)
		return ready(client) ? OUTCOME_READY : -ENOTCONN;
	if (rc__load_relaxed(&client->leaving))
		return -ECANCELED;
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
			if (has_come(client)) {
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

/* Sleeps on the next reply's slot and, unless `alone`, the next host call's. 0 or a negative
 * errno. */
static int sleep_on(struct rc_client *client, const uint32_t *const words[2],
		    const uint32_t seen[2], bool alone, uint64_t bound_ns)
{
	int slept;

	if (alone)
		return rc__futex_wait(words[0], seen[0], bound_ns);
	slept = client->waits_on_one ? -ENOSYS : rc__futex_wait_two(words, seen, bound_ns);
	if (slept != -ENOSYS)
		return slept;
	client->waits_on_one = true;
	if (bound_ns > rc__now_ns() + LOOK_NS)
		bound_ns = rc__now_ns() + LOOK_NS;
	slept = rc__futex_wait(words[0], seen[0], bound_ns);
	return slept == -ETIMEDOUT ? 0 : slept; /* the short bound says nothing */
}

/*
 * Whether to sleep on the reply's slot alone, which takes a microsecond less than on two: nothing
 * is offered to Go, so no host call is expected. One that comes all the same is told so when the
 * sleep ends. Called after the barrier of a sleep.
 */
static bool sleeps_alone(struct rc_client *client)
{
	const struct rc_peer *peer = client->peer;

	if (peer->transport != RC__TRANSPORT_WORKER)
		return true; /* Go calls the host by cgo */
	/* PAIRS-WITH rc__wake_for_host_calls: it sees that we sleep so, or we what is offered. */
	return !rc__load_acquire(&peer->host->count) && client != peer->host_client;
}

/*
 * Whether a sleep that found what has come was late: it ended by its bound. A thread that ran only
 * a while after the bound says nothing, because what it found may have come meanwhile. Nor does a
 * host call that was not expected.
 */
static bool is_late(struct rc_client *client, int slept, bool alone, uint64_t bound_ns)
{
	if (slept != -ETIMEDOUT || rc__now_ns() - bound_ns >= RC__SPIN_GAP_NS)
		return false;
	return !(alone && sleeps_alone(client) &&
		 rc__load_acquire(reply_word(client)) == client->awaited.reply_before);
}

/* One sleep. OUTCOME_NONE: it ended by its bound, or by nothing in particular. */
static int sleep_once(struct rc_client *client, uint32_t nudges, uint64_t deadline_ns)
{
	const uint32_t *const words[2] = { reply_word(client), host_word(client) };
	const uint32_t seen[2] = { client->awaited.reply_before, client->awaited.host_before };
	uint32_t *host_waiting = &client->reverse.shared->host_park.waiting;
	uint64_t now_ns = rc__now_ns(), bound_ns = now_ns + SLEEP_BOUND_NS;
	int end = OUTCOME_NONE, slept = 0;
	bool alone;

	rc__store_pointer_release(&client->sleep_word, (void *)(uintptr_t)words[0]);
	rc__store_relaxed(&client->alone, true);
	rc__park_begin(&client->lane->host_park.waiting, client->awaited.reply);
	rc__park_begin(host_waiting, client->awaited.host);
	rc__sleeper_barrier(client);

	alone = sleeps_alone(client);
	if (!alone)
		rc__store_relaxed(&client->alone, false);
	if (has_come(client) || rc__load_acquire(&client->nudges) != nudges)
		end = OUTCOME_READY;
	else
		end = other_end(client, now_ns, deadline_ns);
	if (end == OUTCOME_NONE) {
		slept = sleep_on(client, words, seen, alone,
				 bound_ns < deadline_ns ? bound_ns : deadline_ns);
		rc__count(&client->lane->host_count.parks);
	}
	rc__park_end(&client->lane->host_park.waiting);
	rc__park_end(host_waiting);
	rc__store_relaxed(&client->alone, false);
	rc__store_pointer_release(&client->sleep_word, NULL);
	if (end != OUTCOME_NONE || !has_come(client))
		return end;
	if (is_late(client, slept, alone, bound_ns))
		rc__count(&client->lane->host_count.late_wakes);
	return OUTCOME_READY;
}

/* Waits for what is awaited, outside of the gate. */
static int lead(struct rc_client *client, bool may_spin, bool in_company, uint32_t nudges,
		uint64_t deadline_ns)
{
	uint64_t start_ns = rc__now_ns();
	int end = other_end(client, start_ns, deadline_ns);

	if (end == OUTCOME_NONE && may_spin)
		end = spin(client, start_ns, deadline_ns);
	if (end != OUTCOME_NONE)
		return end;
	if (in_company)
		rc__ask_before_sleep(client, &client->leader_ask, client->awaited.reply);
	do {
		end = sleep_once(client, nudges, deadline_ns);
		if (end == OUTCOME_NONE)
			end = other_end(client, rc__now_ns(), deadline_ns);
		if (rc__load_acquire(&client->nudges) != nudges)
			return OUTCOME_READY;
	} while (end == OUTCOME_NONE);
	if (may_spin)
		rc__spin_miss(&client->spin, rc__now_ns() - start_ns);
	return end;
}

/* Notes what is awaited. Inside of the gate. */
static void note_awaited(struct rc_client *client, bool serves)
{
	struct rc__awaited *awaited = &client->awaited;

	awaited->reply = (uint32_t)client->replies.position;
	awaited->host = (uint32_t)client->reverse.requests.position;
	awaited->serves = serves;
	awaited->reply_before = rc__load_acquire(reply_word(client));
	awaited->host_before = rc__load_acquire(host_word(client));
}

static inline bool is_there(const struct rc_client *client, bool serves)
{
	return rc__ring_peek(&client->replies) || (serves && rc__reverse_ready(client));
}

/* Waits until the leader is done. It has to look for the next host call as well. */
static int follow(struct rc_client *client, bool serves, uint64_t deadline_ns)
{
	if (serves && client->awaited.host != (uint32_t)client->reverse.requests.position) {
		rc__nudge(client);
		return 0;
	}
	return rc__follow(client, deadline_ns);
}

/* The first polls of a wait. */
static inline bool comes_soon(struct rc_client *client, bool serves)
{
	struct rc__spin *spin = &client->spin;

	for (uint32_t poll = 0; poll < rc__spin_polls(spin); poll++) {
		if (is_there(client, serves)) {
			rc__spin_polled(spin, poll);
			return true;
		}
		if (spin->gently)
			rc__cpu_relax();
	}
	return false;
}

static int wait_for(struct rc_client *client, bool serves, uint64_t deadline_ns)
{
	uint32_t nudges = client->nudges;
	bool may_spin, in_company;
	int end;

	if (rc__unlikely(client->stage.most))
		rc__stage_end(client); /* or the reply would never come */
	if (rc__unlikely(client->leading))
		return follow(client, serves, deadline_ns);
	may_spin = rc__spin_begin(&client->spin);
	if (may_spin && comes_soon(client, serves))
		return OUTCOME_READY;
	note_awaited(client, serves);
	/* What came before that is not seen to come. */
	if (is_there(client, serves))
		return OUTCOME_READY;
	rc__wake_gathered();
	client->leading = true;
	in_company = rc__in_company(client);
	rc__unpark(client);
	rc__gate_leave();
	end = lead(client, may_spin, in_company, nudges, deadline_ns);
	rc__gate_enter(&client->gate);
	client->leading = false;
	if (rc__unlikely(client->armed))
		rc__armed_wake(client); /* it arms again */
	if (rc__unlikely(client->followers))
		rc__wake_followers(client);
	return end;
}

int rc__wait_reply(struct rc_client *client, uint64_t deadline_ns)
{
	return wait_for(client, true, deadline_ns);
}

int rc__wait_reply_only(struct rc_client *client, uint64_t deadline_ns)
{
	return wait_for(client, false, deadline_ns);
}

/* Wakes threads that sleep in the peer's lanes. Returns whether there is any. */
static bool wake_sleepers(struct rc_peer *peer, bool only_alone)
{
	bool any = false;

	pthread_mutex_lock(&peer->lock);
	for (uint32_t lane = 0; lane < peer->geometry.lanes; lane++) {
		struct rc_client *client = peer->lanes[lane].client;
		void *word = client && (!only_alone || rc__load_relaxed(&client->alone))
				     ? rc__load_pointer_acquire(&client->sleep_word)
				     : NULL;

		if (!word)
			continue;
		/* PAIRS-WITH is_stale in arm.c: what waits for the same word may end, too. */
		rc__store_release(&client->uring.stirs, client->uring.stirs + 1);
		rc__futex_wake(word);
		rc__store_release(&client->uring.stirs, client->uring.stirs + 1);
		any = true;
	}
	pthread_mutex_unlock(&peer->lock);
	return any;
}

void rc__wake_sleepers(struct rc_peer *peer, bool only_alone, uint64_t again_ns)
{
	struct timespec pause = rc__timespec(again_ns);

	/* PAIRS-WITH sleep_once: either it sees what it is woken for, or we its sleep_word. */
	rc__fence();
	while (wake_sleepers(peer, only_alone))
		nanosleep(&pause, NULL);
}

void rc__wake_for_host_calls(struct rc_peer *peer)
{
	/* PAIRS-WITH sleeps_alone. */
	rc__wake_sleepers(peer, true, NUDGE_AGAIN_NS);
}

void rc__sleeper_barrier(const struct rc_client *client)
{
	/* PAIRS-WITH look in goside/wait.go: a worker that commits one of the slots after our last
	 * look has to see that we wait for it. It either fences itself or is fenced by this. */
	if (client->worker.fence)
		rc__fence();
	else
		rc__membarrier(MEMBARRIER_CMD_GLOBAL_EXPEDITED);
}

void rc__nudge(struct rc_client *client)
{
	struct timespec pause = rc__timespec(NUDGE_AGAIN_NS);
	uint32_t nudges = client->nudges + 1;

	/* PAIRS-WITH sleep_once: either it sees the number, or we its sleep_word; and if that comes
	 * before its sleep, the next try wakes it. */
	rc__store_release(&client->nudges, nudges);
	rc__fence();
	while (client->leading && client->nudges == nudges) {
		void *word = rc__load_pointer_acquire(&client->sleep_word);

		client->uring.doubtful = true;
		if (word)
			rc__futex_wake(word);
		rc__gate_leave();
		nanosleep(&pause, NULL);
		rc__gate_enter(&client->gate);
	}
}

int rc__follow(struct rc_client *client, uint64_t deadline_ns)
{
	uint32_t turn = rc__load_relaxed(&client->turn);
	int end;

	rc__wake_gathered();
	client->followers++;
	rc__gate_leave();
	end = rc__futex_wait(&client->turn, turn, deadline_ns);
	rc__gate_enter(&client->gate);
	client->followers--;
	return end == -ETIMEDOUT ? end : 0;
}

void rc__wake_followers(struct rc_client *client)
{
	rc__store_relaxed(&client->turn, client->turn + 1);
	rc__futex_wake(&client->turn);
}

void rc__wake_worker(struct rc_client *client, struct rc_slot *slot)
{
	if (!rc__wake_later(client, &slot->sequence))
		rc__futex_wake(&slot->sequence);
	rc__count(&client->lane->host_count.wakes);
}
