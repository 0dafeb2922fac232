/* SPDX-License-Identifier: MIT */
/*
 * description.c - whether two descriptions of a service fit each other, and if not, where.
 *
 * A description is the text that ringgen embeds on both sides: lines that begin an enum, a struct
 * or the service, each followed by indented lines of its members. Two fit when every enum and
 * struct that both have is the same, and when the methods of the shorter list are the first ones
 * of the longer. The other side's text comes from a worker, so it is read as text and no more.
 */
#include <stdio.h>
#include <string.h>

#include "internal.h"

struct line {
	const char *text;
	int bytes;
};

/* One enum, struct or service of a description: its first line and where its members begin. */
struct block {
	struct line head;
	const char *members;
};

/* The line at *at; moves *at behind it. False at the end. */
static bool next_line(const char **at, struct line *line)
{
	size_t bytes = strcspn(*at, "\n");

	if (!**at)
		return false;
	line->text = *at;
	line->bytes = bytes < 4096 ? (int)bytes : 4096;
	*at += bytes + ((*at)[bytes] == '\n');
	return true;
}

static bool next_member(const char **at, struct line *line)
{
	return **at == ' ' && next_line(at, line);
}

static bool next_block(const char **at, struct block *block)
{
	while (next_line(at, &block->head)) {
		if (block->head.text[0] == ' ')
			continue;
		block->members = *at;
		return true;
	}
	return false;
}

static bool same(struct line a, struct line b)
{
	return a.bytes == b.bytes && !memcmp(a.text, b.text, (size_t)a.bytes);
}

/* The first `words` words of a line. */
static struct line words_of(struct line line, int words)
{
	int at = 0;

	while (at < line.bytes && line.text[at] == ' ')
		at++;
	for (; words > 0 && at < line.bytes; words--) {
		while (at < line.bytes && line.text[at] != ' ')
			at++;
		if (words > 1)
			while (at < line.bytes && line.text[at] == ' ')
				at++;
	}
	return (struct line){ line.text, at };
}

/* Word number `index` of a line, from 0. */
static struct line word_at(struct line line, int index)
{
	struct line with = words_of(line, index + 1), before = words_of(line, index);
	const char *text = before.text + before.bytes;
	int bytes = with.bytes - before.bytes;

	while (bytes > 0 && *text == ' ') {
		text++;
		bytes--;
	}
	return (struct line){ text, bytes };
}

static bool find_block(const char *description, struct line head, struct block *found)
{
	struct line wanted = words_of(head, 2);

	while (next_block(&description, found))
		if (same(words_of(found->head, 2), wanted))
			return true;
	return false;
}

#define LINE_ARG(line) (line).bytes, (line).text

/* Says how one member differs: ` name type offset bytes` of a struct, ` NAME value` of an enum. */
static void explain(struct line head, struct line ours, struct line theirs, char *text,
		    size_t text_bytes)
{
	struct line what = words_of(head, 2), name = word_at(ours, 0);
	bool is_struct = !strncmp(head.text, "struct ", 7);
	int at;

	at = snprintf(text, text_bytes, "%.*s: ", LINE_ARG(what));
	if (at < 0 || (size_t)at >= text_bytes)
		return;
	text += at;
	text_bytes -= (size_t)at;
	if (!same(name, word_at(theirs, 0)))
		snprintf(text, text_bytes, "has \"%.*s\" here where it has \"%.*s\" there",
			 LINE_ARG(name), LINE_ARG(word_at(theirs, 0)));
	else if (!is_struct)
		snprintf(text, text_bytes, "\"%.*s\" is %.*s here and %.*s there", LINE_ARG(name),
			 LINE_ARG(word_at(ours, 1)), LINE_ARG(word_at(theirs, 1)));
	else if (!same(word_at(ours, 1), word_at(theirs, 1)))
		snprintf(text, text_bytes, "field \"%.*s\" is %.*s here and %.*s there",
			 LINE_ARG(name), LINE_ARG(word_at(ours, 1)), LINE_ARG(word_at(theirs, 1)));
	else if (!same(word_at(ours, 2), word_at(theirs, 2)))
		snprintf(text, text_bytes,
			 "field \"%.*s\" is at byte %.*s here and at byte %.*s there",
			 LINE_ARG(name), LINE_ARG(word_at(ours, 2)), LINE_ARG(word_at(theirs, 2)));
	else
		snprintf(text, text_bytes,
			 "field \"%.*s\" has %.*s bytes here and %.*s bytes there", LINE_ARG(name),
			 LINE_ARG(word_at(ours, 3)), LINE_ARG(word_at(theirs, 3)));
}

/* Whether the members are the same; of a service, as far as both lists go. */
static bool members_fit(const struct block *ours, const struct block *theirs, char *text,
			size_t text_bytes)
{
	bool is_service = !strncmp(ours->head.text, "service ", 8);
	const char *at = ours->members, *their_at = theirs->members;

	for (;;) {
		struct line line, their_line;
		bool more = next_member(&at, &line),
		     they_more = next_member(&their_at, &their_line);

		if (!more && !they_more)
			break;
		if (more != they_more) {
			if (is_service)
				return true;
			snprintf(text, text_bytes, "%.*s: \"%.*s\" is only %s",
				 LINE_ARG(words_of(ours->head, 2)),
				 LINE_ARG(word_at(more ? line : their_line, 0)),
				 more ? "here" : "there");
			return false;
		}
		if (same(line, their_line))
			continue;
		if (is_service)
			snprintf(text, text_bytes, "method \"%.*s\" here is \"%.*s\" there",
				 LINE_ARG(line), LINE_ARG(their_line));
		else
			explain(ours->head, line, their_line, text, text_bytes);
		return false;
	}
	if (same(ours->head, theirs->head))
		return true;
	snprintf(text, text_bytes, "%.*s here is %.*s there", LINE_ARG(ours->head),
		 LINE_ARG(theirs->head));
	return false;
}

bool rc__description_fits(const char *ours, const char *theirs, char *text, size_t text_bytes)
{
	const char *at = ours;
	struct block block, their_block;
	struct line version, their_version;
	const char *start = ours, *their_start = theirs;

	text[0] = '\0';
	if (!next_line(&start, &version) || !next_line(&their_start, &their_version) ||
	    !same(version, their_version)) {
		snprintf(text, text_bytes, "was generated by a ringgen of another kind");
		return false;
	}
	while (next_block(&at, &block)) {
		if (find_block(theirs, block.head, &their_block) &&
		    !members_fit(&block, &their_block, text, text_bytes))
			return false;
	}
	return true;
}
