/* SPDX-License-Identifier: MIT */
/*
 * lists.h - the interface that bench/codec encodes: many small strings, or one large array.
 */
#ifndef RINGCALL_BENCH_LISTS_H
#define RINGCALL_BENCH_LISTS_H

#include <ringcall/idl.h>

struct lists_record {
	struct rc_str key;
	struct rc_str name;
	struct rc_str text;
};

RC_SLICE(lists_record_slice, struct lists_record);

struct lists_batch {
	struct lists_record_slice records;
};

/* What Go times by itself, of what a worker does for a call. */
enum lists_go_work {
	LISTS_GO_CHECK,  /* a request: check it and read every string */
	LISTS_GO_ENCODE, /* a reply */
	LISTS_GO_CLONE
};

RC_SERVICE(lists)
{
	/* The lengths and first bytes of all strings, added up. */
	int (*put)(const struct lists_batch *batch, uint64_t *sum);
	/* What time_go() had last. */
	int (*get)(struct lists_batch * batch);
	/* The length of the bytes. */
	int (*store)(struct rc_bytes bytes, uint64_t * length);
	/* Repeats a work with the batch for so long; the median nanoseconds of one. */
	int (*time_go)(const struct lists_batch *batch, enum lists_go_work work, uint64_t slice_ns,
		       double *work_ns);
	/* So many bytes, byte i being lists_pattern(seed + i). in_place: by ringcall.Buffer. */
	int (*load)(uint64_t bytes, uint8_t seed, bool in_place, struct rc_bytes *loaded);
};

/* What worker/main.go makes as well. */
static inline uint8_t lists_pattern(uint64_t place)
{
	return (uint8_t)(place * 7 ^ place >> 8);
}

#endif
