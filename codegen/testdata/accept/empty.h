/* SPDX-License-Identifier: MIT */
/* empty.h - structs without a field, which have no bytes in C. */
#ifndef EMPTY_H
#define EMPTY_H

#include <ringcall/idl.h>

/* Nothing at all. */
__extension__ struct empty_nothing {};
typedef struct empty_nothing empty_three[3];

/* Of such alone: it has no bytes either. */
struct empty_pair {
	struct empty_nothing a, b;
	empty_three c;
};

/* At the end: Go would add bytes behind it. */
struct empty_last {
	uint32_t number;
	/* Stands first in Go. */
	struct empty_nothing last;
	struct empty_pair pair;
};
struct empty_last_checked {
	struct rc_str text;
	bool flags[8];
	struct empty_nothing last;
};

/* At the end, but for padding. */
struct empty_padded {
	uint64_t word;
	uint8_t byte;
	struct empty_nothing last;
};
struct empty_nearly {
	uint64_t word;
	uint8_t bytes[7];
	struct empty_nothing last;
};

/* Elsewhere. */
struct empty_first {
	struct empty_nothing first;
	bool flag;
	struct empty_nothing between;
	struct empty_last last[2];
	struct empty_nothing grid[2][2];
	uint16_t port;
};

RC_SLICE(empty_slice, struct empty_nothing);
RC_SLICE(empty_pairs, struct empty_pair);
RC_SLICE(empty_rows, empty_three);
RC_SLICE(empty_maybes, const struct empty_nothing *);
RC_SLICE(empty_slices, struct empty_slice);
/* A set. */
RC_MAP(empty_set, struct rc_str, struct empty_nothing);
RC_MAP(empty_numbers, uint32_t, struct empty_nothing);

/* What it points to has no bytes. */
struct empty_points {
	struct empty_slice slice;
};

struct empty_all {
	struct empty_points points;
	struct empty_slice slice;
	struct empty_pairs pairs;
	struct empty_rows rows;
	struct empty_maybes maybes;
	struct empty_slices slices;
	struct empty_set set;
	struct empty_numbers numbers;
	const struct empty_nothing *maybe;
	const struct empty_last *last;
	struct empty_first first;
	struct empty_last_checked checked;
	struct empty_padded padded;
	struct empty_nearly nearly;
	struct empty_nothing end;
};

RC_SERVICE(empty) {
	int (*nothing)(struct empty_nothing in, struct empty_nothing *out);
	int (*pointer)(const struct empty_pair *in, struct empty_pair *out);
	int (*last)(uint32_t a, struct empty_nothing last, struct empty_last *out);
	int (*all)(const struct empty_all *in, struct empty_all *out);
	RC_BY_VALUE int (*slice)(struct empty_slice in, struct empty_nothing b, struct empty_slice *out);
	RC_ONEWAY int (*send)(struct empty_nothing in);
};

#endif
