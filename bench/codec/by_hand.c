/* SPDX-License-Identifier: MIT */
/*
 * by_hand.c - three memcpy a record and their descriptors, into one buffer that is there already.
 * It checks nothing, and relies on a buffer that is large enough.
 */
#include "bench/codec/by_hand.h"

#include <string.h>

static inline uint64_t copy(struct rc_str *to, const struct rc_str *from, unsigned char *base,
			    uint64_t used)
{
	memcpy(base + used, from->ptr, from->len);
	to->ptr = (const char *)(uintptr_t)used;
	to->len = from->len;
	return used + from->len;
}

uint64_t by_hand_encode(const struct lists_batch *batch, unsigned char *to)
{
	struct lists_batch *root = (struct lists_batch *)(void *)to;
	struct lists_record *records = (struct lists_record *)(void *)(to + sizeof(*root));
	uint64_t used = sizeof(*root) + batch->records.len * sizeof(*records);

	root->records.ptr = (const struct lists_record *)sizeof(*root);
	root->records.len = root->records.cap = batch->records.len;
	for (size_t i = 0; i < batch->records.len; i++) {
		const struct lists_record *from = &batch->records.ptr[i];

		used = copy(&records[i].key, &from->key, to, used);
		used = copy(&records[i].name, &from->name, to, used);
		used = copy(&records[i].text, &from->text, to, used);
	}
	return used;
}
