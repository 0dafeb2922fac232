/* SPDX-License-Identifier: MIT */
/*
 * payload.h - the host's allocators: payload space in the lane, and private memory for replies.
 *
 * A pool hands out blocks of a lane's payload space: powers of two of 64 bytes, by buddies. All its
 * bookkeeping is private memory of the host, so a worker that writes anywhere in the region cannot
 * disturb it, and a worker's death leaves nothing to repair. A freed block is kept for the next
 * allocation of its size and merged with its buddy only when space runs short, so that a call
 * costs a pop and a push.
 *
 * Private blocks hold what a received reply needs outside of the region; they are recycled by size.
 *
 * Both belong to a client, so to one thread.
 */
#ifndef RINGCALL_CSIDE_PAYLOAD_H
#define RINGCALL_CSIDE_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ring/layout.h"

enum {
	RC__ORDERS = 25,         /* 64 bytes to 1 GiB */
	RC__PRIVATE_CLASSES = 26 /* 128 bytes to 4 GiB */
};

/* A piece of payload space. `bytes` 0: none. */
struct rc__block {
	uint32_t offset;
	uint32_t bytes;
};

struct rc__pool {
	unsigned char *base; /* in the lane */
	uint64_t bytes;
	uint32_t units;
	uint32_t top; /* order of the whole pool */
	uint64_t used_bytes;
	uint8_t *state; /* by unit: order of a block that begins there, and whose it is */
	uint32_t *next; /* by unit: doubly linked lists of free blocks */
	uint32_t *previous;
	uint32_t free[RC__ORDERS];   /* merged as far as can be */
	uint32_t cached[RC__ORDERS]; /* free, but not merged: the hot ones */
};

/* `bytes` is a power of two between RC_PAYLOAD_BYTES_MIN and _MAX. 0 or -ENOMEM. */
int rc__pool_init(struct rc__pool *pool, unsigned char *base, uint64_t bytes);
void rc__pool_fini(struct rc__pool *pool);

/* A block of at least `bytes`; .bytes is 0 when there is none. */
struct rc__block rc__pool_alloc(struct rc__pool *pool, uint64_t bytes);
void rc__pool_free(struct rc__pool *pool, struct rc__block block);

/* The block that rc__pool_alloc() gave at this address; .bytes is 0 if there is none. */
struct rc__block rc__pool_block_at(const struct rc__pool *pool, const void *address);

static inline bool rc__pool_holds(const struct rc__pool *pool, const void *address)
{
	return (uintptr_t)address - (uintptr_t)pool->base < pool->bytes;
}

/* How many bytes no block has. A block of as many may not be there, in one piece. */
static inline uint64_t rc__pool_left(const struct rc__pool *pool)
{
	return pool->bytes - pool->used_bytes;
}

/* What a reply needs outside of the region; its memory follows the struct. */
struct rc__private {
	struct rc__private *next; /* in the list of held replies, or of free blocks */
	struct rc__private *previous;
	uint64_t class;
	struct rc__block space; /* payload space that goes with the reply */
	uint64_t magic;         /* tells a reply from a stray pointer, in rc_release() */
	uint64_t reserved[3];
};

_Static_assert(sizeof(struct rc__private) == 64, "memory that follows is aligned");

#define RC__PRIVATE_HELD UINT64_C(0x72632d686f6c6421)

struct rc_client;

/* Private memory of at least `bytes`, linked into the client's held replies; NULL: no memory. */
struct rc__private *rc__private_take(struct rc_client *client, uint64_t bytes);

/* Gives it back, and the payload space that goes with it. */
void rc__private_give(struct rc_client *client, struct rc__private *private);

/* Frees all of a client's. */
void rc__private_fini(struct rc_client *client);

#endif
