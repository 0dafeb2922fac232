/* SPDX-License-Identifier: MIT */
/*
 * spsc.h - one end of a single-producer single-consumer ring of slots.
 *
 * The slot is the signal: the producer fills a slot and then writes its `sequence`; the consumer
 * polls the `sequence` of the slot it expects. Positions are private to each end and free-running.
 * The producer never looks whether a slot is free: who calls keeps so few calls in flight that it
 * was read (README.md has the argument). Nothing here blocks or fails.
 *
 * A descriptor takes one slot or two. Either end counts the second by what it knows of the flags;
 * rc__ring_write() and rc__ring_read() do all of that where speed is no matter.
 *
 * An end belongs to one thread at a time.
 */
#ifndef RINGCALL_RING_SPSC_H
#define RINGCALL_RING_SPSC_H

#include <stdbool.h>

#include "atomic.h"
#include "layout.h"

enum {
	RC__LINES_AHEAD = 4 /* that a producer fetches after slots that it staged */
};

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

/* The rest of the next slot, which has one. */
static inline struct rc_slot_rest *rc__ring_rest(const struct rc__ring *ring)
{
	return (struct rc_slot_rest *)(void *)&ring->slots[(ring->position + 1) & ring->mask];
}

/* The same, to be filled: with a deadline, or 0. */
static inline struct rc_slot_rest *rc__ring_reserve_rest(const struct rc__ring *ring,
							 uint64_t deadline_ns)
{
	struct rc_slot_rest *rest = rc__ring_rest(ring);

	rest->deadline = deadline_ns << 1;
	return rest;
}

/* What the slot of a position says when it is committed: an odd number. */
static inline uint32_t rc__sequence_of(uint64_t position)
{
	return (uint32_t)position << 1 | 1;
}

/* A ring of a lane on which so many calls may be in flight. */
static inline struct rc__ring rc__ring_of(void *slots, uint32_t calls, uint32_t position)
{
	return (struct rc__ring){ slots, RC_SLOTS_A_CALL * calls - 1, position };
}

/* What lies behind a ring. */
static inline void *rc__ring_end(const struct rc__ring *ring)
{
	return ring->slots + ring->mask + 1;
}

/* How many slots a descriptor with these flags takes. */
static inline uint32_t rc__slots_of(uint16_t flags)
{
	return flags >= (RC_SLOT_BODY_BYTES + 1) << RC_SLOT_INLINE_SHIFT ||
			       flags & (RC_SLOT_SPACE | RC_SLOT_DEADLINE | RC_SLOT_ACK)
		       ? 2
		       : 1;
}

/* Makes the reserved slot visible; `slots`: with its rest, if that is 2. */
static inline void rc__ring_commit(struct rc__ring *ring, uint32_t slots)
{
	struct rc_slot *slot = rc__ring_slot(ring);
	uint32_t sequence = rc__sequence_of(ring->position);

	ring->position += slots;
	rc__prefetch_write(&ring->slots[(ring->position + RC_RING_AHEAD) & ring->mask]);
	/* PAIRS-WITH rc__ring_peek: the slot's other words, and the payload they name, must be
	 * seen before the sequence. */
	rc__store_release(&slot->sequence, sequence);
}

/*
 * Does what rc__ring_commit() does with a ring's next slot, in fewer steps, but leaves the position
 * to its caller. `head` has what lies first in the slot: sequence, method and flags. Near the
 * ring's end it fetches what lies behind that: a line in a turn of the ring, for nothing.
 */
static inline void rc__slot_commit(struct rc_slot *slot, uint64_t head)
{
	typedef uint64_t __attribute__((may_alias)) word;

	rc__prefetch_write((const void *)((uintptr_t)slot + (1 + RC_RING_AHEAD) * RC_SLOT_BYTES));
	/* PAIRS-WITH rc__ring_peek, as rc__ring_commit. */
	rc__store_word_release((word *)(void *)slot, head);
}

/* Fills call and status << 32, which lie side by side, by one store. */
static inline void rc__slot_set_call(struct rc_slot *slot, uint64_t call)
{
	typedef uint64_t __attribute__((may_alias)) word;

	*(word *)(void *)&slot->call = call;
}

/* Two words of a slot, stored and loaded as one: what is stored so is soon loaded so again. */
typedef uint64_t rc__slot_half __attribute__((vector_size(16), may_alias));

/* Fills a slot in private memory: head, and call with status << 32, as they will be in the ring,
 * and a body that is full. The body was mostly stored by words a moment ago and is loaded so: one
 * load of both would wait until these stores have left the CPU. */
static inline void rc__slot_stage(struct rc_slot *slot, uint64_t head, uint64_t call,
				  const void *body)
{
	typedef uint64_t __attribute__((may_alias, aligned(1))) word;
	const volatile word *words = body;

	*(rc__slot_half *)(void *)slot = (rc__slot_half){ head, call };
	*(rc__slot_half *)(void *)slot->body = (rc__slot_half){ words[0], words[1] };
}

/*
 * Copies staged slots to the positions before the ring's, which are theirs, and so commits them.
 * Nothing else is stored in between: see cside/stage.h.
 */
static inline void rc__ring_commit_staged(const struct rc__ring *ring, const struct rc_slot *staged,
					  uint32_t count)
{
	typedef uint64_t __attribute__((may_alias)) word;
	struct rc_slot *slot = &ring->slots[(ring->position - count) & ring->mask];
	struct rc_slot *ring_begin = ring->slots, *ring_end = rc__ring_end(ring);

	for (const struct rc_slot *end = staged + count; staged != end; staged++) {
		const void *from = staged, *body = staged->body;
		rc__slot_half head = *(const rc__slot_half *)from;

		*(rc__slot_half *)(void *)slot->body = *(const rc__slot_half *)body;
		*(word *)(void *)&slot->call = head[1];
		/* PAIRS-WITH rc__ring_peek, as rc__ring_commit. */
		rc__store_word_release((word *)(void *)slot, head[0]);
		if (++slot == ring_end)
			slot = ring_begin;
	}
	/* Past the ring's end they are others, in a turn, for nothing. */
	for (uint32_t line = 0; line < RC__LINES_AHEAD; line++)
		rc__prefetch_write(slot + line * (RC_LINE_BYTES / RC_SLOT_BYTES));
}

/* Whether the producer has committed the slot of a position. */
static inline bool rc__slot_is_there(const struct rc_slot *slot, uint64_t position)
{
	/* PAIRS-WITH rc__ring_commit. */
	return rc__load_acquire(&slot->sequence) == rc__sequence_of(position);
}

/* The next slot if its producer has committed it, else NULL. */
static inline const struct rc_slot *rc__ring_peek(const struct rc__ring *ring)
{
	const struct rc_slot *slot = rc__ring_slot(ring);

	return rc__slot_is_there(slot, ring->position) ? slot : 0;
}

/* A slot's method, and its flags << 16, by one load: its producer can still write to it. */
static inline uint32_t rc__slot_head(const struct rc_slot *slot)
{
	typedef uint32_t __attribute__((may_alias)) word;

	return *(const volatile word *)(const volatile void *)&slot->method;
}

/* A reply's call, and its status << 32, in the same way. */
static inline uint64_t rc__slot_outcome(const struct rc_slot *slot)
{
	typedef uint64_t __attribute__((may_alias)) word;

	return *(const volatile word *)(const volatile void *)&slot->call;
}

/* Fills what identifies a call, by one store. */
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

/* Fills the reserved slot, and its rest. Returns how many slots that are. */
static inline uint32_t rc__ring_write(const struct rc__ring *ring, const struct rc_descriptor *from)
{
	struct rc_slot *slot = rc__ring_slot(ring);
	struct rc_slot_rest *rest;

	rc__slot_set_head(slot, from->method, from->flags, from->call);
	slot->status = from->status;
	slot->body[0] = from->body[0];
	slot->body[1] = from->body[1];
	if (rc__slots_of(from->flags) == 1)
		return 1;
	rest = rc__ring_reserve_rest(ring, from->deadline_ns);
	rest->body[0] = from->body[2];
	rest->body[1] = from->body[3];
	rest->body[2] = from->body[4];
	return 2;
}

/*
 * Copies the slot that rc__ring_peek() gave, and its rest, each word once: its producer can still
 * write to it. The body is copied by 16 bytes, as messages are loaded later.
 */
static inline void rc__ring_read(const struct rc__ring *ring, struct rc_descriptor *into)
{
	const struct rc_slot *slot = rc__ring_slot(ring);

	into->method = *(const volatile uint16_t *)&slot->method;
	into->flags = *(const volatile uint16_t *)&slot->flags;
	into->call = *(const volatile uint32_t *)&slot->call;
	into->status = *(const volatile int32_t *)&slot->status;
	into->reserved = 0;
	into->deadline_ns = 0;
	__builtin_memcpy(into->body, slot->body, sizeof(slot->body));
	if (rc__slots_of(into->flags) == 2) {
		const struct rc_slot_rest *rest = rc__ring_rest(ring);

		if (into->flags & RC_SLOT_DEADLINE)
			into->deadline_ns = *(const volatile uint64_t *)&rest->deadline >> 1;
		__builtin_memcpy(into->body + 2, rest->body, sizeof(rest->body));
	}
	rc__compiler_fence(); /* nothing is loaded from the slot again */
}

/* Leaves the slot that rc__ring_peek() gave; `slots`: with its rest, if that is 2. */
static inline void rc__ring_advance(struct rc__ring *ring, uint32_t slots)
{
	ring->position += slots;
}

/*
 * Copies a slot's body, whose words are written as 8 bytes each: wider loads would wait for
 * its stores. `bytes` is at most RC_BODY_BYTES.
 */
static inline void rc__copy_words(void *into, const void *body, uint32_t bytes)
{
	const unsigned char *from = body;
	unsigned char *to = into;

	switch (bytes / 8) {
	case 5:
		__builtin_memcpy(to + 32, from + 32, 8);
		__attribute__((fallthrough));
	case 4:
		__builtin_memcpy(to + 24, from + 24, 8);
		__attribute__((fallthrough));
	case 3:
		__builtin_memcpy(to + 16, from + 16, 8);
		__attribute__((fallthrough));
	case 2:
		__builtin_memcpy(to + 8, from + 8, 8);
		__attribute__((fallthrough));
	case 1:
		__builtin_memcpy(to, from, 8);
		__attribute__((fallthrough));
	default:
		break;
	}
	if (bytes & 7)
		__builtin_memcpy(to + (bytes & ~7u), from + (bytes & ~7u), bytes & 7);
}

static inline uint32_t rc__slot_inline_bytes(uint16_t flags)
{
	return (uint32_t)flags >> RC_SLOT_INLINE_SHIFT;
}

static inline uint16_t rc__slot_inline_flags(uint32_t bytes)
{
	return (uint16_t)(RC_SLOT_INLINE | bytes << RC_SLOT_INLINE_SHIFT);
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
