/* SPDX-License-Identifier: MIT */
/*
 * output.h - the files of one run. All text is made before the first file is written, so an error
 * in the header leaves the old files as they are.
 */
#ifndef RINGGEN_OUTPUT_H
#define RINGGEN_OUTPUT_H

#include "parse.h"

struct output {
	const char *path;
	struct text text;
	struct output *next;
};

struct output_list {
	struct output *first;
};

/* The text of a file that is to be written. */
struct text *output_add(struct output_list *outputs, const char *path);

/* Adds a Makefile rule: the outputs depend on the source and what it includes. */
void output_depfile(struct output_list *outputs, const char *path, const char *source,
		    const struct strings *dependencies);

/* Writes the files, or with `is_check` compares them. Returns the exit status. */
int output_finish(struct output_list *outputs, bool is_check);

void output_fini(struct output_list *outputs);

#endif
