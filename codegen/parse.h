/* SPDX-License-Identifier: MIT */
/*
 * parse.h - reads a header with libclang into a model.
 */
#ifndef RINGGEN_PARSE_H
#define RINGGEN_PARSE_H

#include "model.h"

/* A list of strings. */
struct strings {
	const char **items;
	int count;
};

void strings_add(struct strings *strings, const char *item);

/*
 * Reads model->source.
 *
 * arguments     for the compiler: -I, -D, -std=...
 * dependencies  gets the files that the header includes, outside the system's folders.
 *
 * The compiler's errors are reported; then the model is not to be used.
 */
void parse_header(struct model *model, const struct strings *arguments,
		  struct strings *dependencies);

#endif
