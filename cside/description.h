/* SPDX-License-Identifier: MIT */
/*
 * description.h - the lines, words and blocks of a description, and whether two blocks fit.
 *
 * Nothing here writes to a description or needs it to be well formed: what is not there is an
 * empty line. All of it is for one thread.
 */
#ifndef RINGCALL_CSIDE_DESCRIPTION_H
#define RINGCALL_CSIDE_DESCRIPTION_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

/* A line without its end, or a part of one. */
struct line {
	const char *text;
	size_t bytes;
};

/* The two arguments of "%.*s"; what is too long for any error is cut. */
#define LINE_ARG(line) (int)((line).bytes < 256 ? (line).bytes : 256), (line).text

/* One enum, struct or service: its first line, and where its members begin. */
struct block {
	struct line head;
	const char *members;
	unsigned reach;  /* enum reach */
	unsigned passed; /* what of it has been passed on to what it holds */
};

/* The words of a method's line: " method get request=kv.get reply=u64 oneway=0 idempotent=1". */
enum method_word {
	METHOD_NAME = 1,
	METHOD_REQUEST,
	METHOD_REPLY,
	METHOD_ONE_WAY,
	METHOD_IDEMPOTENT
};

/* The line at *at; moves *at behind it. False at the end. */
bool rc__line_next(const char **at, struct line *line);
/* The same for a member: false at the end of its block. */
bool rc__member_next(const char **at, struct line *line);
/* The same for a block; its marks are zero. */
bool rc__block_next(const char **at, struct block *block);
/* Finds the block with the first two words of `head`. */
bool rc__block_find(const char *description, struct line head, struct block *found);
bool rc__block_is(const struct block *block, const char *kind);

bool rc__line_same(struct line a, struct line b);
bool rc__line_is(struct line line, const char *text);
/* How many bytes of an identifier the line begins with. */
size_t rc__line_identifier(struct line line);
/* The first `words` words of a line; word number `index`, from 0; what is behind its "=". */
struct line rc__words_of(struct line line, int words);
struct line rc__word_at(struct line line, int index);
struct line rc__value_of(struct line line, int index);

/* Whether two blocks of one name fit; if not, writes why. */
bool rc__struct_fits(const struct block *ours, const struct block *theirs, char *text,
		     size_t text_bytes);
/* An enum that we send has no constant that they lack, one that we receive none that we lack. */
bool rc__enum_fits(const struct block *ours, const struct block *theirs, bool sent, bool received,
		   char *text, size_t text_bytes);
/* Whether the methods are the same as far as both lists go. */
bool rc__methods_fit(const struct block *ours, const struct block *theirs, char *text,
		     size_t text_bytes);

#endif
