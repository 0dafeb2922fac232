/* SPDX-License-Identifier: MIT */
/* nameless.h - structs and enums without a name, called by the field that holds them. */
#ifndef NAMELESS_H
#define NAMELESS_H

#include <ringcall/idl.h>

enum { NAMELESS_MAX = 7, NAMELESS_MIN = -7 };

struct nameless_outer {
	uint8_t before;
	/* Its fields are those of the struct around it. */
	struct {
		/* The first. */
		uint64_t a;
		uint8_t b;
	};
	uint8_t after;
	struct {
		struct {
			uint16_t deep;
			struct rc_str text;
		};
		uint32_t c;
	};
	/* A struct by itself. */
	struct {
		uint32_t x;
		struct {
			bool on;
			struct rc_bytes blob;
		} deeper[2];
		enum { NAMELESS_LOW, NAMELESS_HIGH = 3 } level;
	} inner;
	struct {
		struct rc_str key, value;
	} pairs[2][3], single;
	enum { NAMELESS_A = -1, NAMELESS_B } kind, kinds[2];
};
typedef struct {
	struct {
		int32_t v;
	} plain;
} nameless_typed;
RC_SLICE(nameless_outers, struct nameless_outer);
RC_MAP(nameless_map, enum { NAMELESS_KEY_A } , struct { bool yes; });

RC_SERVICE(nameless) {
	int (*mirror)(const struct nameless_outer *in, struct nameless_outer *out);
	int (*several)(struct nameless_outers in, struct nameless_outers *out);
	int (*by_typedef)(nameless_typed in, nameless_typed *out);
	int (*map)(struct nameless_map in, struct nameless_map *out);
};

#endif
