/* SPDX-License-Identifier: MIT */
/*
 * description.c - whether two descriptions of a service fit each other, and if not, where.
 *
 * A description is the text that ringgen embeds on both sides: lines that begin an enum, a struct
 * or the service, each followed by indented lines of its members. Types stand behind what they
 * hold, requests' roots are structs called service.method, the service is the last block.
 *
 * Two fit when the methods of the shorter list are the first ones of the longer, and all that
 * these methods pass is the same. An enum may have constants more on the side that receives it.
 *
 * Their text comes from a worker: it is read as lines and words, and never trusted to hold any.
 * Only finding a block starts over in it, so the work is its length times our number of blocks.
 */
#include "description.h"

#include <stdlib.h>

/* Which messages of the common methods hold a type. */
enum reach {
	REACH_REQUEST = 1 << 0,
	REACH_REPLY = 1 << 1
};

/* Our description and theirs, and where to say what differs. */
struct comparison {
	struct block *blocks; /* ours */
	size_t block_count;
	const char *theirs;
	const struct block *missing; /* the first of ours that they lack */
	enum reach sent;             /* by us */
	enum reach received;
	char *text;
	size_t text_bytes;
};

static size_t count_blocks(const char *description)
{
	struct block block;
	size_t count = 0;

	while (rc__block_next(&description, &block))
		count++;
	return count;
}

static void mark_named(struct comparison *comparison, struct line name, const char *kind,
		       unsigned reach)
{
	for (size_t i = 0; i < comparison->block_count; i++) {
		struct block *block = &comparison->blocks[i];

		if (rc__line_is(rc__word_at(block->head, 0), kind) &&
		    rc__line_same(rc__word_at(block->head, 1), name))
			block->reach |= reach;
	}
}

/* Marks what a type such as "[4]struct:user" names. */
static void mark_type(struct comparison *comparison, struct line type, unsigned reach)
{
	static const char *const kinds[] = { "struct", "enum" };

	for (size_t at = 0; at < type.bytes; at++) {
		for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
			size_t bytes = strlen(kinds[i]);
			struct line name = { type.text + at + bytes + 1, 0 };

			if (type.bytes - at <= bytes || memcmp(type.text + at, kinds[i], bytes) ||
			    type.text[at + bytes] != ':')
				continue;
			name.bytes = type.bytes - at - bytes - 1;
			name.bytes = rc__line_identifier(name);
			mark_named(comparison, name, kinds[i], reach);
		}
	}
}

/* Marks what the first `methods` methods of our service pass. */
static void mark_reached(struct comparison *comparison, const struct block *service,
			 uint32_t methods)
{
	const char *at = service->members;
	struct line line;
	bool again = true;

	for (; methods > 0 && rc__member_next(&at, &line); methods--) {
		struct line request = rc__value_of(line, METHOD_REQUEST);

		mark_named(comparison, request, "struct", REACH_REQUEST);
		mark_type(comparison, rc__value_of(line, METHOD_REPLY), REACH_REPLY);
	}
	/* A struct stands behind what it holds, but for recursions: backwards, until it rests. */
	while (again) {
		again = false;
		for (size_t i = comparison->block_count; i-- > 0;) {
			struct block *block = &comparison->blocks[i];

			if (block->reach == block->passed || !rc__block_is(block, "struct"))
				continue;
			block->passed = block->reach;
			again = true;
			for (at = block->members; rc__member_next(&at, &line);)
				mark_type(comparison, rc__word_at(line, 1), block->reach);
		}
	}
}

/* Whether the enums and structs that are reached, and are there, fit those there. */
static bool types_fit(struct comparison *comparison)
{
	for (size_t i = 0; i < comparison->block_count; i++) {
		const struct block *ours = &comparison->blocks[i];
		struct block theirs;
		bool fits = true;

		if (!ours->reach)
			continue;
		if (!rc__block_find(comparison->theirs, ours->head, &theirs))
			comparison->missing = comparison->missing ? comparison->missing : ours;
		else if (rc__block_is(ours, "enum"))
			fits = rc__enum_fits(ours, &theirs, ours->reach & comparison->sent,
					     ours->reach & comparison->received, comparison->text,
					     comparison->text_bytes);
		else
			fits = rc__struct_fits(ours, &theirs, comparison->text,
					       comparison->text_bytes);
		if (!fits)
			return false;
	}
	return true;
}

/* What uses a type has been found to be the same there, so an honest worker has the type. */
static bool nothing_missing(const struct comparison *comparison)
{
	if (!comparison->missing)
		return true;
	snprintf(comparison->text, comparison->text_bytes, "%.*s is only here",
		 LINE_ARG(rc__words_of(comparison->missing->head, 2)));
	return false;
}

static uint32_t count_members(const struct block *block)
{
	const char *at = block->members;
	struct line line;
	uint32_t count = 0;

	while (rc__member_next(&at, &line))
		count++;
	return count;
}

/* How many methods have the same names in both lists, before the first that has not. */
static uint32_t count_common(const struct block *ours, const struct block *theirs)
{
	const char *at = ours->members, *their_at = theirs->members;
	struct line line, their_line;
	uint32_t count = 0;

	while (rc__member_next(&at, &line) && rc__member_next(&their_at, &their_line) &&
	       rc__line_same(rc__words_of(line, 2), rc__words_of(their_line, 2)))
		count++;
	return count;
}

static bool service_fits(struct comparison *comparison, struct block *ours, uint32_t their_methods)
{
	char *text = comparison->text;
	size_t text_bytes = comparison->text_bytes;
	struct line version = rc__word_at(ours->head, 2);
	struct block theirs;

	if (!rc__block_find(comparison->theirs, ours->head, &theirs) ||
	    count_members(&theirs) != their_methods) {
		snprintf(text, text_bytes, "its description does not list its methods");
		return false;
	}
	if (!rc__line_same(version, rc__word_at(theirs.head, 2))) {
		snprintf(text, text_bytes, "has version %.*s here and version %.*s there",
			 LINE_ARG(version), LINE_ARG(rc__word_at(theirs.head, 2)));
		return false;
	}
	mark_reached(comparison, ours, count_common(ours, &theirs));
	return types_fit(comparison) && rc__methods_fit(ours, &theirs, text, text_bytes) &&
	       nothing_missing(comparison);
}

/* What a worker wrote may end on a terminal. */
static void make_printable(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
}

static int compare_texts(struct comparison *comparison, const char *ours, uint32_t their_methods)
{
	const char *theirs = comparison->theirs;
	char *text = comparison->text;
	struct line version, their_version;
	const char *their_start = theirs;
	bool fits = false;

	text[0] = '\0';
	if (!rc__line_next(&ours, &version) || !rc__line_next(&their_start, &their_version) ||
	    !rc__line_same(version, their_version)) {
		snprintf(text, comparison->text_bytes,
			 "was generated by a ringgen of another kind");
		return -EPROTO;
	}
	comparison->blocks = calloc(count_blocks(ours) + 1, sizeof(*comparison->blocks));
	if (!comparison->blocks)
		return -ENOMEM;
	while (rc__block_next(&ours, &comparison->blocks[comparison->block_count]))
		comparison->block_count++;
	if (comparison->block_count)
		fits = service_fits(comparison, &comparison->blocks[comparison->block_count - 1],
				    their_methods);
	free(comparison->blocks);
	make_printable(text);
	return fits ? 0 : -EPROTO;
}

/* `sent` is what messages of a method this side sends. */
static int compare(enum reach sent, const char *ours, const char *theirs, uint32_t their_methods,
		   char *text, size_t text_bytes)
{
	struct comparison comparison = {
		.theirs = theirs,
		.sent = sent,
		.received = sent == REACH_REQUEST ? REACH_REPLY : REACH_REQUEST,
		.text = text,
		.text_bytes = text_bytes,
	};

	return compare_texts(&comparison, ours, their_methods);
}

int rc__description_compare(const char *ours, const char *theirs, uint32_t their_methods,
			    char *text, size_t text_bytes)
{
	return compare(REACH_REQUEST, ours, theirs, their_methods, text, text_bytes);
}

int rc__description_compare_served(const char *ours, const char *theirs, uint32_t their_methods,
				   char *text, size_t text_bytes)
{
	return compare(REACH_REPLY, ours, theirs, their_methods, text, text_bytes);
}
