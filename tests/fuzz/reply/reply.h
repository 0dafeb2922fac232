/* SPDX-License-Identifier: MIT */
/*
 * reply.h - one input of the fuzzer of replies: which reply it is, and the message's bytes.
 *
 * The generated code under test is that of the grid of types. The library is not linked: stand_in.c
 * is what generated code calls, so that a message is a block of its own on the heap, of just its
 * bytes, and a sanitizer sees who reads beyond.
 */
#ifndef RINGCALL_TESTS_FUZZ_REPLY_H
#define RINGCALL_TESTS_FUZZ_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Two bytes say which method's reply the rest is; the third is for request_test.go, which takes the
 * same inputs. */
#define REPLY_HEADER_BYTES 3

/* How often a reason to refuse a message was given; NULL ends the list. */
struct reply_why {
	const char *why;
	uint64_t count;
};

/* What became of the inputs so far. */
struct reply_counts {
	uint64_t accepted;
	uint64_t sent_on; /* of these: written and checked once more */
	struct reply_why refused[16];
};

extern struct reply_counts reply_counts;

/*
 * Checks a reply as the library does. If it is accepted, reads each byte of the value, sends it on
 * and compares what arrives. Aborts when anything is wrong.
 */
void reply_try(const uint8_t *input, size_t bytes);

/*
 * The same while another thread writes to the message: what is checked must be what is used. Of
 * an accepted value it reads each byte, no more.
 */
void reply_try_changing(const uint8_t *input, size_t bytes);

/* How many methods there are. */
size_t reply_methods(void);

/* Makes a method's reply from a seed: an input that is accepted, malloc'd. NULL: not of this. */
uint8_t *reply_make(size_t method, uint64_t seed, size_t *bytes);

#endif
