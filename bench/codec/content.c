/* SPDX-License-Identifier: MIT */
/*
 * content.c - records with strings of many lengths, by a fixed stream of numbers.
 */
#include "bench/codec/content.h"

#include <stdio.h>
#include <stdlib.h>

#include "bench/fail.h"

enum {
	STRINGS_BYTES_MAX = CONTENT_RECORDS * 128
};

static uint64_t next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static struct rc_str make(struct content *content, uint64_t *state, char *memory, uint64_t bytes)
{
	char *text = memory + content->string_bytes;

	for (uint64_t i = 0; i < bytes; i++)
		text[i] = (char)('a' + next(state) % 26);
	content->string_bytes += bytes + 1; /* a NUL behind it, for those who need one */
	content->sum = content_add(content->sum, text, bytes);
	return (struct rc_str){ text, bytes };
}

static void fill(struct content *content)
{
	static struct lists_record records[CONTENT_RECORDS];
	char *memory = calloc(1, STRINGS_BYTES_MAX);
	uint8_t *block = malloc(CONTENT_BLOCK_BYTES);
	uint64_t state = 88172645463325252U;

	if (!memory || !block)
		fail_errno("memory for the content");
	for (size_t i = 0; i < CONTENT_RECORDS; i++) {
		records[i].key = make(content, &state, memory, 12);
		records[i].name = make(content, &state, memory, 5 + next(&state) % 20);
		records[i].text = make(content, &state, memory, 20 + next(&state) % 60);
	}
	for (size_t i = 0; i < CONTENT_BLOCK_BYTES; i++)
		block[i] = lists_pattern(i);
	content->batch.records = (struct lists_record_slice)RC_SLICE_FROM(records);
	content->block = (struct rc_bytes){ block, CONTENT_BLOCK_BYTES, CONTENT_BLOCK_BYTES };
}

const struct content *content_get(void)
{
	static struct content content;

	if (!content.sum)
		fill(&content);
	return &content;
}
