/* SPDX-License-Identifier: MIT */
/*
 * report.h - errors in a header: collected, then printed in the order of the source.
 */
#ifndef RINGGEN_REPORT_H
#define RINGGEN_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "text.h"

/* Where something was declared. `file` as the compiler was given it. */
struct place {
	const char *file;
	unsigned line;
	unsigned column;
};

/* Notes an error once, however often it is found. */
void report_error(const struct place *place, const char *format, ...) PRINTF_LIKE(2, 3);

/* How many errors were noted. */
unsigned report_count(void);

/* Prints `file:line:column: error: text` lines, those of `first_file` first, sorted. */
void report_print(FILE *out, const char *first_file);

#endif
