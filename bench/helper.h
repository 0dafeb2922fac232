/* SPDX-License-Identifier: MIT */
/*
 * helper.h - the other processes of the raw round trips: forked, without a runtime of any kind.
 *
 * A helper sleeps in the kernel unless its own subject is being timed, and dies with the benchmark.
 * Start them before any thread.
 */
#ifndef RINGCALL_BENCH_HELPER_H
#define RINGCALL_BENCH_HELPER_H

#include <limits.h>
#include <linux/futex.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/* What lies between two words that different processes write: the hardware fetches lines in
 * pairs. */
enum {
	HELPER_LINE_BYTES = 128
};

/* Zeroed memory that helpers forked later share. */
void *helper_map(size_t bytes);

/* Starts a process that runs body(argument), which does not return. Returns its id. */
pid_t helper_fork(void (*body)(void *argument), void *argument);

/* Ends it. */
void helper_stop(pid_t helper);

/* Sleeps while *word is `value`. May return early. */
static inline void helper_futex_wait(const uint32_t *word, uint32_t value)
{
	syscall(SYS_futex, word, FUTEX_WAIT, value, NULL, NULL, 0);
}

/* Wakes who sleeps on *word. */
static inline void helper_futex_wake(const uint32_t *word)
{
	syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

#endif
