/* SPDX-License-Identifier: MIT */
/* types.h - every type that a message can hold. */
#ifndef TYPES_H
#define TYPES_H

#include <ringcall/idl.h>
#include <stdalign.h>
#include <uchar.h>

typedef uint64_t types_id;
typedef types_id types_id_of_id;

enum types_color { TYPES_RED, TYPES_GREEN, TYPES_BLUE = 7, TYPES_ALSO_BLUE = 7 };
enum types_sign { TYPES_MINUS = -1, TYPES_NONE, TYPES_PLUS };
__extension__ enum types_bits { TYPES_HIGH = 0x80000000u };
__extension__ enum types_wide { TYPES_WIDE_MIN = INT64_MIN, TYPES_WIDE_MAX = INT64_MAX };
__extension__ enum types_huge { TYPES_HUGE_ZERO, TYPES_HUGE_MAX = UINT64_MAX };
typedef enum { TYPES_UP, TYPES_DOWN } types_direction;
enum { TYPES_NAME_MAX = 64, TYPES_LOWEST = -5 };

/* Every scalar. */
struct types_scalars {
	int8_t i8;
	int16_t i16;
	int32_t i32;
	int64_t i64;
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;
	bool flag;
	float f32;
	double f64;
	size_t size;
	ptrdiff_t difference;
	char32_t letter;
	types_id id;
	types_id_of_id other_id;
	int plain_int;
	long plain_long;
	unsigned long long plain_long_long;
	signed char small;
	enum types_color color;
	enum types_sign sign;
	enum types_bits bits;
	enum types_wide wide;
	enum types_huge huge;
	types_direction direction;
};
typedef struct types_scalars types_scalars_alias;

typedef struct {
	int32_t x, y;
} types_point;

typedef double types_row[3];
typedef types_row types_matrix[2];
typedef bool types_flags[4];

/* Nested and fixed arrays. */
struct types_arrays {
	uint8_t bytes[5];
	types_matrix matrix;
	types_point points[2][3];
	bool flags[3];
	enum types_color colors[2][2];
	struct rc_str names[2];
	struct types_scalars inner[1];
	struct types_named_inside {
		uint16_t port;
		bool open;
	} named;
	alignas(8) uint8_t aligned;
};

RC_SLICE(types_numbers, uint32_t);
RC_SLICE(types_rows, types_row);
RC_SLICE(types_points, types_point);
RC_SLICE(types_bools, bool);
RC_SLICE(types_colors, enum types_color);
RC_SLICE(types_strings, struct rc_str);
RC_SLICE(types_blobs, struct rc_bytes);
RC_SLICE(types_flags_slice, types_flags);
RC_SLICE(types_arrays_slice, struct types_arrays);
RC_SLICE(types_numbers_slice, struct types_numbers);
RC_SLICE(types_strings_slice, struct types_strings);
RC_SLICE(types_deep, struct types_strings_slice);
RC_SLICE(types_runes, char32_t);
RC_SLICE(types_sizes, size_t);
RC_SLICE(types_chars, int8_t);

/* Slices of everything. */
struct types_slices {
	struct rc_bytes bytes;
	struct types_numbers numbers;
	struct types_rows rows;
	struct types_points points;
	struct types_bools bools;
	struct types_colors colors;
	struct types_strings strings;
	struct types_blobs blobs;
	struct types_flags_slice flags;
	struct types_arrays_slice arrays;
	struct types_numbers_slice numbers_of_numbers;
	struct types_strings_slice strings_of_strings;
	struct types_deep deep;
	struct types_runes runes;
	struct types_sizes sizes;
	struct types_chars chars;
	struct types_strings array_of_slices[2];
};

RC_SERVICE(types) {
	int (*scalars)(const struct types_scalars *in, struct types_scalars *out);
	int (*alias)(const types_scalars_alias *in, types_scalars_alias *out);
	int (*arrays)(const struct types_arrays *in, struct types_arrays *out);
	int (*slices)(const struct types_slices *in, struct types_slices *out);
	RC_BY_VALUE int (*by_value)(struct types_slices in, types_point point, types_point *out);

	int (*each)(int8_t i8, uint16_t u16, bool flag, float f32, size_t size, char32_t letter,
	            enum types_color color, struct rc_str text, struct rc_bytes bytes,
	            struct types_strings strings, const uint32_t *pointer, types_id id,
	            types_direction direction, const struct rc_str *by_pointer, double *out);

	int (*out_bool)(bool in, bool *out);
	int (*out_enum)(enum types_sign in, enum types_sign *out);
	int (*out_huge)(enum types_huge in, enum types_huge *out);
	int (*out_rune)(char32_t in, char32_t *out);
	int (*out_string)(struct rc_str in, struct rc_str *out);
	int (*out_bytes)(struct rc_bytes in, struct rc_bytes *out);
	int (*out_bools)(struct types_bools in, struct types_bools *out);
	int (*out_colors)(struct types_colors in, struct types_colors *out);
	int (*out_deep)(struct types_deep in, struct types_deep *out);
	int (*out_flags)(struct types_flags_slice in, struct types_flags_slice *out);
	int (*out_point)(types_point in, types_point *out);
	RC_ONEWAY RC_IDEMPOTENT int (*send)(struct types_slices slices);
};

#endif
