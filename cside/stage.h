/* SPDX-License-Identifier: MIT */
/*
 * stage.h - small requests that completion callbacks make, on their way to the ring together.
 *
 * A CPU's stores leave it in order. One into a line that the worker has just read waits until that
 * line is ours, and all that is stored after it waits as well: after two or three calls the CPU
 * has no room for more and stands still. Where some slots are written one right after the other,
 * their lines come together. So such requests are put together in private memory, and
 * rc__stage_flush() copies them to the ring: when there are as many as come together, when the
 * replies that were there have been dealt with, before this client's thread, or another one, waits
 * for a reply, and before any request of another kind.
 *
 * A staged request has its position, so the ring's position is behind all of them.
 *
 * Part of struct rc_client, and used inside of its gate.
 */
#ifndef RINGCALL_CSIDE_STAGE_H
#define RINGCALL_CSIDE_STAGE_H

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>

#include "ring/layout.h"
#include "ring/spsc.h"

struct rc_client;

enum {
	RC__STAGE_SLOTS = 8, /* that come together at the most: four lines */
	RC__STAGE_SHARE = 4, /* and no more than one in so many of the calls in flight */
	RC__STAGE_PACE = 32  /* requests between two looks at the clock, or more */
};

/* Where a request takes longer than this, callbacks included, it is sent at once: then it matters
 * more that the worker has it soon. */
#define RC__STAGE_SHORT_NS UINT64_C(500)

struct rc__stage {
	alignas(RC_LINE_BYTES) struct rc_slot slots[RC__STAGE_SLOTS];
	uint32_t most;    /* that come together now; 0: requests go to the ring at once */
	bool slow;        /* requests took long when the clock was last looked at */
	uint64_t company; /* of those requests, by rc__stage_company() */
	uint64_t end; /* position behind those that come together; means nothing without `most` */
	uintptr_t origin;        /* where the slot of position 0 would be */
	uint64_t paced_at_ns;    /* when the clock was looked at */
	uint64_t paced_position; /* of the request ring, then */
};

/* What a request says, beside its call, of how many replies may come together. */
static inline uint64_t rc__stage_company(uint32_t replies)
{
	return (uint64_t)replies << 32;
}

/* How many requests wait here, fewer than `most`, where the ring's position is that one. */
static inline uint32_t rc__stage_count(const struct rc__stage *stage, uint64_t position)
{
	return stage->most ? stage->most - (uint32_t)(stage->end - position) : 0;
}

/* The slot for the request of a position, which is the next one. Which slot that is follows from
 * the position alone, so that there is nothing to store for it. */
static inline struct rc_slot *rc__stage_slot(const struct rc__stage *stage, uint64_t position)
{
	return (struct rc_slot *)(stage->origin + (uintptr_t)position * RC_SLOT_BYTES);
}

/* small.c */
/* Lets calls of a client take the common way of small ones. While the client opens, under the
 * peer's lock. */
void rc__small_allow(struct rc_client *client);
/* Lets them do so no more: the client is broken, or the worker dead. From any thread. */
void rc__small_forbid(struct rc_client *client);

/* Whether calls may be staged that need the fewest steps for it; see stage.c. */
void rc__small_stage(struct rc_client *client, bool may);

/* stage.c */
/* Before callbacks run that may make calls: has small ones wait for others, if that is worth it. */
void rc__stage_begin(struct rc_client *client);
/* Sends the requests that wait. */
void rc__stage_flush(struct rc_client *client);
/* The same; those made from now on do not wait. */
void rc__stage_end(struct rc_client *client);

#endif
