/* SPDX-License-Identifier: MIT */
/*
 * value.h - random values of any type of the grid: made of a seed, compared, looked through.
 *
 * value/ does the same in Go, with the same draws in the same order, so that both sides make the
 * same value of a seed.
 */
#ifndef RINGCALL_TESTS_GRID_VALUE_H
#define RINGCALL_TESTS_GRID_VALUE_H

#include <stdio.h>

#include "tests/grid/table.h"

/* Makes values, and owns their parts. Zero at start, but for the client. */
struct grid_maker {
	struct rc_client *client; /* some parts lie in its payload space; NULL: none */
	uint64_t state;           /* of the random numbers that Go draws, too */
	uint64_t coin;            /* of those that are C's own */
	size_t left;              /* how many elements the value may still get */
	size_t most;
	unsigned level;
	void **parts;
	size_t part_count;
	size_t part_room;
	size_t lent; /* the last of the parts, which are of the payload space */
	void *lent_parts[8];
};

/* Makes the value of a seed. Its parts live until grid_drop(). */
void grid_make(struct grid_maker *maker, const struct grid_type *type, uint64_t seed, void *value);

/* Frees the parts of all values made since it was called last. */
void grid_drop(struct grid_maker *maker);

/* Frees the maker's own memory as well. */
void grid_maker_fini(struct grid_maker *maker);

/*
 * Whether two values are equal: bit by bit, but for padding and pointers. If not, writes to stderr
 * where, innermost first.
 */
bool grid_equal(const struct grid_type *type, const void *a, const void *b);

/* Where the parts of a received value may lie. */
struct grid_bounds {
	uintptr_t message;
	size_t message_bytes;
	uintptr_t private;
	size_t private_bytes;
};

/*
 * Reads each byte of a received value and checks what holds for all such: capacities are lengths,
 * nothing is NULL when there are no elements, bools and enums have a value of theirs, parts are
 * aligned and lie in the bounds, if any. If not, writes to stderr where. *sum depends on each byte.
 */
bool grid_sound(const struct grid_type *type, const void *value, const struct grid_bounds *bounds,
		uint64_t *sum);

/* Writes the layouts of a part's structs, sorted by name, as Shapes.Layout in Go does. */
void grid_layout(const struct grid_part *part, FILE *file);

/* SplitMix64. */
uint64_t grid_random(uint64_t *state);

#endif
