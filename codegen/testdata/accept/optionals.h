/* SPDX-License-Identifier: MIT */
/* optionals.h - values that may be absent: pointers to const, NULL when there is none. */
#ifndef OPTIONALS_H
#define OPTIONALS_H

#include <ringcall/idl.h>
#include <uchar.h>

enum optionals_color { OPTIONALS_RED, OPTIONALS_BLUE = -3 };
typedef uint64_t optionals_id;
typedef struct {
	int32_t x, y;
} optionals_point;

struct optionals_flag {
	uint32_t count;
	bool set;
};

struct optionals_text {
	struct rc_str text;
	struct rc_bytes blob;
};

RC_SLICE(optionals_numbers, uint32_t);
RC_SLICE(optionals_words, struct rc_str);
RC_SLICE(optionals_points, optionals_point);

/* Of each kind. */
struct optionals_each {
	const int8_t *i8;
	const uint16_t *u16;
	const double *f64;
	const size_t *size;
	const char32_t *letter;
	const bool *flag;
	const enum optionals_color *color;
	const optionals_id *id;
	const optionals_point *point; /* plain: stays where it is */
	const struct optionals_flag *flagged; /* holds a bool: is copied and checked */
	const struct optionals_text *text;
	const struct rc_str *name;
	const struct rc_bytes *bytes;
	const struct optionals_numbers *numbers;
	const struct optionals_words *words;
};

RC_SLICE(optionals_maybe_numbers, const uint32_t *);
RC_SLICE(optionals_maybe_flags, const bool *);
RC_SLICE(optionals_maybe_colors, const enum optionals_color *);
RC_SLICE(optionals_maybe_points, const optionals_point *);
RC_SLICE(optionals_maybe_texts, const struct optionals_text *);
RC_SLICE(optionals_maybe_words, const struct rc_str *);
RC_SLICE(optionals_rows, struct optionals_maybe_texts);

/* In slices, arrays and structs. */
struct optionals_nested {
	uint8_t before;
	const uint32_t *several[3];
	const struct optionals_text *grid[2][2];
	struct optionals_maybe_numbers numbers;
	struct optionals_maybe_flags flags;
	struct optionals_maybe_colors colors;
	struct optionals_maybe_points points;
	struct optionals_maybe_texts texts;
	struct optionals_maybe_words words;
	struct optionals_rows rows;
	struct optionals_inner {
		const uint16_t *port;
	} inner;
	const struct optionals_each *each;
	struct optionals_each whole;
};

/* A linked list. */
struct optionals_node {
	uint64_t value;
	const struct optionals_node *next;
};

/* A binary tree whose nodes hold text. */
struct optionals_tree {
	struct rc_str key;
	const struct optionals_tree *left, *right;
};

/* Mutual recursion through a slice and an optional. */
struct optionals_b;
RC_SLICE(optionals_bs, struct optionals_b);
struct optionals_a {
	struct optionals_bs bs;
};
struct optionals_b {
	bool last;
	const struct optionals_a *a;
	const struct optionals_b *b;
};

RC_SERVICE(optionals) {
	int (*each)(const struct optionals_each *in, struct optionals_each *out);
	int (*nested)(const struct optionals_nested *in, struct optionals_nested *out);
	int (*list)(const struct optionals_node *in, struct optionals_node *out);
	int (*tree)(struct optionals_tree in, struct optionals_tree *out);
	RC_BY_VALUE int (*mutual)(struct optionals_a in, struct optionals_b *out);
	int (*several)(struct optionals_maybe_numbers numbers, struct optionals_maybe_flags source_i,
		       struct optionals_maybe_texts target_j, struct optionals_maybe_texts *out);
	RC_ONEWAY int (*send)(struct optionals_rows rows);
};

#endif
