/* SPDX-License-Identifier: MIT */
/*
 * table.h - what gen/ writes of the grid of types: how each is made, and how to call its methods.
 *
 * Offsets and sizes are the compiler's. Go knows the same by reflection of what ringgen wrote.
 */
#ifndef RINGCALL_TESTS_GRID_TABLE_H
#define RINGCALL_TESTS_GRID_TABLE_H

#include <ringcall/ringcall.h>

enum grid_kind {
	GRID_BITS,  /* an integer; all bits are allowed */
	GRID_FLOAT, /* the same, with other values of interest */
	GRID_BOOL,
	GRID_ENUM,
	GRID_STRING,
	GRID_SLICE,
	GRID_OPTIONAL,
	GRID_ARRAY,
	GRID_STRUCT
};

struct grid_field {
	const char *name; /* in Go */
	size_t offset;
	const struct grid_type *type;
};

struct grid_type {
	enum grid_kind kind;
	size_t bytes;
	size_t align;
	const char *name;                /* in Go; NULL where there is an element */
	const struct grid_type *element; /* of arrays, slices, optionals */
	size_t count;                    /* of elements, fields or values */
	const struct grid_field *fields;
	const uint64_t *values; /* of an enum */
};

/* A struct that is made and passed by methods of its own. Its first field is the seed. */
struct grid_root {
	const char *name;
	const struct grid_type *type;
	/* Both set *out to their reply: to space, or to what has to be released. */
	int (*make)(struct rc_client *client, uint64_t seed, void *space, const void **out);
	int (*pass)(struct rc_client *client, const void *in, void *space, const void **out);
	void *(*clone)(const void *value); /* NULL: it holds no pointers */
};

/* A type that is a parameter and an output by itself. */
struct grid_one {
	const char *name;
	const struct grid_type *type;
	int (*pass)(struct rc_client *client, uint64_t seed, const void *in, void *space,
		    const void **out);
};

/* All of one header. */
struct grid_part {
	const char *name;
	int (*layout)(struct rc_client *client, const struct rc_str **text);
	const struct grid_type *types;
	size_t type_count;
	const struct grid_root *roots;
	size_t root_count;
	const struct grid_one *ones;
	size_t one_count;
};

#endif
