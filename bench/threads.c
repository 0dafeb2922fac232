/* SPDX-License-Identifier: MIT */
/*
 * threads.c - threads in a loop of synchronous calls, for one slice after another.
 *
 * With fewer CPUs than threads every wait competes with somebody's work. What matters is that each
 * thread gets its part, and that the total does not collapse.
 */
#include "bench/threads.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "bench/calls.h"
#include "bench/clock.h"
#include "bench/fail.h"
#include "ring/atomic.h"

/* How long the Go side may take to leave. */
#define CLOSE_NS (5 * NS_PER_S)

struct thread {
	struct threads *all;
	uint32_t index;
	struct rc_client *client;
	pthread_t id;
	uint64_t calls; /* of the last slice */
	uint64_t calls_total;
};

struct threads {
	struct rc_peer *peer;
	struct thread threads[THREADS_MAX];
	uint32_t count;
	uint32_t stop; /* the slice is over; atomic */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	/* Guarded by lock. */
	uint32_t slice;   /* number of slices begun */
	uint32_t callers; /* in this slice: the threads of lower index */
	uint32_t calling;
	bool leave;
};

/* Sleeps until there is another slice for this thread; false: there will be none. */
static bool next_slice(struct thread *thread, uint32_t *slice)
{
	struct threads *all = thread->all;
	bool leave;

	pthread_mutex_lock(&all->lock);
	while ((all->slice == *slice || thread->index >= all->callers) && !all->leave)
		pthread_cond_wait(&all->changed, &all->lock);
	*slice = all->slice;
	leave = all->leave;
	pthread_mutex_unlock(&all->lock);
	return !leave;
}

static void slice_done(struct threads *all)
{
	pthread_mutex_lock(&all->lock);
	all->calling--;
	pthread_cond_broadcast(&all->changed);
	pthread_mutex_unlock(&all->lock);
}

static void *call(void *argument)
{
	struct thread *thread = argument;
	uint32_t slice = 0;

	while (next_slice(thread, &slice)) {
		uint64_t calls = 0;

		while (!rc__load_relaxed(&thread->all->stop))
			calls_swap(thread->client, ++calls);
		thread->calls = calls;
		thread->calls_total += calls;
		slice_done(thread->all);
	}
	return NULL;
}

struct threads *threads_open(const char *endpoint, uint32_t count)
{
	struct threads *all = calloc(1, sizeof(*all));

	if (!all)
		fail_errno("memory for threads");
	all->peer = calls_open_peer(endpoint, NULL);
	all->count = count;
	pthread_mutex_init(&all->lock, NULL);
	pthread_cond_init(&all->changed, NULL);
	for (uint32_t index = 0; index < all->count; index++) {
		struct thread *thread = &all->threads[index];

		thread->all = all;
		thread->index = index;
		if (rc_client_open(all->peer, &thread->client))
			fail("%s", rc_error_last()->text);
		if (pthread_create(&thread->id, NULL, call, thread))
			fail("starting thread %u", index + 1);
	}
	return all;
}

void threads_close(struct threads *all, struct rc_stats *total)
{
	fail_watch("closing a peer");
	pthread_mutex_lock(&all->lock);
	all->leave = true;
	pthread_cond_broadcast(&all->changed);
	pthread_mutex_unlock(&all->lock);
	for (uint32_t index = 0; index < all->count; index++) {
		struct thread *thread = &all->threads[index];

		pthread_join(thread->id, NULL);
		calls_add_stats(thread->client, total);
		rc_client_close(thread->client);
	}
	if (rc_close(all->peer, rc_now_ns() + CLOSE_NS))
		fail("%s", rc_error_last()->text);
	pthread_cond_destroy(&all->changed);
	pthread_mutex_destroy(&all->lock);
	free(all);
}

struct threads_slice threads_run(struct threads *all, uint32_t callers, uint64_t slice_ns)
{
	uint64_t start_ns = clock_now_ns(), elapsed_ns, calls = 0, slowest = UINT64_MAX;

	fail_watch("the threads that call");
	rc__store_relaxed(&all->stop, 0);
	pthread_mutex_lock(&all->lock);
	all->callers = callers;
	all->calling = callers;
	all->slice++;
	pthread_cond_broadcast(&all->changed);
	pthread_mutex_unlock(&all->lock);

	clock_sleep_ns(slice_ns);
	rc__store_relaxed(&all->stop, 1);
	pthread_mutex_lock(&all->lock);
	while (all->calling)
		pthread_cond_wait(&all->changed, &all->lock);
	pthread_mutex_unlock(&all->lock);
	elapsed_ns = clock_now_ns() - start_ns;

	for (uint32_t index = 0; index < callers; index++) {
		uint64_t own = all->threads[index].calls;

		calls += own;
		slowest = own < slowest ? own : slowest;
	}
	return (struct threads_slice){
		.calls_per_second = (double)calls * (double)NS_PER_S / (double)elapsed_ns,
		.slowest_share = calls ? (double)slowest / (double)calls : 0,
	};
}

void threads_shares(const struct threads *all, double *slowest, double *fastest)
{
	uint64_t least = UINT64_MAX, most = 0, calls = 0;

	for (uint32_t index = 0; index < all->count; index++) {
		uint64_t own = all->threads[index].calls_total;

		calls += own;
		least = own < least ? own : least;
		most = own > most ? own : most;
	}
	*slowest = calls ? (double)least / (double)calls : 0;
	*fastest = calls ? (double)most / (double)calls : 0;
}
