/* SPDX-License-Identifier: MIT */
/*
 * content.h - what is encoded: the same records and bytes for everybody.
 */
#ifndef RINGCALL_BENCH_CODEC_CONTENT_H
#define RINGCALL_BENCH_CODEC_CONTENT_H

#include "bench/codec/lists.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
	CONTENT_RECORDS = 1000,
	CONTENT_BLOCK_BYTES = 1 << 20
};

struct content {
	struct lists_batch batch; /* keys of 12 bytes, names of 5 to 24, texts of 20 to 79 */
	struct rc_bytes block;
	uint64_t sum;          /* the lengths and first bytes of all strings, added up */
	uint64_t string_bytes; /* all of them, with a NUL behind each */
};

/* The only one; lives as long as the process. */
const struct content *content_get(void);

/* Adds a string that was read to a sum. */
static inline uint64_t content_add(uint64_t sum, const char *text, uint64_t bytes)
{
	return sum + bytes + (unsigned char)text[0];
}

#ifdef __cplusplus
}
#endif

#endif
