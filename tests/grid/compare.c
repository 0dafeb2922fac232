/* SPDX-License-Identifier: MIT */
/* compare.c - the half of value.h that looks at values. Its twin is value/compare_unsafe.go. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/grid/value.h"

/* Says where a difference lies, as the recursion returns. False. */
static bool differs(const char *what, const char *name, size_t index)
{
	fprintf(stderr, "grid: %s of %s %zu\n", what, name ? name : "element", index);
	return false;
}

static bool elements_equal(const struct grid_type *element, const void *a, const void *b,
			   size_t count)
{
	const unsigned char *left = a, *right = b;

	for (size_t i = 0; i < count; i++)
		if (!grid_equal(element, left + i * element->bytes, right + i * element->bytes))
			return differs("an element differs", element->name, i);
	return true;
}

static bool fields_equal(const struct grid_type *type, const void *a, const void *b)
{
	const unsigned char *left = a, *right = b;

	for (size_t i = 0; i < type->count; i++) {
		const struct grid_field *field = &type->fields[i];

		if (!grid_equal(field->type, left + field->offset, right + field->offset))
			return differs("a field differs", type->name, i);
	}
	return true;
}

bool grid_equal(const struct grid_type *type, const void *a, const void *b)
{
	const struct rc_str *string = a, *other_string = b;
	const struct rc_bytes *slice = a, *other_slice = b;
	const void *const *optional = a, *const *other_optional = b;

	switch (type->kind) {
	case GRID_STRING:
		if (string->len != other_string->len)
			return differs("the length differs", "a string", string->len);
		return string->len == 0 || !memcmp(string->ptr, other_string->ptr, string->len) ||
		       differs("text differs", "a string", string->len);
	case GRID_SLICE:
		if (slice->len != other_slice->len)
			return differs("the length differs", "a slice", slice->len);
		return elements_equal(type->element, slice->ptr, other_slice->ptr, slice->len);
	case GRID_OPTIONAL:
		if (!*optional != !*other_optional)
			return differs("only one is there", "an optional", 0);
		return elements_equal(type->element, *optional, *other_optional, *optional != NULL);
	case GRID_ARRAY:
		return elements_equal(type->element, a, b, type->count);
	case GRID_STRUCT:
		return fields_equal(type, a, b);
	default:
		return !memcmp(a, b, type->bytes) || differs("bits differ", type->name, 0);
	}
}

/* Says what is wrong. False. */
static bool wrong(const struct grid_type *type, const char *what)
{
	fprintf(stderr, "grid: received %s %s\n", type->name ? type->name : "slice", what);
	return false;
}

static bool is_within(uintptr_t start, size_t bytes, uintptr_t part, size_t part_bytes)
{
	return part >= start && part - start <= bytes && part_bytes <= bytes - (part - start);
}

/* Whether a part is where a received value may have one. */
static bool part_sound(const struct grid_type *type, const void *part, size_t count, size_t bytes,
		       size_t align, const struct grid_bounds *bounds)
{
	uintptr_t start = (uintptr_t)part;

	if (count == 0)
		return !part || wrong(type, "has no elements and is not NULL");
	if (start % align)
		return wrong(type, "is not aligned");
	if (bounds && !is_within(bounds->message, bounds->message_bytes, start, count * bytes) &&
	    !is_within(bounds->private, bounds->private_bytes, start, count * bytes))
		return wrong(type, "lies outside");
	return true;
}

static bool elements_sound(const struct grid_type *element, const void *elements, size_t count,
			   const struct grid_bounds *bounds, uint64_t *sum)
{
	const unsigned char *next = elements;

	for (size_t i = 0; i < count; i++)
		if (!grid_sound(element, next + i * element->bytes, bounds, sum))
			return false;
	return true;
}

static bool enum_sound(const struct grid_type *type, uint64_t bits)
{
	for (size_t i = 0; i < type->count; i++)
		if (!memcmp(&bits, &type->values[i], type->bytes))
			return true;
	return wrong(type, "is an undeclared value");
}

static bool bits_sound(const struct grid_type *type, const void *value, uint64_t *sum)
{
	uint64_t bits = 0;

	memcpy(&bits, value, type->bytes);
	*sum = *sum * 31 + bits;
	if (type->kind == GRID_BOOL && bits > 1)
		return wrong(type, "is neither 0 nor 1");
	return type->kind != GRID_ENUM || enum_sound(type, bits);
}

bool grid_sound(const struct grid_type *type, const void *value, const struct grid_bounds *bounds,
		uint64_t *sum)
{
	const struct rc_str *string = value;
	const struct rc_bytes *slice = value;
	const void *const *optional = value;
	size_t count = 0;
	const unsigned char *bytes = value;

	switch (type->kind) {
	case GRID_STRING:
		if (!part_sound(type, string->ptr, string->len, 1, 1, bounds))
			return false;
		for (size_t i = 0; i < string->len; i++)
			*sum = *sum * 31 + (unsigned char)string->ptr[i];
		return true;
	case GRID_SLICE:
		if (slice->cap != slice->len)
			return wrong(type, "has another capacity than length");
		return part_sound(type, slice->ptr, slice->len, type->element->bytes,
				  type->element->align, bounds) &&
		       elements_sound(type->element, slice->ptr, slice->len, bounds, sum);
	case GRID_OPTIONAL:
		count = *optional != NULL;
		return part_sound(type, *optional, count, type->element->bytes,
				  type->element->align, bounds) &&
		       elements_sound(type->element, *optional, count, bounds, sum);
	case GRID_ARRAY:
		return elements_sound(type->element, value, type->count, bounds, sum);
	case GRID_STRUCT:
		for (size_t i = 0; i < type->count; i++)
			if (!grid_sound(type->fields[i].type, bytes + type->fields[i].offset,
					bounds, sum))
				return false;
		return true;
	default:
		return bits_sound(type, value, sum);
	}
}

static int by_name(const void *a, const void *b)
{
	const struct grid_type *const *left = a, *const *right = b;

	return strcmp((*left)->name, (*right)->name);
}

static void print_name(const struct grid_type *type, FILE *file)
{
	switch (type->kind) {
	case GRID_SLICE:
		fputs("[]", file);
		print_name(type->element, file);
		break;
	case GRID_OPTIONAL:
		fputc('*', file);
		print_name(type->element, file);
		break;
	case GRID_ARRAY:
		fprintf(file, "[%zu]", type->count);
		print_name(type->element, file);
		break;
	default:
		fputs(type->name, file);
	}
}

/* Fields without bytes come last: it does not matter where they are, and Go has them elsewhere. */
static void print_struct(const struct grid_type *type, FILE *file)
{
	fprintf(file, "%s %zu\n", type->name, type->bytes);
	for (int empty = 0; empty < 2; empty++) {
		for (size_t i = 0; i < type->count; i++) {
			const struct grid_field *field = &type->fields[i];

			if ((field->type->bytes == 0) != empty)
				continue;
			fprintf(file, " %s %zu %zu ", field->name, empty ? 0 : field->offset,
				field->type->bytes);
			print_name(field->type, file);
			fputc('\n', file);
		}
	}
}

void grid_layout(const struct grid_part *part, FILE *file)
{
	const struct grid_type **structs = calloc(part->type_count, sizeof(*structs));
	size_t count = 0;

	for (size_t i = 0; i < part->type_count; i++)
		if (part->types[i].kind == GRID_STRUCT)
			structs[count++] = &part->types[i];
	qsort(structs, count, sizeof(*structs), by_name);
	for (size_t i = 0; i < count; i++)
		print_struct(structs[i], file);
	free(structs);
}
