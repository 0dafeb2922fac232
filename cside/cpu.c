/* SPDX-License-Identifier: MIT */
/*
 * cpu.c - which CPU a peer's worker and the threads of its clients share, and their stay there.
 *
 * Guests are threads of the process and not of a peer, because a thread has one affinity whatever
 * it opens. So there is one list of them, with a lock; nothing but opening and closing clients
 * looks at it.
 */
#define _GNU_SOURCE
#include "cpu.h"

#include <errno.h>
#include <pthread.h>
#include <ringcall/ringcall.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include "spin.h"

/* Both sides on one CPU can neither spin nor run at once, so the hand-over has to be this much
 * faster there. */
enum {
	SPEEDUP_MIN = 2
};

struct rc__guest {
	pid_t thread;
	uint32_t stays; /* clients that it opened and that are open */
	cpu_set_t before;
	struct rc__guest *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct rc__guest *guests; /* guarded by lock */

int rc__cpu_choose(uint32_t wanted)
{
	int cpu = sched_getcpu();
	uint64_t there_ns;

	if (wanted == RC_CPU_ANY || cpu < 0)
		return RC__CPU_ANY;
	if (wanted == RC_CPU_SHARED)
		return cpu;
	there_ns = rc__spin_handover_ns(cpu);
	if (there_ns && there_ns * SPEEDUP_MIN <= rc__spin_handover_ns(RC__CPU_ANY))
		return cpu;
	return RC__CPU_ANY;
}

int rc__cpu_keep(int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET((size_t)cpu, &cpus);
	return sched_setaffinity(0, sizeof(cpus), &cpus) ? -errno : 0;
}

/* The guest that the calling thread is, or NULL. */
static struct rc__guest *find(void)
{
	pid_t self = gettid();
	struct rc__guest *guest = guests;

	while (guest && guest->thread != self)
		guest = guest->next;
	return guest;
}

/* Makes the calling thread a guest. */
static int check_in(int cpu, struct rc__guest *guest)
{
	if (sched_getaffinity(0, sizeof(guest->before), &guest->before))
		return -errno;
	if (!CPU_ISSET((size_t)cpu, &guest->before))
		return -EINVAL;
	return rc__cpu_keep(cpu);
}

int rc__cpu_enter(int cpu, struct rc__guest **entered)
{
	struct rc__guest *guest;
	int status = 0;

	*entered = NULL;
	if (cpu == RC__CPU_ANY)
		return 0;
	pthread_mutex_lock(&lock);
	guest = find();
	if (!guest) {
		guest = calloc(1, sizeof(*guest));
		status = guest ? check_in(cpu, guest) : -ENOMEM;
		if (status) {
			free(guest);
			goto unlock;
		}
		guest->thread = gettid();
		guest->next = guests;
		guests = guest;
	}
	guest->stays++;
	*entered = guest;
unlock:
	pthread_mutex_unlock(&lock);
	return status;
}

void rc__cpu_leave(struct rc__guest *guest)
{
	struct rc__guest **link = &guests;

	if (!guest)
		return;
	pthread_mutex_lock(&lock);
	if (!--guest->stays) {
		while (*link != guest)
			link = &(*link)->next;
		*link = guest->next;
		/* It fails when the thread has ended, which then has no need of it. */
		sched_setaffinity(guest->thread, sizeof(guest->before), &guest->before);
		free(guest);
	}
	pthread_mutex_unlock(&lock);
}
