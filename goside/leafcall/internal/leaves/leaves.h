/* SPDX-License-Identifier: MIT */
/* leaves.h - leaf functions for tests: each is `int fn(void *context, void *args)`. */
#ifndef GOSIDE_LEAFCALL_INTERNAL_LEAVES_LEAVES_H
#define GOSIDE_LEAFCALL_INTERNAL_LEAVES_LEAVES_H

#include <stddef.h>
#include <stdint.h>

struct leaf_numbers {
	int64_t a;
	int64_t b;
	int64_t sum;
};

struct leaf_floats {
	double x;
	double y;
	float scale;
	float product;
	double hypotenuse_squared;
};

/* As a Go string lies in memory. */
struct leaf_text {
	const unsigned char *ptr;
	size_t len;
};

/* args->sum = args->a + args->b + *context, if there is one. Returns the sum's low bits. */
int leaf_add(void *context, void *args);

/* Returns the int at args. */
int leaf_return(void *context, void *args);

/* Fills in a struct leaf_floats. */
int leaf_multiply(void *context, void *args);

/* Returns the sum of the bytes of a struct leaf_text. */
int leaf_sum_text(void *context, void *args);

/* Writes to each page of as many bytes of stack as the size_t at args says. Returns 0, or -1. */
int leaf_use_stack(void *context, void *args);

/* Counts the uint64_t at args down; a million takes about a millisecond. */
int leaf_spin(void *context, void *args);

/* Writes to address 0. */
int leaf_fault(void *context, void *args);

/* *sum = a + 10 * b + 100 * c + 1000 * d + *context, if there is one. Returns 0. */
int leaf_add_words(void *context, int64_t a, int64_t b, int64_t c, int64_t d, int64_t *sum);

/* *product = x * by * y. Returns 0. */
int leaf_multiply_words(void *context, double x, int64_t by, float y, double *product);

/* Returns the low half of the word. */
int leaf_return_word(void *context, int64_t result);

/* Writes to address 0. */
int leaf_fault_word(void *context, int64_t value);

/* Calls the Go function leavesOnThread on a thread with such a stack. Returns 0 or an errno. */
int leaf_on_thread(size_t stack_bytes);

#endif
