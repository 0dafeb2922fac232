/* SPDX-License-Identifier: MIT */
/* maps.h - maps of every kind of key, and of values of all kinds. */
#ifndef MAPS_H
#define MAPS_H

#include <ringcall/idl.h>
#include <uchar.h>

enum maps_color { MAPS_RED, MAPS_BLUE = -3 };
typedef uint64_t maps_id;
typedef double maps_row[3];
struct maps_point {
	int32_t x, y;
};
RC_SLICE(maps_words, struct rc_str);

/* Plain: it stays where it is. */
RC_MAP(maps_counts, uint32_t, uint64_t);
RC_MAP(maps_names, struct rc_str, struct rc_str);
RC_MAP(maps_points, maps_id, struct maps_point);
RC_MAP(maps_flags, bool, bool);
RC_MAP(maps_colors, enum maps_color, enum maps_color);
RC_MAP(maps_letters, char32_t, int8_t);
RC_MAP(maps_rows, double, maps_row);
RC_MAP(maps_sizes, size_t, ptrdiff_t);
RC_MAP(maps_bytes, int8_t, struct rc_bytes);
RC_MAP(maps_index, struct rc_str, struct maps_words);
RC_MAP(maps_maybe, uint16_t, const struct maps_point *);
RC_MAP(maps_of_maps, struct rc_str, struct maps_counts);
RC_SLICE(maps_list, struct maps_names);

/* A map that holds itself through optionals. */
struct maps_node;
RC_MAP(maps_children, struct rc_str, const struct maps_node *);
struct maps_node {
	uint64_t value;
	struct maps_children children;
};

/* Maps of all kinds. */
struct maps_all {
	struct maps_counts counts;
	struct maps_names names;
	struct maps_points points;
	struct maps_flags flags;
	struct maps_colors colors;
	struct maps_letters letters;
	struct maps_rows rows;
	struct maps_sizes sizes;
	struct maps_bytes bytes;
	struct maps_index index;
	struct maps_maybe maybe;
	struct maps_of_maps maps;
	struct maps_list list;
	struct maps_counts several[2];
	const struct maps_counts *optional;
	const struct maps_names *optional_names;
};

RC_SERVICE(maps) {
	int (*all)(const struct maps_all *in, struct maps_all *out);
	int (*names)(struct maps_names names, struct maps_names *out);
	int (*counts)(const struct maps_counts *counts, struct maps_counts *out);
	int (*tree)(const struct maps_node *in, struct maps_node *out);
	int (*list)(struct maps_list list, struct maps_list *out);
	RC_ONEWAY int (*send)(struct maps_index index);
};

#endif
