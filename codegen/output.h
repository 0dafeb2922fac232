/* SPDX-License-Identifier: MIT */
/*
 * output.h - the files of one run. All text is made before the first file is written, and each file
 * appears as a whole under its name: an error leaves the old ones as they are.
 *
 * What is written is written anew even when nothing in it changed: make runs a rule again until
 * its outputs are newer than what they depend on.
 */
#ifndef RINGGEN_OUTPUT_H
#define RINGGEN_OUTPUT_H

#include "parse.h"

struct output {
	const char *path;
	const char *scratch; /* where the text is until it gets its name; NULL: nowhere */
	bool is_once;
	struct text text;
	struct output *next;
};

struct output_list {
	struct output *first;
};

/* The text of a file that is to be written. */
struct text *output_add(struct output_list *outputs, const char *path);

/* The same for a file that people edit: if it exists, nothing at all is written. */
struct text *output_add_once(struct output_list *outputs, const char *path);

/* Adds a Makefile rule: the outputs so far depend on the source and what it includes. */
void output_depfile(struct output_list *outputs, const char *path, const char *source,
		    const struct strings *dependencies);

/*
 * Writes the files, or with `is_check` compares them. Returns the exit status; what is wrong has
 * been printed.
 *
 * source  the header, which no output may be.
 */
int output_finish(struct output_list *outputs, const char *source, bool is_check);

void output_fini(struct output_list *outputs);

#endif
