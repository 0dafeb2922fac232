/* SPDX-License-Identifier: MIT */
/* description_block.c - see description.h: reading lines and blocks, and comparing two blocks. */
#include "description.h"

#include <ctype.h>

bool rc__line_next(const char **at, struct line *line)
{
	size_t bytes = strcspn(*at, "\n");

	if (!**at)
		return false;
	*line = (struct line){ *at, bytes };
	*at += bytes + ((*at)[bytes] == '\n');
	return true;
}

bool rc__member_next(const char **at, struct line *line)
{
	return **at == ' ' && rc__line_next(at, line);
}

bool rc__block_next(const char **at, struct block *block)
{
	*block = (struct block){ 0 };
	while (rc__line_next(at, &block->head)) {
		if (block->head.text[0] == ' ')
			continue;
		block->members = *at;
		return true;
	}
	return false;
}

bool rc__line_same(struct line a, struct line b)
{
	return a.bytes == b.bytes && !memcmp(a.text, b.text, a.bytes);
}

bool rc__line_is(struct line line, const char *text)
{
	return line.bytes == strlen(text) && !memcmp(line.text, text, line.bytes);
}

bool rc__block_is(const struct block *block, const char *kind)
{
	return rc__line_is(rc__word_at(block->head, 0), kind);
}

size_t rc__line_identifier(struct line line)
{
	size_t bytes = 0;

	while (bytes < line.bytes &&
	       (isalnum((unsigned char)line.text[bytes]) || line.text[bytes] == '_'))
		bytes++;
	return bytes;
}

static size_t skip(struct line line, size_t at, bool blanks)
{
	while (at < line.bytes && (line.text[at] == ' ') == blanks)
		at++;
	return at;
}

struct line rc__words_of(struct line line, int words)
{
	size_t start = skip(line, 0, true), end = start;

	for (int i = 0; i < words; i++)
		end = skip(line, skip(line, end, true), false);
	return (struct line){ line.text + start, end - start };
}

struct line rc__word_at(struct line line, int index)
{
	size_t start = 0, end;

	for (int i = 0; i < index; i++)
		start = skip(line, skip(line, start, true), false);
	start = skip(line, start, true);
	end = skip(line, start, false);
	return (struct line){ line.text + start, end - start };
}

struct line rc__value_of(struct line line, int index)
{
	struct line word = rc__word_at(line, index);
	const char *equals = word.bytes ? memchr(word.text, '=', word.bytes) : NULL;

	if (!equals)
		return (struct line){ word.text, 0 };
	word.bytes -= (size_t)(equals + 1 - word.text);
	word.text = equals + 1;
	return word;
}

bool rc__block_find(const char *description, struct line head, struct block *found)
{
	struct line wanted = rc__words_of(head, 2);

	while (rc__block_next(&description, found))
		if (rc__line_same(rc__words_of(found->head, 2), wanted))
			return true;
	return false;
}

/* How a block is called: "struct user", or, where the members are parameters, "kv.get". */
static struct line name_of(const struct block *block, const char **member)
{
	struct line name = rc__word_at(block->head, 1);
	bool is_root = name.bytes && memchr(name.text, '.', name.bytes);

	*member = is_root ? "parameter" : "field";
	return is_root ? name : rc__words_of(block->head, 2);
}

/* Says how one member of a struct, " name type offset bytes", differs. */
static void explain_field(const struct block *block, struct line ours, struct line theirs,
			  char *text, size_t text_bytes)
{
	static const char *const formats[] = {
		"%.*s: has %s \"%.*s\" here where it has \"%.*s\" there",
		"%.*s: %s \"%.*s\" is %.*s here and %.*s there",
		"%.*s: %s \"%.*s\" is at byte %.*s here and at byte %.*s there",
		"%.*s: %s \"%.*s\" has %.*s bytes here and %.*s bytes there",
	};
	const char *member;
	struct line what = name_of(block, &member), name = rc__word_at(ours, 0);
	int word = 0;

	while (word < 3 && rc__line_same(rc__word_at(ours, word), rc__word_at(theirs, word)))
		word++;
	if (!word)
		snprintf(text, text_bytes, formats[0], LINE_ARG(what), member, LINE_ARG(name),
			 LINE_ARG(rc__word_at(theirs, 0)));
	else
		snprintf(text, text_bytes, formats[word], LINE_ARG(what), member, LINE_ARG(name),
			 LINE_ARG(rc__word_at(ours, word)), LINE_ARG(rc__word_at(theirs, word)));
}

bool rc__struct_fits(const struct block *ours, const struct block *theirs, char *text,
		     size_t text_bytes)
{
	const char *at = ours->members, *their_at = theirs->members;
	struct line line = { at, 0 }, their_line = { their_at, 0 }, what;
	const char *member;

	what = name_of(ours, &member);
	for (;;) {
		bool more = rc__member_next(&at, &line);
		bool they_more = rc__member_next(&their_at, &their_line);

		if (!more && !they_more)
			break;
		if (more && they_more && rc__line_same(line, their_line))
			continue;
		if (more && they_more)
			explain_field(ours, line, their_line, text, text_bytes);
		else
			snprintf(text, text_bytes, "%.*s: %s \"%.*s\" is only %s", LINE_ARG(what),
				 member, LINE_ARG(rc__word_at(more ? line : their_line, 0)),
				 more ? "here" : "there");
		return false;
	}
	if (rc__line_same(ours->head, theirs->head))
		return true;
	snprintf(text, text_bytes, "%.*s has %.*s bytes here and %.*s bytes there", LINE_ARG(what),
		 LINE_ARG(rc__word_at(ours->head, 2)), LINE_ARG(rc__word_at(theirs->head, 2)));
	return false;
}

/*
 * Whether each constant of `sender` is, in this order, among those of `receiver`.
 *
 * Sets *lacking to the first that is not, and *other to one of its name at the receiver, if any.
 */
static bool constants_known(const struct block *sender, const struct block *receiver,
			    struct line *lacking, struct line *other)
{
	const char *at = sender->members, *their_at = receiver->members;
	struct line line = { at, 0 };

	while (rc__member_next(&at, lacking)) {
		do {
			if (rc__member_next(&their_at, &line))
				continue;
			for (their_at = receiver->members; rc__member_next(&their_at, other);)
				if (rc__line_same(rc__word_at(*lacking, 0), rc__word_at(*other, 0)))
					return false;
			*other = (struct line){ their_at, 0 };
			return false;
		} while (!rc__line_same(*lacking, line));
	}
	return true;
}

bool rc__enum_fits(const struct block *ours, const struct block *theirs, bool sent, bool received,
		   char *text, size_t text_bytes)
{
	struct line what = rc__words_of(ours->head, 2), lacking, other = { "", 0 };
	bool they_lack = sent && !constants_known(ours, theirs, &lacking, &other);

	if (!they_lack && !(received && !constants_known(theirs, ours, &lacking, &other))) {
		if (rc__line_same(ours->head, theirs->head))
			return true;
		snprintf(text, text_bytes, "%.*s has %.*s bytes here and %.*s bytes there",
			 LINE_ARG(what), LINE_ARG(rc__word_at(ours->head, 2)),
			 LINE_ARG(rc__word_at(theirs->head, 2)));
		return false;
	}
	if (!other.bytes)
		snprintf(text, text_bytes, "%.*s: \"%.*s\" is only %s, and %s would refuse it",
			 LINE_ARG(what), LINE_ARG(rc__word_at(lacking, 0)),
			 they_lack ? "here" : "there", they_lack ? "the worker" : "this program");
	else if (rc__line_same(lacking, other))
		snprintf(text, text_bytes, "%.*s: \"%.*s\" is elsewhere in the list there",
			 LINE_ARG(what), LINE_ARG(rc__word_at(lacking, 0)));
	else
		snprintf(text, text_bytes, "%.*s: \"%.*s\" is %.*s here and %.*s there",
			 LINE_ARG(what), LINE_ARG(rc__word_at(lacking, 0)),
			 LINE_ARG(rc__word_at(they_lack ? lacking : other, 1)),
			 LINE_ARG(rc__word_at(they_lack ? other : lacking, 1)));
	return false;
}

/* Says how a method differs that has the same name. */
static void explain_method(struct line ours, struct line theirs, char *text, size_t text_bytes)
{
	static const struct line nothing = { "nothing", 7 };
	struct line name = rc__word_at(ours, METHOD_NAME);
	struct line reply = rc__value_of(ours, METHOD_REPLY);
	struct line their_reply = rc__value_of(theirs, METHOD_REPLY);
	int word = METHOD_REQUEST;

	while (word < METHOD_IDEMPOTENT &&
	       rc__line_same(rc__word_at(ours, word), rc__word_at(theirs, word)))
		word++;
	if (word == METHOD_REQUEST)
		snprintf(text, text_bytes, "method \"%.*s\" has parameters %s and none %s",
			 LINE_ARG(name),
			 rc__line_is(rc__value_of(ours, METHOD_REQUEST), "-") ? "there" : "here",
			 rc__line_is(rc__value_of(ours, METHOD_REQUEST), "-") ? "here" : "there");
	else if (word == METHOD_REPLY)
		snprintf(text, text_bytes, "method \"%.*s\" returns %.*s here and %.*s there",
			 LINE_ARG(name), LINE_ARG(rc__line_is(reply, "-") ? nothing : reply),
			 LINE_ARG(rc__line_is(their_reply, "-") ? nothing : their_reply));
	else
		snprintf(text, text_bytes, "method \"%.*s\" is %s only %s", LINE_ARG(name),
			 word == METHOD_ONE_WAY ? "RC_ONEWAY" : "RC_IDEMPOTENT",
			 rc__line_is(rc__value_of(ours, word), "1") ? "here" : "there");
}

bool rc__methods_fit(const struct block *ours, const struct block *theirs, char *text,
		     size_t text_bytes)
{
	const char *at = ours->members, *their_at = theirs->members;
	struct line line, their_line;

	for (int number = 1; rc__member_next(&at, &line) && rc__member_next(&their_at, &their_line);
	     number++) {
		if (rc__line_same(line, their_line))
			continue;
		if (rc__line_same(rc__words_of(line, 2), rc__words_of(their_line, 2)))
			explain_method(line, their_line, text, text_bytes);
		else
			snprintf(
				text, text_bytes,
				"method %d is \"%.*s\" here and \"%.*s\" there, and methods can be "
				"added at the end only",
				number, LINE_ARG(rc__word_at(line, METHOD_NAME)),
				LINE_ARG(rc__word_at(their_line, METHOD_NAME)));
		return false;
	}
	return true;
}
