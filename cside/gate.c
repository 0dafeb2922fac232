/* SPDX-License-Identifier: MIT */
/*
 * gate.c - taking a gate from another thread, and what gates know of threads.
 *
 * An entry of a thread is never freed, because a gate may name it when the thread has ended. The
 * next thread takes it over, and with it what it owns.
 */
#define _GNU_SOURCE
#include "gate.h"

#include <sched.h>
#include <stdlib.h>

#include "sys.h"

enum {
	YIELDS_MAX = 100
};

/* Pause between two looks at a thread that stays inside, as in copying a large message. */
#define PAUSE_NS UINT64_C(20000)

static struct rc__thread nobody;
_Thread_local struct rc__thread *rc__self = &nobody;

static pthread_once_t prepared = PTHREAD_ONCE_INIT;
static pthread_key_t thread_end;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct rc__thread *unused; /* guarded by lock */
static bool needs_fence;

static void give_entry(void *entry)
{
	struct rc__thread *given = entry;

	rc__self = &nobody;
	pthread_mutex_lock(&lock);
	given->next = unused;
	unused = given;
	pthread_mutex_unlock(&lock);
}

static void prepare(void)
{
	if (pthread_key_create(&thread_end, give_entry))
		abort();
	needs_fence = rc__membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) != 0;
}

static struct rc__thread *take_entry(void)
{
	struct rc__thread *taken;

	pthread_mutex_lock(&lock);
	taken = unused;
	if (taken)
		unused = taken->next;
	pthread_mutex_unlock(&lock);
	if (!taken)
		taken = calloc(1, sizeof(*taken));
	/* A thread without an entry could only go on unprotected. */
	if (!taken || pthread_setspecific(thread_end, taken))
		abort();
	return taken;
}

void rc__gate_init(struct rc__gate *gate)
{
	pthread_once(&prepared, prepare);
	gate->enters = NULL;
	gate->owner = NULL;
	gate->fence = needs_fence;
	pthread_mutex_init(&gate->lock, NULL);
}

void rc__gate_fini(struct rc__gate *gate)
{
	pthread_mutex_destroy(&gate->lock);
}

/* Waits until the former owner is out. The gate is locked. */
static void take_away(struct rc__gate *gate, struct rc__thread *owner)
{
	struct timespec pause = rc__timespec(PAUSE_NS);

	rc__store_pointer_relaxed(&gate->enters, NULL);
	/* PAIRS-WITH rc__gate_try: it sees that it owns the gate no more, or we that it is in.
	 * Where there is no membarrier, who enters does so under the lock, which is ours. */
	if (!gate->fence)
		rc__membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
	/* PAIRS-WITH rc__gate_leave. */
	for (int look = 0; rc__load_pointer_acquire(&owner->inside) == gate; look++) {
		if (look < YIELDS_MAX)
			sched_yield();
		else
			nanosleep(&pause, NULL);
	}
}

void rc__gate_enter_slowly(struct rc__gate *gate)
{
	struct rc__thread *owner;

	rc__store_pointer_release(&rc__self->inside, NULL);
	if (rc__self == &nobody)
		rc__self = take_entry();
	pthread_mutex_lock(&gate->lock);
	owner = gate->owner;
	if (owner && owner != rc__self)
		take_away(gate, owner);
	rc__store_pointer_relaxed(&rc__self->inside, gate);
	gate->owner = rc__self;
	if (!gate->fence)
		rc__store_pointer_release(&gate->enters, rc__self);
	pthread_mutex_unlock(&gate->lock);
}
