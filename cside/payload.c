/* SPDX-License-Identifier: MIT */
/*
 * payload.c - payload.h: a buddy allocator with a cache before it, and recycled private blocks.
 *
 * Free blocks of an order form a doubly linked list through arrays indexed by unit; the arrays are
 * large but touched only where blocks begin.
 */
#include "payload.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* pool->state: an order plus one of these; 0 where no block begins. */
enum {
	STATE_USED = 0x20,
	STATE_FREE = 0x40,
	STATE_CACHED = 0x60,
	STATE_KIND = 0x60,
	STATE_ORDER = 0x1f
};

static uint32_t order_of(uint64_t bytes)
{
	uint64_t units = (bytes + RC_PAYLOAD_UNIT_BYTES - 1) / RC_PAYLOAD_UNIT_BYTES;

	return units <= 1 ? 0 : 64U - (uint32_t)__builtin_clzll(units - 1);
}

static void push(struct rc__pool *pool, uint32_t *list, uint32_t unit, uint32_t order, uint8_t kind)
{
	pool->state[unit] = (uint8_t)(order | kind);
	pool->next[unit] = *list;
	pool->previous[unit] = RC__NONE;
	if (*list != RC__NONE)
		pool->previous[*list] = unit;
	*list = unit;
}

static void unlink_unit(struct rc__pool *pool, uint32_t *list, uint32_t unit)
{
	uint32_t next = pool->next[unit], previous = pool->previous[unit];

	if (previous == RC__NONE)
		*list = next;
	else
		pool->next[previous] = next;
	if (next != RC__NONE)
		pool->previous[next] = previous;
	pool->state[unit] = 0;
}

int rc__pool_init(struct rc__pool *pool, unsigned char *base, uint64_t bytes)
{
	memset(pool, 0, sizeof(*pool));
	pool->base = base;
	pool->bytes = bytes;
	pool->units = (uint32_t)(bytes / RC_PAYLOAD_UNIT_BYTES);
	pool->top = order_of(bytes);
	pool->state = calloc(pool->units, sizeof(*pool->state));
	pool->next = calloc(pool->units, sizeof(*pool->next));
	pool->previous = calloc(pool->units, sizeof(*pool->previous));
	if (!pool->state || !pool->next || !pool->previous) {
		rc__pool_fini(pool);
		return -ENOMEM;
	}
	for (uint32_t order = 0; order < RC__ORDERS; order++)
		pool->free[order] = pool->cached[order] = RC__NONE;
	push(pool, &pool->free[pool->top], 0, pool->top, STATE_FREE);
	return 0;
}

void rc__pool_fini(struct rc__pool *pool)
{
	free(pool->state);
	free(pool->next);
	free(pool->previous);
	pool->state = NULL;
	pool->next = pool->previous = NULL;
}

/* Puts a block into the free lists, merged with its buddy as far as that is free too. */
static void merge(struct rc__pool *pool, uint32_t unit, uint32_t order)
{
	while (order < pool->top) {
		uint32_t buddy = unit ^ (UINT32_C(1) << order);

		if (pool->state[buddy] != (order | STATE_FREE))
			break;
		unlink_unit(pool, &pool->free[order], buddy);
		unit &= buddy;
		order++;
	}
	push(pool, &pool->free[order], unit, order, STATE_FREE);
}

static void merge_cached(struct rc__pool *pool)
{
	for (uint32_t order = 0; order <= pool->top; order++) {
		while (pool->cached[order] != RC__NONE) {
			uint32_t unit = pool->cached[order];

			unlink_unit(pool, &pool->cached[order], unit);
			merge(pool, unit, order);
		}
	}
}

/* Splits the smallest larger free block. RC__NONE if there is none. */
static uint32_t split(struct rc__pool *pool, uint32_t order)
{
	uint32_t from = order, unit;

	while (from <= pool->top && pool->free[from] == RC__NONE)
		from++;
	if (from > pool->top)
		return RC__NONE;
	unit = pool->free[from];
	unlink_unit(pool, &pool->free[from], unit);
	while (from > order) {
		from--;
		push(pool, &pool->free[from], unit + (UINT32_C(1) << from), from, STATE_FREE);
	}
	return unit;
}

struct rc__block rc__pool_alloc(struct rc__pool *pool, uint64_t bytes)
{
	uint32_t order, unit;

	if (bytes > pool->bytes)
		return (struct rc__block){ 0, 0 };
	order = order_of(bytes);
	unit = pool->cached[order];
	if (rc__likely(unit != RC__NONE)) {
		unlink_unit(pool, &pool->cached[order], unit);
	} else {
		unit = split(pool, order);
		if (unit == RC__NONE) {
			merge_cached(pool);
			unit = split(pool, order);
		}
		if (unit == RC__NONE)
			return (struct rc__block){ 0, 0 };
	}
	pool->state[unit] = (uint8_t)(order | STATE_USED);
	pool->used_bytes += (uint64_t)RC_PAYLOAD_UNIT_BYTES << order;
	return (struct rc__block){ unit * RC_PAYLOAD_UNIT_BYTES,
				   (uint32_t)RC_PAYLOAD_UNIT_BYTES << order };
}

void rc__pool_free(struct rc__pool *pool, struct rc__block block)
{
	uint32_t unit = block.offset / RC_PAYLOAD_UNIT_BYTES;
	uint32_t order = order_of(block.bytes);

	if (!block.bytes)
		return;
	assert(pool->state[unit] == (order | STATE_USED));
	pool->used_bytes -= block.bytes;
	push(pool, &pool->cached[order], unit, order, STATE_CACHED);
}

struct rc__block rc__pool_block_at(const struct rc__pool *pool, const void *address)
{
	uint64_t offset = (uint64_t)((uintptr_t)address - (uintptr_t)pool->base);
	uint8_t state;

	if (offset >= pool->bytes || offset % RC_PAYLOAD_UNIT_BYTES)
		return (struct rc__block){ 0, 0 };
	state = pool->state[offset / RC_PAYLOAD_UNIT_BYTES];
	if ((state & STATE_KIND) != STATE_USED)
		return (struct rc__block){ 0, 0 };
	return (struct rc__block){ (uint32_t)offset,
				   (uint32_t)RC_PAYLOAD_UNIT_BYTES << (state & STATE_ORDER) };
}

/* Class 0 holds 64 bytes after the header; each class is twice the one before. */
static uint64_t class_bytes(uint64_t class)
{
	return UINT64_C(64) << class;
}

struct rc__private *rc__private_take(struct rc_client *client, uint64_t bytes)
{
	uint64_t class = bytes <= 64 ? 0 : 64U - (uint64_t)__builtin_clzll(bytes - 1) - 6;
	struct rc__private *private;

	if (class >= RC__PRIVATE_CLASSES)
		return NULL;
	private = client->private_free[class];
	if (rc__likely(private != NULL)) {
		client->private_free[class] = private->next;
	} else {
		private = aligned_alloc(64, sizeof(*private) + class_bytes(class));
		if (!private)
			return NULL;
		private->class = class;
	}
	private->space = (struct rc__block){ 0, 0 };
	private->magic = RC__PRIVATE_HELD;
	private->previous = NULL;
	private->next = client->replies_held;
	if (private->next)
	private->next->previous = private;
	client->replies_held = private;
	return private;
}

void rc__private_give(struct rc_client *client, struct rc__private *private)
{
	if (private->previous)
	private->previous->next = private->next;
	else client->replies_held = private->next;
	if (private->next)
	private->next->previous = private->previous;
	rc__pool_free(&client->pool, private->space);
	private->magic = 0;
	private->next = client->private_free[private->class];
	client->private_free[private->class] = private;
}

static void free_list(struct rc__private *list)
{
	while (list) {
		struct rc__private *next = list->next;

		free(list);
		list = next;
	}
}

void rc__private_fini(struct rc_client *client)
{
	free_list(client->replies_held);
	client->replies_held = NULL;
	for (uint32_t class = 0; class < RC__PRIVATE_CLASSES; class ++) {
		free_list(client->private_free[class]);
		client->private_free[class] = NULL;
	}
}
