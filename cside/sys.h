/* SPDX-License-Identifier: MIT */
/* sys.h - system calls that this libc does not wrap, and the clock. Linux only. */
#ifndef RINGCALL_CSIDE_SYS_H
#define RINGCALL_CSIDE_SYS_H

#include <errno.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "ring/delay.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

/* Of futex_waitv(2), which older headers lack; the same on all machines. */
#define RC__SYS_FUTEX_WAITV 449
#define RC__FUTEX_32 2

#define RC__NS_PER_S UINT64_C(1000000000)
#define RC__NS_PER_MS UINT64_C(1000000)

static inline uint64_t rc__now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * RC__NS_PER_S + (uint64_t)now.tv_nsec;
}

static inline struct timespec rc__timespec(uint64_t ns)
{
	return (struct timespec){ .tv_sec = (time_t)(ns / RC__NS_PER_S),
				  .tv_nsec = (long)(ns % RC__NS_PER_S) };
}

/* Sleeps while *word is `value`, until an absolute CLOCK_MONOTONIC time. 0, or a negative errno. */
static inline int rc__futex_wait(const uint32_t *word, uint32_t value, uint64_t deadline_ns)
{
	struct timespec deadline = rc__timespec(deadline_ns);

	rc__delay_point();
	if (syscall(SYS_futex, word, FUTEX_WAIT_BITSET, value, &deadline, NULL,
		    FUTEX_BITSET_MATCH_ANY))
		return -errno;
	return 0;
}

/*
 * Sleeps while both words are what they were seen to be. 0 when one was woken, -EAGAIN, -EINTR,
 * -ETIMEDOUT; -ENOSYS on kernels before 5.16.
 */
static inline int rc__futex_wait_two(const uint32_t *const words[2], const uint32_t values[2],
				     uint64_t deadline_ns)
{
	struct timespec deadline = rc__timespec(deadline_ns);
	struct rc__futex_waitv {
		uint64_t value;
		uint64_t address;
		uint32_t flags;
		uint32_t reserved;
	} waits[2] = { { values[0], (uintptr_t)words[0], RC__FUTEX_32, 0 },
		       { values[1], (uintptr_t)words[1], RC__FUTEX_32, 0 } };

	rc__delay_point();
	if (syscall(RC__SYS_FUTEX_WAITV, waits, 2, 0, &deadline, CLOCK_MONOTONIC) < 0)
		return -errno;
	return 0;
}

/* Wakes every sleeper on *word, in this process and others. */
static inline void rc__futex_wake(const uint32_t *word)
{
	rc__delay_point();
	syscall(SYS_futex, word, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
}

static inline int rc__membarrier(int command)
{
	return syscall(SYS_membarrier, command, 0, 0) < 0 ? -errno : 0;
}

#endif
