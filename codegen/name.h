/* SPDX-License-Identifier: MIT */
/*
 * name.h - what C names are called in Go, and doc comments. docs/idl.md has the rule as a table.
 */
#ifndef RINGGEN_NAME_H
#define RINGGEN_NAME_H

#include "text.h"

/*
 * An exported Go name: words are what lies between underscores; each begins upper case, and is
 * upper case as a whole when it is an initialism. A leading "<prefix>_" is dropped, in either
 * case; NULL drops nothing. NULL when nothing is left that Go could export.
 */
char *name_exported(const char *c_name, const char *prefix);

/* The same for a parameter: begins lower case. May be a Go keyword; see name_is_go_keyword(). */
char *name_parameter(const char *c_name);

bool name_is_go_keyword(const char *name);

/* The text of a raw C comment without its markers, lines ended by '\n'; NULL when none is left. */
char *doc_clean(const char *raw);

/*
 * Doc comments of generated code. `name`: what the Go comment has to begin with, or NULL; `c_name`:
 * what the text may begin with instead. `fallback` stands in when there is no doc; NULL: nothing.
 */
void doc_add_go(struct text *text, int depth, const char *name, const char *c_name, const char *doc,
		const char *fallback);

/* The lines of a C comment that is already open. */
void doc_add_c(struct text *text, int depth, const char *doc);

#endif
