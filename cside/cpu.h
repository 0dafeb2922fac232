/* SPDX-License-Identifier: MIT */
/*
 * cpu.h - host and worker on one CPU: rc_options.cpu.
 *
 * The worker is put there before it runs, so all its threads are. A thread of the host is a guest
 * there from when it opens a client until it closes the last one. Both are fenced as if they ran
 * on two CPUs: whoever moves one of them makes calls slower, never wrong.
 */
#ifndef RINGCALL_CSIDE_CPU_H
#define RINGCALL_CSIDE_CPU_H

#include <stdint.h>

/* No particular CPU. */
#define RC__CPU_ANY (-1)

/* A thread of the host that has to be on a CPU. */
struct rc__guest;

/* The CPU for a peer that this thread opens with this rc_options.cpu, or RC__CPU_ANY. Takes a
 * millisecond to measure. */
int rc__cpu_choose(uint32_t wanted);

/* Keeps the calling thread, or the process after an execve(), on one CPU. 0 or a negative errno. */
int rc__cpu_keep(int cpu);

/*
 * Makes the calling thread a guest of `cpu`, once more if it is one. Does nothing for RC__CPU_ANY.
 * *guest is for rc__cpu_leave(); a thread that is a guest of another CPU stays there. 0; -EINVAL
 * when the thread may not run on it; another negative errno.
 */
int rc__cpu_enter(int cpu, struct rc__guest **guest);

/* Gives the thread that entered, which need not be this one, the CPUs that it had before, unless
 * it has to stay for another client. NULL is allowed. */
void rc__cpu_leave(struct rc__guest *guest);

#endif
