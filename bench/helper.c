/* SPDX-License-Identifier: MIT */
/*
 * helper.c - shared memory, and processes that die with this one.
 */
#define _GNU_SOURCE
#include "bench/helper.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "bench/fail.h"

void *helper_map(size_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		fail_errno("shared memory of %zu bytes", bytes);
	return memory;
}

pid_t helper_fork(void (*body)(void *argument), void *argument)
{
	pid_t parent = getpid(), child = fork();

	if (child < 0)
		fail_errno("starting a helper process");
	if (child)
		return child;
	/* The benchmark may have died before the kernel was told what is to follow from it. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent)
		_exit(EXIT_FAILURE);
	body(argument);
	_exit(EXIT_FAILURE);
}

void helper_stop(pid_t helper)
{
	if (kill(helper, SIGKILL) || waitpid(helper, NULL, 0) != helper)
		fail_errno("stopping a helper process");
}
