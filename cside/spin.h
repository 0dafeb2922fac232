/* SPDX-License-Identifier: MIT */
/*
 * spin.h - how long a wait spins before it sleeps.
 *
 * The limit is what a sleep and a wake-up cost on this machine: spinning for that long at most
 * doubles the cost of a wait. Below it the budget follows how long recent waits lasted, so a
 * client whose answers take long stops spinning for them. A gap in the clock during a spin means
 * that somebody else wanted the CPU: then the waits that follow sleep at once, for a while.
 *
 * Each poll takes the cache line of the slot from the side that is about to write it. Where lines
 * take long to change hands, waits therefore pause between polls; where that would take longer than
 * the answer itself, they do not.
 */
#ifndef RINGCALL_CSIDE_SPIN_H
#define RINGCALL_CSIDE_SPIN_H

#include <stdbool.h>
#include <stdint.h>

struct rc__spin {
	uint64_t limit_ns;  /* 0: never spin */
	uint64_t budget_ns; /* for the next wait, at most limit_ns */
	uint64_t park_ns;   /* what a sleep and a wake-up cost */
	uint64_t gap_at_ns; /* when the clock last had a gap */
	uint32_t yielding;  /* waits that are still to sleep at once */
	uint32_t penalty;   /* how many waits the last gap cost */
	bool gently;        /* the next wait pauses between its first polls */
};

/* Polls before the clock is looked at: a few microseconds, with pauses or without. */
#define RC__SPIN_POLLS_FIRST 1000
#define RC__SPIN_POLLS_GENTLE 64

/* A wait that took so many polls without pauses was a long one; so few with them, a short one. */
#define RC__SPIN_POLLS_LONG 100
#define RC__SPIN_POLLS_SHORT 1

/* Polls between two looks at the clock. */
#define RC__SPIN_POLLS 16

/* The clock moved by this much between two looks: the thread was not running. */
#define RC__SPIN_GAP_NS UINT64_C(200000)

/* What it takes to hand over to a sleeping thread of this process and to sleep, as measured now:
 * both on one CPU, or with -1 wherever they may run. 0: it could not be measured. */
uint64_t rc__spin_handover_ns(int cpu);

/* Sets the limit. spin_ns 0 means measured: the cost of a sleep, within sane bounds. */
void rc__spin_init(struct rc__spin *spin, uint64_t spin_ns, bool never);

/* A wait was answered while it spun, after spun_ns. */
void rc__spin_hit(struct rc__spin *spin, uint64_t spun_ns);

/* A wait slept; from its begin to its end it took waited_ns. */
void rc__spin_miss(struct rc__spin *spin, uint64_t waited_ns);

/*
 * The thread lost its CPU while it spun, for lost_ns until now_ns. One wait will sleep at once;
 * twice as many as the last time, if since then the thread lost more time than it had: then CPUs
 * are oversubscribed, and not just busy.
 */
void rc__spin_gap(struct rc__spin *spin, uint64_t now_ns, uint64_t lost_ns);

/* How many first polls a wait makes. */
static inline uint32_t rc__spin_polls(const struct rc__spin *spin)
{
	return spin->gently ? RC__SPIN_POLLS_GENTLE : RC__SPIN_POLLS_FIRST;
}

/* A wait was answered by the first polls, after so many that saw nothing. */
static inline void rc__spin_polled(struct rc__spin *spin, uint32_t polls)
{
	spin->gently = polls > (spin->gently ? RC__SPIN_POLLS_SHORT : RC__SPIN_POLLS_LONG);
}

/* Whether the next wait may spin at all; counts it when not. */
bool rc__spin_begin(struct rc__spin *spin);

#endif
