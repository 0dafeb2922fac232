/* SPDX-License-Identifier: MIT */
/*
 * gate.h - keeps two threads from touching a client at once, at next to no cost for the one that
 * uses it all the time.
 *
 * A client belongs to one thread at a time, but others may cancel its calls and wait for them. The
 * gate is a lock that is biased to the thread that entered it last: that thread writes into its own
 * memory which gate it is in, looks whether the gate is still its own, and is in; no locked
 * instruction, no fence. Another thread first takes the gate away: it changes the owner, runs a
 * fence on every CPU by membarrier(2), and waits until the former owner is out. Of the owner's look
 * and the other's, one sees what the other side wrote.
 *
 * Nobody may be inside while it sleeps or runs a callback. A thread is in one gate at a time.
 */
#ifndef RINGCALL_CSIDE_GATE_H
#define RINGCALL_CSIDE_GATE_H

#include <pthread.h>
#include <stdbool.h>

#include "ring/atomic.h"

/* What gates know of a thread. Outlives it; then it is another thread's. */
struct rc__thread {
	void *inside; /* the gate, or NULL; atomic; its thread writes it */
	struct rc__thread *next;
};

struct rc__gate {
	void *enters; /* the owner, if it may enter by a look, or NULL; atomic */
	void *owner;  /* struct rc__thread, or NULL; both are changed under the lock */
	bool fence;   /* the kernel has no membarrier for us: who enters takes the lock */
	pthread_mutex_t lock;
};

/* A thread that has entered no gate yet has an entry that owns none. */
extern _Thread_local struct rc__thread *rc__self;

void rc__gate_init(struct rc__gate *gate);
void rc__gate_fini(struct rc__gate *gate);

/* Takes the gate from its owner. Blocks until that one is out. */
void rc__gate_enter_slowly(struct rc__gate *gate);

/* Enters a gate that is the thread's own; `self` is rc__self. False: it is not, or that cannot be
 * told by a look; the thread goes on with rc__gate_leave(), or with rc__gate_enter_slowly(). */
static inline bool rc__gate_try(struct rc__gate *gate, struct rc__thread *self)
{
	/* PAIRS-WITH take_away in gate.c: that we are inside must be seen before we look. */
	rc__store_pointer_relaxed(&self->inside, gate);
	rc__compiler_fence();
	return rc__load_pointer_relaxed(&gate->enters) == self;
}

static inline void rc__gate_enter(struct rc__gate *gate)
{
	if (__builtin_expect(!rc__gate_try(gate, rc__self), 0))
		rc__gate_enter_slowly(gate);
}

/* The same as rc__gate_leave(), for a thread that has looked up who it is. */
static inline void rc__gate_leave_as(struct rc__thread *self)
{
	/* PAIRS-WITH take_away in gate.c: what we did must be seen before that we are out. */
	rc__store_pointer_release(&self->inside, NULL);
}

static inline void rc__gate_leave(void)
{
	rc__gate_leave_as(rc__self);
}

#endif
