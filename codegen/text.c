/* SPDX-License-Identifier: MIT */
/* text.c - see text.h. */
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct block {
	struct block *next;
	max_align_t bytes[];
};

static struct block *blocks;

static _Noreturn void out_of_memory(void)
{
	fputs("ringgen: out of memory\n", stderr);
	exit(1);
}

void *memory_take(size_t bytes)
{
	struct block *block = calloc(1, sizeof(*block) + bytes);

	if (!block)
		out_of_memory();
	block->next = blocks;
	blocks = block;
	return block->bytes;
}

char *memory_copy(const char *from, size_t bytes)
{
	char *copy = memory_take(bytes + 1);

	memcpy(copy, from, bytes);
	return copy;
}

char *memory_print(const char *format, ...)
{
	struct text text = { 0 };
	va_list arguments;
	char *copy;

	va_start(arguments, format);
	text_add_list(&text, format, arguments);
	va_end(arguments);
	copy = memory_copy(text_get(&text), text.used);
	text_fini(&text);
	return copy;
}

void memory_free_all(void)
{
	while (blocks) {
		struct block *next = blocks->next;

		free(blocks);
		blocks = next;
	}
}

void text_fini(struct text *text)
{
	free(text->bytes);
	*text = (struct text){ 0 };
}

static void make_room(struct text *text, size_t count)
{
	size_t space = text->space ? text->space : 1024;
	char *bytes;

	while (space - text->used <= count)
		space *= 2;
	if (space == text->space)
		return;
	bytes = realloc(text->bytes, space);
	if (!bytes)
		out_of_memory();
	text->bytes = bytes;
	text->space = space;
}

void text_append(struct text *text, const char *bytes, size_t count)
{
	make_room(text, count);
	memcpy(text->bytes + text->used, bytes, count);
	text->used += count;
	text->bytes[text->used] = '\0';
}

void text_add_list(struct text *text, const char *format, va_list arguments)
{
	va_list again;
	int count;

	va_copy(again, arguments);
	count = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (count < 0)
		out_of_memory();
	make_room(text, (size_t)count);
	vsnprintf(text->bytes + text->used, (size_t)count + 1, format, arguments);
	text->used += (size_t)count;
}

void text_add(struct text *text, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	text_add_list(text, format, arguments);
	va_end(arguments);
}

void text_indent(struct text *text, int depth)
{
	for (int i = 0; i < depth; i++)
		text_append(text, "\t", 1);
}

void text_line(struct text *text, int depth, const char *format, ...)
{
	va_list arguments;

	text_indent(text, depth);
	va_start(arguments, format);
	text_add_list(text, format, arguments);
	va_end(arguments);
	text_append(text, "\n", 1);
}

const char *text_get(const struct text *text)
{
	return text->bytes ? text->bytes : "";
}

void grid_add(struct grid *grid, const char *first, const char *second, const char *third)
{
	struct grid_row *row = memory_take(sizeof(*row));

	row->cells[0] = first;
	row->cells[1] = second;
	row->cells[2] = third;
	if (grid->last)
		grid->last->next = row;
	else
		grid->first = row;
	grid->last = row;
}

static bool is_last_cell(const struct grid_row *row, int column)
{
	return column + 1 == GRID_COLUMNS || !row->cells[column + 1];
}

/* The widest cell of a column, down to the first row that ends with it: as gofmt does it. */
static int column_width(const struct grid_row *row, int column)
{
	int width = 0;

	for (; row && !is_last_cell(row, column); row = row->next)
		if ((int)strlen(row->cells[column]) > width)
			width = (int)strlen(row->cells[column]);
	return width;
}

void grid_flush(struct grid *grid, struct text *text, int depth)
{
	int widths[GRID_COLUMNS] = { 0 };
	const struct grid_row *above = NULL;

	for (struct grid_row *row = grid->first; row; row = row->next) {
		text_indent(text, depth);
		for (int i = 0; i < GRID_COLUMNS && row->cells[i]; i++) {
			if (is_last_cell(row, i)) {
				text_add(text, "%s\n", row->cells[i]);
				break;
			}
			if (!above || is_last_cell(above, i))
				widths[i] = column_width(row, i);
			text_add(text, "%-*s ", widths[i], row->cells[i]);
		}
		above = row;
	}
	grid->first = NULL;
	grid->last = NULL;
}

bool text_begins(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

bool text_ends(const char *text, const char *suffix)
{
	size_t text_bytes = strlen(text);
	size_t suffix_bytes = strlen(suffix);

	return text_bytes >= suffix_bytes && !strcmp(text + text_bytes - suffix_bytes, suffix);
}

size_t text_character_bytes(const char *text)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t count = bytes[0] < 0x80 ? 1 : bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 : 4;
	unsigned long code = count == 1 ? bytes[0] : bytes[0] & (0xffu >> (count + 1));
	static const unsigned long least[] = { 1, 1, 0x80, 0x800, 0x10000 };

	if ((bytes[0] >= 0x80 && bytes[0] < 0xc0) || bytes[0] >= 0xf8)
		return 0;
	for (size_t i = 1; i < count; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (bytes[i] & 0x3f);
	}
	if (code < least[count] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return 0;
	return count;
}

const char *text_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}
