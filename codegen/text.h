/* SPDX-License-Identifier: MIT */
/*
 * text.h - text that grows, memory that is freed at once, and aligned columns.
 *
 * ringgen runs once and ends, so what it allocates lives until memory_free_all(). Running out of
 * memory is reported and ends the process with status 1.
 */
#ifndef RINGGEN_TEXT_H
#define RINGGEN_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#define PRINTF_LIKE(format_at, first_at) __attribute__((format(printf, format_at, first_at)))

/* Zeroed memory that lives until memory_free_all(). Never NULL. */
void *memory_take(size_t bytes);

/* Copies of text, formatted or cut, with the same life. */
char *memory_print(const char *format, ...) PRINTF_LIKE(1, 2);
char *memory_copy(const char *from, size_t bytes);

void memory_free_all(void);

/* Text under construction. Begins zeroed; `bytes` ends with a NUL once something was added. */
struct text {
	char *bytes;
	size_t used;
	size_t space;
};

void text_fini(struct text *text);
void text_append(struct text *text, const char *bytes, size_t count);
void text_add(struct text *text, const char *format, ...) PRINTF_LIKE(2, 3);
void text_add_list(struct text *text, const char *format, va_list arguments);

void text_indent(struct text *text, int depth);

/* One line of code: `depth` tabs, the text, a newline. */
void text_line(struct text *text, int depth, const char *format, ...) PRINTF_LIKE(3, 4);

/* The text, or "" when nothing was added. */
const char *text_get(const struct text *text);

/*
 * Rows of cells that gofmt would align: each cell but a row's last one is padded to the widest of
 * its column. grid_flush() writes the rows and empties the grid; call it before any line that
 * is not a row, because such a line ends gofmt's alignment as well.
 */
#define GRID_COLUMNS 3

struct grid_row {
	const char *cells[GRID_COLUMNS];
	struct grid_row *next;
};

struct grid {
	struct grid_row *first;
	struct grid_row *last;
};

/* `second` and `third` may be NULL. */
void grid_add(struct grid *grid, const char *first, const char *second, const char *third);
void grid_flush(struct grid *grid, struct text *text, int depth);

/* Whether `text` begins with `prefix`. */
bool text_begins(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix);

/* How many bytes the UTF-8 character at the text's start has; 0 when it is none, or the end. */
size_t text_character_bytes(const char *text);

/* The part of a path behind its last slash. */
const char *text_base_name(const char *path);

#endif
