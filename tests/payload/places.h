/* SPDX-License-Identifier: MIT */
/*
 * places.h - the interface of tests that look at where payload lies: every place where a pointer
 * may stand, and what the worker sees there.
 */
#ifndef RINGCALL_TESTS_PLACES_H
#define RINGCALL_TESTS_PLACES_H

#include <ringcall/idl.h>

enum places_colour {
	PLACES_RED,
	PLACES_BLUE = 9
};

/* Plain: sent as it is. */
struct places_point {
	int32_t x;
	int32_t y;
};

RC_SLICE(places_u32_slice, uint32_t);
RC_SLICE(places_u64_slice, uint64_t);
RC_SLICE(places_point_slice, struct places_point);
RC_SLICE(places_bool_slice, bool);
RC_SLICE(places_colour_slice, enum places_colour);
RC_SLICE(places_str_slice, struct rc_str);
RC_SLICE(places_row_slice, struct places_u32_slice);

struct places_item {
	struct rc_str name;
	struct rc_bytes blob;
};

RC_SLICE(places_item_slice, struct places_item);

struct places_all {
	struct rc_str text;
	struct rc_bytes bytes;
	struct places_u32_slice numbers;
	struct places_point_slice points;
	const struct places_point *point;
	struct places_str_slice strings;
	struct places_row_slice rows;
	struct places_item_slice items;
	const struct places_item *item;
	struct places_bool_slice switches;
	struct places_colour_slice colours;
};

/* What was filled, and where that was in the worker. */
struct places_filled {
	struct rc_bytes bytes;
	struct places_u64_slice numbers;
	struct rc_str text;
	uint64_t bytes_address;
	uint64_t numbers_address;
};

RC_SERVICE(places)
{
	/* Where each part lies in the worker, in the order of the fields; elements after it. */
	int (*addresses)(const struct places_all *all, struct places_u64_slice *addresses);
	/* Gives back what it gets. */
	int (*echo)(const struct places_all *all, struct places_all *same);
	/* Fills so many bytes, byte i being seed + i, and so many numbers, in buffers of the reply;
	 * and behind them a text that is copied. */
	int (*fill)(uint64_t bytes, uint64_t numbers, uint8_t seed, struct places_filled * filled);
};

#endif
