/* SPDX-License-Identifier: MIT */
/*
 * park.h - the two halves of going to sleep without losing a wake-up.
 *
 * The sleeper, for position p:                  The waker, of position p:
 *
 *     waiting := 2 * p + 1                          slot->sequence := 2 * p + 1
 *     barrier                                       barrier
 *     last look: slot->sequence == 2 * p + 1?           waiting == 2 * p + 1?
 *     FUTEX_WAIT(slot->sequence, old)               FUTEX_WAKE(slot->sequence)
 *     waiting := 0
 *
 * Of the two last looks at least one sees the other side's write. The sleeper sleeps on a word
 * that the waker has changed, so a wake-up that comes before the sleep makes the sleep end at once.
 * The position in `waiting` keeps the waker of an earlier slot from taking this sleep for its own:
 * a mere flag would be seen, and answered on the wrong slot, by a waker that was held up between
 * its commit and its look.
 *
 * The barrier costs the waker 6 ns on every message, or nothing: where both sides registered for
 * membarrier(2), the sleeper's barrier is a system call that runs a fence on every CPU on which the
 * waker may be, and the waker needs to keep only its compiler in order.
 */
#ifndef RINGCALL_RING_PARK_H
#define RINGCALL_RING_PARK_H

#include <stdbool.h>
#include <stdint.h>

#include "atomic.h"
#include "delay.h"

/* A waker's private view of the other side's sleep. */
struct rc__waker {
	const uint32_t *waiting; /* shared; the sleeper writes it */
	bool fence;              /* the sleeper does not run membarrier */
};

/* What a sleeper writes that waits for a position. */
static inline uint32_t rc__park_word(uint32_t position)
{
	return position << 1 | 1;
}

/* What the other side has announced, after this side has committed slots. */
static inline uint32_t rc__waker_look(const struct rc__waker *waker)
{
	if (__builtin_expect(waker->fence, 0))
		rc__fence();
	rc__delay_point();
	/* PAIRS-WITH rc__park_begin: each commit must be seen before we look at `waiting`. */
	rc__compiler_fence();
	return rc__load_relaxed(waker->waiting);
}

/* Whether somebody sleeps for the slot just committed at `position`: the caller then wakes. */
static inline bool rc__waker_due(const struct rc__waker *waker, uint32_t position)
{
	return rc__waker_look(waker) == rc__park_word(position);
}

/* The same for as many slots as were committed from position `first` on, with one look after the
 * last of them. *position: for which of them somebody sleeps. */
static inline bool rc__waker_among(const struct rc__waker *waker, uint32_t first, uint32_t count,
				   uint32_t *position)
{
	uint32_t waiting = rc__waker_look(waker), behind = waiting - rc__park_word(first);

	*position = first + (behind >> 1);
	return waiting && behind < 2 * count;
}

/* Announces a sleep. The caller then runs its barrier, looks a last time, and sleeps. */
static inline void rc__park_begin(uint32_t *waiting, uint32_t position)
{
	/* PAIRS-WITH rc__waker_look, by the barrier that the caller runs next. */
	rc__delay_point();
	rc__store_relaxed(waiting, rc__park_word(position));
	rc__delay_point();
}

/* The sleep is over, or was not needed. */
static inline void rc__park_end(uint32_t *waiting)
{
	rc__delay_point();
	rc__store_relaxed(waiting, 0);
	rc__delay_point();
}

#endif
