/* SPDX-License-Identifier: MIT */
/* value.c - see value.h. value/make_unsafe.go is its twin: change both. */
#include "tests/grid/value.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

/* How deep slices nest in a value: below what a message may, for types that hold themselves. */
#define LEVEL_MAX 12

/* The elements of a value, and of the rare large one. */
#define ELEMENTS_MAX 300
#define ELEMENTS_LARGE_MAX 40000

uint64_t grid_random(uint64_t *state)
{
	uint64_t mixed = *state += UINT64_C(0x9e3779b97f4a7c15);

	mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
	return mixed ^ mixed >> 31;
}

static uint64_t draw(struct grid_maker *maker)
{
	return grid_random(&maker->state);
}

static void remember(struct grid_maker *maker, void *part)
{
	if (maker->part_count == maker->part_room) {
		maker->part_room = maker->part_room * 2 + 64;
		maker->parts = realloc(maker->parts, maker->part_room * sizeof(*maker->parts));
		if (!maker->parts)
			err(1, "grid: realloc");
	}
	maker->parts[maker->part_count++] = part;
}

/* Just these bytes, so that a sanitizer sees who reads beyond; now and then payload space. */
static void *part_of(struct grid_maker *maker, size_t bytes)
{
	void *part;

	if (maker->client && maker->lent < sizeof(maker->lent_parts) / sizeof(*maker->lent_parts) &&
	    grid_random(&maker->coin) % 8 == 0) {
		part = rc_alloc(maker->client, bytes);
		if (part) {
			maker->lent_parts[maker->lent++] = part;
			return part;
		}
	}
	part = malloc(bytes);
	if (!part)
		err(1, "grid: malloc of %zu bytes", bytes);
	remember(maker, part);
	return part;
}

/* What nobody reads when there are no elements. */
static const void *nothing(struct grid_maker *maker)
{
	return grid_random(&maker->coin) % 2 ? NULL : (const void *)UINTPTR_MAX;
}

static uint64_t draw_bits(struct grid_maker *maker, unsigned bits)
{
	uint64_t first = draw(maker), top = UINT64_C(1) << (bits - 1);

	switch (first % 16) {
	case 0:
		return 0;
	case 1:
		return UINT64_MAX;
	case 2:
		return top;
	case 3:
		return top - 1;
	case 4:
		return first >> 8 & 0x7f;
	default:
		return draw(maker);
	}
}

/* Of zeros, infinities, denormals and all kinds of NaN, which a copy must not change. */
static uint64_t draw_float(struct grid_maker *maker, unsigned bits)
{
	uint64_t first = draw(maker), sign = first >> 8 << (bits - 1);
	unsigned mantissa = bits == 32 ? 23 : 52;
	uint64_t exponent = ((UINT64_C(1) << (bits - 1)) - 1) >> mantissa << mantissa;
	uint64_t quiet = UINT64_C(1) << (mantissa - 1);

	switch (first % 8) {
	case 0:
		return sign;
	case 1:
		return sign | exponent;
	case 2:
		return sign | exponent | quiet | (first >> 16 & 0xff);
	case 3:
		return sign | exponent | 1 | (first >> 16 & 0xff);
	case 4:
		return sign | 1;
	default:
		return draw(maker);
	}
}

static size_t draw_length(struct grid_maker *maker)
{
	uint64_t first = draw(maker), rest = first >> 8;
	size_t length;

	if (maker->level >= LEVEL_MAX)
		return 0;
	switch (first % 16) {
	case 0:
	case 1:
	case 2:
	case 3:
		length = 0;
		break;
	case 14:
		length = rest % 8;
		break;
	case 15:
		length = rest % 32 ? rest / 32 % 24 : rest / 32 % maker->most;
		break;
	default:
		length = 1 + first % 3;
		break;
	}
	if (length > maker->left)
		length = maker->left;
	maker->left -= length;
	return length;
}

/* Text of one of several kinds; UTF-8 is not one that matters. */
static void draw_text(struct grid_maker *maker, unsigned char *text, size_t length)
{
	uint64_t style = draw(maker) % 4, bits = 0;

	for (size_t i = 0; i < length; i++) {
		if (i % 8 == 0)
			bits = draw(maker);
		text[i] = (unsigned char)bits;
		bits >>= 8;
		if (style == 1)
			text[i] = (unsigned char)('a' + text[i] % 26);
		else if (style == 2)
			text[i] = 0;
		else if (style == 3)
			text[i] |= 0x80;
	}
}

static void make(struct grid_maker *maker, const struct grid_type *type, void *value);

static void make_string(struct grid_maker *maker, struct rc_str *string)
{
	unsigned char *text;

	string->len = draw_length(maker);
	if (string->len == 0) {
		string->ptr = nothing(maker);
		return;
	}
	text = part_of(maker, string->len);
	draw_text(maker, text, string->len);
	string->ptr = (const char *)text;
}

static void make_slice(struct grid_maker *maker, const struct grid_type *element,
		       struct rc_bytes *slice)
{
	unsigned char *elements;

	slice->len = draw_length(maker);
	slice->cap = slice->len + grid_random(&maker->coin) % 2; /* nobody looks at it */
	if (slice->len == 0) {
		slice->ptr = nothing(maker);
		return;
	}
	elements = part_of(maker, slice->len * element->bytes);
	maker->level++;
	for (size_t i = 0; i < slice->len; i++)
		make(maker, element, elements + i * element->bytes);
	maker->level--;
	slice->ptr = elements;
}

static void make_optional(struct grid_maker *maker, const struct grid_type *element,
			  const void **value)
{
	bool present = draw(maker) % 2;
	void *part;

	*value = NULL;
	if (!present || maker->level >= LEVEL_MAX || maker->left == 0)
		return;
	maker->left--;
	part = part_of(maker, element->bytes);
	maker->level++;
	make(maker, element, part);
	maker->level--;
	*value = part;
}

static void make(struct grid_maker *maker, const struct grid_type *type, void *value)
{
	unsigned char *bytes = value;
	uint64_t bits = 0;

	switch (type->kind) {
	case GRID_BITS:
		bits = draw_bits(maker, (unsigned)type->bytes * 8);
		break;
	case GRID_FLOAT:
		bits = draw_float(maker, (unsigned)type->bytes * 8);
		break;
	case GRID_BOOL:
		bits = draw(maker) % 2;
		break;
	case GRID_ENUM:
		bits = type->values[draw(maker) % type->count];
		break;
	case GRID_STRING:
		make_string(maker, value);
		return;
	case GRID_SLICE:
		make_slice(maker, type->element, value);
		return;
	case GRID_OPTIONAL:
		make_optional(maker, type->element, value);
		return;
	case GRID_ARRAY:
		for (size_t i = 0; i < type->count; i++)
			make(maker, type->element, bytes + i * type->element->bytes);
		return;
	case GRID_STRUCT:
		/* Padding has some value: it must not matter which. */
		memset(value, (int)(grid_random(&maker->coin) % 256), type->bytes);
		for (size_t i = 0; i < type->count; i++)
			make(maker, type->fields[i].type, bytes + type->fields[i].offset);
		return;
	}
	memcpy(value, &bits, type->bytes);
}

void grid_make(struct grid_maker *maker, const struct grid_type *type, uint64_t seed, void *value)
{
	maker->state = seed;
	maker->coin ^= seed;
	maker->most = draw(maker) % 512 ? ELEMENTS_MAX : ELEMENTS_LARGE_MAX;
	maker->left = maker->most;
	maker->level = 0;
	make(maker, type, value);
	if (type->fields && !strcmp(type->fields[0].name, "Seed"))
		memcpy(value, &seed, sizeof(seed));
}

void grid_drop(struct grid_maker *maker)
{
	for (size_t i = 0; i < maker->part_count; i++)
		free(maker->parts[i]);
	for (size_t i = 0; i < maker->lent; i++)
		rc_release(maker->client, maker->lent_parts[i]);
	maker->part_count = 0;
	maker->lent = 0;
}

void grid_maker_fini(struct grid_maker *maker)
{
	grid_drop(maker);
	free(maker->parts);
}
