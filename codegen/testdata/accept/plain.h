/* SPDX-License-Identifier: MIT */
/* plain.h - messages without parts: what the hot path looks like. */
#ifndef PLAIN_H
#define PLAIN_H

#include <ringcall/idl.h>

/* A point in space. */
struct plain_point {
	double x, y, z; /* in metres */
	uint32_t group; /* 0: none */
};

RC_SERVICE(plain) {
	/* Adds two numbers. */
	int (*add)(int64_t a, int64_t b, int64_t *sum);
	int (*move)(const struct plain_point *from, double by, struct plain_point *to);
	RC_BY_VALUE RC_INLINE int (*norm)(struct plain_point point, double *norm);
	RC_IDEMPOTENT int (*ping)(void);
	int (*now)(uint64_t *unix_ns);
	RC_ONEWAY int (*log)(uint32_t code);
	RC_ONEWAY RC_INLINE int (*tick)(void);
};

#endif
