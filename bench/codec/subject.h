/* SPDX-License-Identifier: MIT */
/*
 * subject.h - what bench/codec times, and how.
 *
 * Each subject is a function that does its work once and fails when the result is wrong. A slice of
 * time is filled with it; the slice's value is the median of the single times, so that a
 * virtual CPU that is stopped meanwhile does not count.
 */
#ifndef RINGCALL_BENCH_CODEC_SUBJECT_H
#define RINGCALL_BENCH_CODEC_SUBJECT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum codec_subject {
	/* 1,000 records of three strings: from the caller's structs to a message. */
	STRINGS_BY_HAND,
	STRINGS_RINGCALL,
	STRINGS_FLATBUFFERS,
	STRINGS_CAPNP,
	STRINGS_RINGCALL_GO,
	/* The same message: checked, and every string read. */
	READ_RINGCALL,
	READ_RINGCALL_GO,
	READ_FLATBUFFERS,
	READ_CAPNP,
	CLONE_RINGCALL_GO,
	/* A plain array of 1 MiB. */
	ARRAY_MEMCPY,
	ARRAY_RINGCALL,
	ARRAY_FLATBUFFERS,
	ARRAY_CAPNP,
	ARRAY_IN_PLACE,
	/* A call whose reply is 1 MiB. */
	REPLY_COPIED,
	REPLY_BUFFER,
	CODEC_SUBJECTS
};

/* Opens what the subjects need; `worker` is the path of the Go side. */
void ours_open(const char *worker);

/* Closes it. Returns how many wake-ups were late; each is a defect. */
uint64_t ours_close(void);

/* Fill a slice; nanoseconds of one work. */
double ours_slice_ns(enum codec_subject subject, uint64_t warm_ns, uint64_t slice_ns);

/* The works of others: flatbuffers.cc and capnp.cc. Each fails when its result is wrong. */
void flatbuffers_encode_strings(void);
void flatbuffers_read_strings(void);
void flatbuffers_encode_array(void);
void capnp_encode_strings(void);
void capnp_read_strings(void);
void capnp_encode_array(void);

#ifdef __cplusplus
}
#endif

#endif
