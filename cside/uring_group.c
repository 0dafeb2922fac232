/* SPDX-License-Identifier: MIT */
/*
 * uring_group.c - clients that an event loop on io_uring waits for together.
 *
 * One request waits for the words of up to RC__BATCH_CLIENTS clients: a batch. It completes as a
 * whole when one of them is woken; then the batch needs the next request. The loop says when a
 * request has completed, so it is known how many are out, and no wake-up has to be guessed: when
 * fewer are out than batches believe to have one, all make new ones. That covers wake-ups that
 * change no word, such as those of threads that sleep for the same lane.
 *
 * A batch whose words have changed, or whose clients have, gets a new request at once. The one
 * before, if it is still out, is ended by a wake-up of the batch's own word, `alert`, which goes
 * with the loop's next submission, before the new one. Left out it would be woken for slots that
 * come into use again; IORING_OP_ASYNC_CANCEL goes by user_data, which is the loop's own, and may
 * be that of other requests. Who is no part of the loop changes `alert` and wakes it at once: a
 * request that was not submitted yet then ends as it is.
 *
 * All clients park before one barrier: with membarrier(2) it is a system call, which so is paid
 * once a turn of the loop.
 *
 * A set may gather wake-ups of workers, too: they are noted while the loop's thread makes calls,
 * and become entries of the submission queue when the set is armed. Nobody can tell from here
 * whether the loop submits them, so a thread that is about to sleep in the library wakes for all
 * that it has noted and does not know to be submitted. One wake-up too many does no harm.
 *
 * The set, and what here is no client's, belongs to the loop's thread, but for `alert`.
 */
#include <errno.h>
#include <stdlib.h>

#include "internal.h"
#include "sys.h"

/* Wake-ups that a loop gathers for one submission; more are sent at once. */
enum {
	GATHERED_MAX = 64
};

struct rc__batch {
	struct rc__uring_set *set;
	uint32_t alert; /* is woken, or changes, to end the request; atomic */
	uint32_t count; /* of clients */
	bool live;      /* a request waits for `waits`, or will */
	struct rc_client *clients[RC__BATCH_CLIENTS];
	/* `alert`, then two words a client. The kernel reads them when the request is submitted. */
	struct rc_uring_wait waits[1 + 2 * RC__BATCH_CLIENTS];
};

struct rc__uring_set {
	struct rc__batch **batches;
	uint32_t count;
	uint32_t out; /* requests that were made and have not completed */
	bool ends;    /* some that are out have no batch any more */

	/* Wake-ups of workers; only the thread touches them. */
	bool gathers;
	void *thread; /* the loop's struct rc__thread if wake-ups are gathered; atomic */
	const uint32_t *words[GATHERED_MAX];
	uint32_t word_count;
	uint32_t told; /* the first of them have entries in the submission queue */
	struct rc__uring_set *next;
};

/* Sets that gather; changed under the lock; atomic. */
static void *gathering;
static pthread_mutex_t gathering_lock = PTHREAD_MUTEX_INITIALIZER;

struct rc__uring_set *rc__uring_set_create(void)
{
	return calloc(1, sizeof(struct rc__uring_set));
}

void rc__batch_alert(struct rc__batch *batch)
{
	rc__alert(&batch->alert);
}

void rc__uring_set_wake_now(struct rc__uring_set *set)
{
	for (uint32_t word = 0; word < set->word_count; word++)
		rc__futex_wake(set->words[word]);
	set->word_count = set->told = 0;
}

void rc__uring_set_woken(struct rc__uring_set *set)
{
	set->word_count -= set->told;
	memmove(set->words, &set->words[set->told], set->word_count * sizeof(set->words[0]));
	set->told = 0;
}

const uint32_t *rc__uring_set_wake(struct rc__uring_set *set)
{
	return set->told < set->word_count ? set->words[set->told++] : NULL;
}

bool rc__wake_later(const struct rc_client *client, const uint32_t *word)
{
	struct rc__uring_set *set = client->uring.batch ? client->uring.batch->set : NULL;

	if (!set || rc__load_pointer_relaxed(&set->thread) != rc__self ||
	    set->word_count == GATHERED_MAX)
		return false;
	set->words[set->word_count++] = word;
	return true;
}

void rc__wake_gathered(void)
{
	if (!rc__load_pointer_relaxed(&gathering))
		return;
	pthread_mutex_lock(&gathering_lock);
	for (struct rc__uring_set *set = gathering; set; set = set->next)
		if (rc__load_pointer_relaxed(&set->thread) == rc__self)
			rc__uring_set_wake_now(set);
	pthread_mutex_unlock(&gathering_lock);
}

void rc__uring_set_gather(struct rc__uring_set *set)
{
	if (set->gathers)
		return;
	set->gathers = true;
	pthread_mutex_lock(&gathering_lock);
	set->next = gathering;
	rc__store_pointer_relaxed(&gathering, set);
	pthread_mutex_unlock(&gathering_lock);
}

static void stop_gathering(struct rc__uring_set *set)
{
	struct rc__uring_set *before;

	if (!set->gathers)
		return;
	rc__uring_set_wake_now(set);
	pthread_mutex_lock(&gathering_lock);
	if (gathering == set) {
		rc__store_pointer_relaxed(&gathering, set->next);
	} else {
		for (before = gathering; before->next != set;)
			before = before->next;
		before->next = set->next;
	}
	pthread_mutex_unlock(&gathering_lock);
}

static uint32_t place_of(const struct rc__batch *batch, const struct rc_client *client)
{
	uint32_t place = 0;

	while (batch->clients[place] != client)
		place++;
	return place;
}

static void leave_in_gate(struct rc_client *client)
{
	rc__unpark(client);
	client->armed = client->uring.armed = false;
	client->uring.batch = NULL;
	if (client->uring.polling)
		rc__fd_write(client->event_fd); /* ends what polls it */
}

void rc__batch_leave(struct rc_client *client)
{
	struct rc__batch *batch = client->uring.batch;

	if (!batch)
		return;
	rc__gate_enter(&client->gate);
	leave_in_gate(client);
	rc__gate_leave();
	batch->clients[place_of(batch, client)] = batch->clients[--batch->count];
	/* Its words must not be looked at again: they may go away. */
	batch->live = false;
	rc__batch_alert(batch);
	rc__uring_set_wake_now(batch->set);
}

void rc__uring_set_destroy(struct rc__uring_set *set)
{
	if (!set)
		return;
	stop_gathering(set);
	for (uint32_t index = 0; index < set->count; index++) {
		while (set->batches[index]->count)
			rc__batch_leave(set->batches[index]->clients[0]);
		free(set->batches[index]);
	}
	free(set->batches);
	free(set);
}

/* A batch with room. NULL: no memory. */
static struct rc__batch *open_batch(struct rc__uring_set *set)
{
	struct rc__batch **batches, *batch;

	for (uint32_t index = 0; index < set->count; index++)
		if (set->batches[index]->count < RC__BATCH_CLIENTS)
			return set->batches[index];
	batches = realloc(set->batches, (set->count + 1) * sizeof(struct rc__batch *));
	if (!batches)
		return NULL;
	set->batches = batches;
	batch = calloc(1, sizeof(*batch));
	if (!batch)
		return NULL;
	batch->set = set;
	return set->batches[set->count++] = batch;
}

int rc__uring_set_add(struct rc__uring_set *set, struct rc_client *client)
{
	struct rc__batch *batch;

	if (client->uring.batch)
		return rc__error_set(-EINVAL, RC_RAN_NO,
				     "ringcall: rc_uring_group_add: the client is in %s group; "
				     "call rc_uring_group_remove() first",
				     client->uring.batch->set == set ? "this" : "another");
	batch = open_batch(set);
	if (!batch)
		return rc__error_set(-ENOMEM, RC_RAN_NO, "ringcall: rc_uring_group_add: no memory");
	rc__gate_enter(&client->gate);
	rc__uring_end_own(client);
	client->uring.batch = batch;
	rc__gate_leave();
	batch->clients[batch->count++] = client;
	batch->live = false;
	return 0;
}

void rc__uring_set_remove(struct rc__uring_set *set, struct rc_client *client)
{
	if (client->uring.batch && client->uring.batch->set == set)
		rc__batch_leave(client);
}

struct rc_client *rc__uring_set_client(const struct rc__uring_set *set, uint32_t index)
{
	for (uint32_t batch = 0; batch < set->count; batch++) {
		if (index < set->batches[batch]->count)
			return set->batches[batch]->clients[index];
		index -= set->batches[batch]->count;
	}
	return NULL;
}

static bool has_changed(const struct rc__batch *batch)
{
	for (uint32_t word = 0; word < 1 + 2 * batch->count; word++)
		if (rc__uring_differs(&batch->waits[word]))
			return true;
	return false;
}

/* Finds which batches need a request. */
static void find_stale(struct rc__uring_set *set)
{
	uint32_t live = 0;

	for (uint32_t index = 0; index < set->count; index++) {
		struct rc__batch *batch = set->batches[index];

		batch->live = batch->live && !has_changed(batch);
		live += batch->live;
	}
	if (set->out < live) {
		/* One has completed of which no word has changed, and it is not known which. */
		for (uint32_t index = 0; index < set->count; index++)
			set->batches[index]->live = false;
		live = 0;
	}
	set->ends = set->out > live;
}

/* Parks a client that is not parked yet. Returns whether it was parked. */
static bool park(struct rc_client *client)
{
	if (rc__is_gone(client)) {
		rc__unpark(client); /* the supervisor wakes until nobody sleeps */
		return false;
	}
	if (client->armed && client->uring.armed && client->parked)
		return false;
	client->armed = client->uring.armed = true;
	if (client->leading)
		return false; /* when it is done, it has the loop look again */
	rc__park_by_futex(client);
	return true;
}

/* Notes what is waited for, and parks, unless there is something to do. `barriers` gets a client
 * that needs each kind of barrier. */
static bool park_in_gate(struct rc__batch *batch, uint32_t place,
			 const struct rc_client *barriers[2])
{
	struct rc_client *client = batch->clients[place];

	if (rc__has_work_left(client))
		return false;
	if (!batch->live)
		rc__note_words(client, &batch->waits[1 + 2 * place]);
	if (park(client))
		barriers[client->worker.fence] = client;
	return true;
}

/* False: a client has something to do. */
static bool park_batch(struct rc__batch *batch, const struct rc_client *barriers[2])
{
	bool parked = true;

	if (!batch->live)
		batch->waits[0] = rc__uring_wait_for(&batch->alert);
	for (uint32_t place = 0; place < batch->count && parked; place++) {
		rc__gate_enter(&batch->clients[place]->gate);
		parked = park_in_gate(batch, place, barriers);
		rc__gate_leave();
	}
	return parked;
}

static bool has_work(const struct rc__batch *batch)
{
	bool found = false;

	for (uint32_t place = 0; place < batch->count && !found; place++) {
		struct rc_client *client = batch->clients[place];

		rc__gate_enter(&client->gate);
		found = rc__has_work_left(client);
		rc__gate_leave();
	}
	return found;
}

int rc__uring_set_arm(struct rc__uring_set *set)
{
	const struct rc_client *barriers[2] = { NULL, NULL };
	bool found = false;

	find_stale(set);
	for (uint32_t index = 0; index < set->count && !found; index++)
		found = !park_batch(set->batches[index], barriers);
	if (set->gathers)
		rc__store_pointer_relaxed(&set->thread, rc__self);
	if (found)
		return 1;
	for (int kind = 0; kind < 2; kind++)
		if (barriers[kind])
			rc__sleeper_barrier(barriers[kind]);
	for (uint32_t index = 0; index < set->count && !found; index++)
		found = has_work(set->batches[index]);
	return found;
}

/* The first batch that lacks a request, or NULL. */
static struct rc__batch *lacking(const struct rc__uring_set *set)
{
	for (uint32_t index = 0; index < set->count; index++)
		if (set->batches[index]->count && !set->batches[index]->live)
			return set->batches[index];
	return NULL;
}

bool rc__uring_set_next(const struct rc__uring_set *set, struct rc__uring_request *request)
{
	const struct rc__batch *batch = lacking(set);

	if (batch)
		*request = (struct rc__uring_request){ .wake = set->ends ? &batch->alert : NULL,
						       .waits = batch->waits,
						       .count = 1 + 2 * batch->count };
	return batch;
}

void rc__uring_set_made(struct rc__uring_set *set)
{
	lacking(set)->live = true;
	set->out++;
}

void rc__uring_set_completed(struct rc__uring_set *set)
{
	if (set->out)
		set->out--;
}
