/* SPDX-License-Identifier: MIT */
/*
 * fail.h - how the benchmark gives up: a message, and exit status 1.
 */
#ifndef RINGCALL_BENCH_FAIL_H
#define RINGCALL_BENCH_FAIL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Prints the program's name, the text and a newline to stderr, and exits with status 1. */
void fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* The same with ": " and the message of errno. */
void fail_errno(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/*
 * Says what the process does now. When it does it for longer than the limit, it is stuck: a helper
 * is dead, or a call is lost. Then the message names `what`, which has to stay valid, and the
 * process exits with status 1. NULL ends the watch.
 */
void fail_watch(const char *what);

/* Fails with both numbers unless they are equal: an answer was wrong. */
static inline void fail_unless_equal(const char *what, uint64_t got, uint64_t wanted)
{
	if (__builtin_expect(got != wanted, 0))
		fail("%s: wrong answer: got %#llx, wanted %#llx; no figure of this run means "
		     "anything",
		     what, (unsigned long long)got, (unsigned long long)wanted);
}

#ifdef __cplusplus
}
#endif

#endif
