/* SPDX-License-Identifier: MIT */
/*
 * spsc.h - one end of a single-producer single-consumer ring of slots.
 *
 * The slot is the signal: the producer fills a slot and then writes its `sequence`; the consumer
 * polls the `sequence` of the slot it expects. Positions are private to each end and free-running.
 * The producer never looks whether a slot is free: the host keeps at most `slots` calls in flight,
 * so the slot was read (README.md has the argument). Nothing here blocks or fails.
 *
 * An end belongs to one thread at a time.
 */
#ifndef RINGCALL_RING_SPSC_H
#define RINGCALL_RING_SPSC_H

#include "atomic.h"
#include "layout.h"

struct rc__ring {
	struct rc_slot *slots; /* shared */
	uint32_t mask;         /* number of slots - 1 */
	uint64_t position;     /* of the next slot to write or to read; shared as 32 bits */
};

static inline struct rc_slot *rc__ring_slot(const struct rc__ring *ring)
{
	return &ring->slots[ring->position & ring->mask];
}

/* The slot to fill next. The caller holds a credit for it. */
static inline struct rc_slot *rc__ring_reserve(const struct rc__ring *ring)
{
	return rc__ring_slot(ring);
}

/* Makes the reserved slot visible. */
static inline void rc__ring_commit(struct rc__ring *ring)
{
	struct rc_slot *slot = rc__ring_slot(ring);

	ring->position++;
	rc__prefetch_write(&ring->slots[(ring->position + RC_RING_AHEAD) & ring->mask]);
	/* PAIRS-WITH rc__ring_peek: the slot's other words, and the payload they name, must be
	 * seen before the sequence. */
	rc__store_release(&slot->sequence, (uint32_t)ring->position);
}

/* The next slot if its producer has committed it, else NULL. */
static inline const struct rc_slot *rc__ring_peek(const struct rc__ring *ring)
{
	const struct rc_slot *slot = rc__ring_slot(ring);

	/* PAIRS-WITH rc__ring_commit. */
	return rc__load_acquire(&slot->sequence) == (uint32_t)ring->position + 1 ? slot : 0;
}

/* Leaves the slot that rc__ring_peek() gave. */
static inline void rc__ring_advance(struct rc__ring *ring)
{
	ring->position++;
}

static inline uint32_t rc__slot_inline_bytes(uint16_t flags)
{
	return (uint32_t)flags >> RC_SLOT_INLINE_SHIFT;
}

static inline uint16_t rc__slot_inline_flags(uint32_t bytes)
{
	return (uint16_t)(RC_SLOT_INLINE | bytes << RC_SLOT_INLINE_SHIFT);
}

/* Fills what identifies a request, by one store. */
static inline void rc__slot_set_head(struct rc_slot *slot, uint16_t method, uint16_t flags,
				     uint32_t call)
{
	const struct {
		uint16_t method;
		uint16_t flags;
		uint32_t call;
	} head = { method, flags, call };

	__builtin_memcpy((unsigned char *)slot + offsetof(struct rc_slot, method), &head,
			 sizeof(head));
}

/* A span in one word of a slot's body, as struct rc_span lies there. */
static inline uint64_t rc__span_pack(uint32_t offset, uint32_t bytes)
{
	return (uint64_t)bytes << 32 | offset;
}

static inline struct rc_span rc__span_unpack(uint64_t word)
{
	return (struct rc_span){ (uint32_t)word, (uint32_t)(word >> 32) };
}

#endif
