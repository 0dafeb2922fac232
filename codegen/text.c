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

void grid_flush(struct grid *grid, struct text *text, int depth)
{
	int widths[GRID_COLUMNS] = { 0 };

	for (struct grid_row *row = grid->first; row; row = row->next)
		for (int i = 0; i < GRID_COLUMNS && row->cells[i]; i++)
			if ((int)strlen(row->cells[i]) > widths[i])
				widths[i] = (int)strlen(row->cells[i]);
	for (struct grid_row *row = grid->first; row; row = row->next) {
		text_indent(text, depth);
		for (int i = 0; i < GRID_COLUMNS && row->cells[i]; i++) {
			bool last = i + 1 == GRID_COLUMNS || !row->cells[i + 1];

			if (last)
				text_add(text, "%s\n", row->cells[i]);
			else
				text_add(text, "%-*s ", widths[i], row->cells[i]);
		}
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

const char *text_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}
