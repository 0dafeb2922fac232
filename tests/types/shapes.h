/* SPDX-License-Identifier: MIT */
/* shapes.h - calls with optionals, maps, recursion, nameless and large structs. */
#ifndef RINGCALL_TESTS_SHAPES_H
#define RINGCALL_TESTS_SHAPES_H

#include <ringcall/idl.h>

enum shapes_kind {
	SHAPES_ROUND,
	SHAPES_SQUARE = 5,
	SHAPES_FLAT = -2
};

/* Plain: an optional of it stays in place. */
struct shapes_point {
	int32_t x;
	int32_t y;
};

/* Has pointers, a bool and an enum: an optional of it is copied and checked. */
struct shapes_note {
	struct rc_str text;
	enum shapes_kind kind;
	bool loud;
};

RC_SLICE(shapes_notes, struct shapes_note);
RC_SLICE(shapes_maybe_points, const struct shapes_point *);
RC_SLICE(shapes_maybe_notes, const struct shapes_note *);

struct shapes_maybe {
	const int64_t *number;
	const double *weight;
	const bool *yes;
	const enum shapes_kind *kind;
	const struct shapes_point *point;
	const struct shapes_note *note;
	const struct rc_str *text;
	const struct shapes_notes *notes;
	const struct shapes_point *corners[2];
	struct shapes_maybe_points points;
	struct shapes_maybe_notes maybe_notes;
};

/* A linked list. */
struct shapes_node {
	uint64_t value;
	const struct shapes_node *next;
};

struct shapes_tree {
	struct rc_str name;
	const struct shapes_tree *left;
	const struct shapes_tree *right;
};

/* A house has rooms, a room perhaps a house. */
struct shapes_room;
RC_SLICE(shapes_rooms, struct shapes_room);
struct shapes_house {
	struct rc_str name;
	struct shapes_rooms rooms;
};
struct shapes_room {
	const struct shapes_house *house;
	bool dark;
};

RC_MAP(shapes_ages, struct rc_str, uint32_t);
RC_MAP(shapes_index, enum shapes_kind, struct shapes_notes);
RC_MAP(shapes_nested, uint64_t, struct shapes_ages);
RC_MAP(shapes_switches, bool, const struct shapes_point *);
RC_MAP(shapes_sums, uint32_t, uint64_t);

struct shapes_maps {
	struct shapes_ages ages;
	struct shapes_index index;
	struct shapes_nested nested;
	struct shapes_switches switches;
	struct shapes_sums sums;
	const struct shapes_ages *other;
};

/* Nameless structs and enums, below and beside others. */
struct shapes_outer {
	uint8_t before;
	struct {
		uint64_t a;
		uint8_t b;
	};
	struct {
		struct rc_str text;
		struct {
			bool on;
			uint16_t port;
		} deep[2];
	} inner;
	enum {
		SHAPES_LOW = -1,
		SHAPES_HIGH = 9
	} level;
};

/* Larger than 64 KiB, plain and checked. */
struct shapes_large {
	uint8_t head;
	uint64_t words[9000];
	uint8_t tail;
};
struct shapes_large_checked {
	struct shapes_large large;
	struct rc_str name;
	bool flags[70000];
};
RC_SLICE(shapes_larges, struct shapes_large_checked);

/* No bytes at all. */
__extension__ struct shapes_nothing {
};
RC_SLICE(shapes_nothings, struct shapes_nothing);
RC_SLICE(shapes_maybe_nothings, const struct shapes_nothing *);
RC_MAP(shapes_set, struct rc_str, struct shapes_nothing);
struct shapes_empty {
	struct shapes_nothings list;
	struct shapes_maybe_nothings maybes;
	struct shapes_set set;
	const struct shapes_nothing *here;
	const struct shapes_nothing *absent;
	uint32_t number;
	uint32_t more;
	struct shapes_nothing last;
};

RC_SERVICE(shapes)
{
	/* What the worker sees, as text. */
	int (*print)(const struct shapes_maybe *maybe, struct rc_str *text);
	/* The same back: as it is, or a Clone() of it. */
	int (*maybe)(const struct shapes_maybe *maybe, bool clone, struct shapes_maybe *same);
	/* What the call before gave, of which the worker has kept a Clone(). */
	int (*keep)(const struct shapes_maybe *maybe, struct shapes_maybe *before);
	int (*keep_maps)(const struct shapes_maps *maps, struct shapes_maps *before);
	int (*list)(const struct shapes_node *list, struct shapes_node *same);
	/* The list without its first node. */
	int (*rest)(const struct shapes_node *list, struct shapes_node *rest);
	/* Its nodes and theirs, left to right: one word of all names. */
	int (*names)(const struct shapes_tree *tree, struct rc_str *names);
	int (*mirror)(const struct shapes_tree *tree, struct shapes_tree *mirrored);
	/* Puts the house into another one: its only room. */
	int (*enclose)(const struct shapes_house *house, struct shapes_house *outer);
	int (*maps)(const struct shapes_maps *maps, bool clone, struct shapes_maps *same);
	/* By Get(); 0 is -EREMOTEIO. */
	int (*age)(struct shapes_ages ages, struct rc_str name, uint32_t * age);
	/* By All() and a Go map: how many have which age. */
	int (*count)(struct shapes_ages ages, struct shapes_sums * counts);
	int (*outer)(const struct shapes_outer *outer, struct shapes_outer *same);
	/* Adds one to each word. */
	int (*large)(const struct shapes_large *large, struct shapes_large *more);
	/* The same back, the last first. */
	int (*larges)(struct shapes_larges larges, struct shapes_larges * reversed);
	int (*nothing)(struct shapes_nothing nothing, struct shapes_nothing * same);
	/* Adds the list's length to the number. */
	int (*empty)(const struct shapes_empty *empty, bool clone, struct shapes_empty *more);
};

#endif
