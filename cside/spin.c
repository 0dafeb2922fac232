/* SPDX-License-Identifier: MIT */
/*
 * spin.c - the budget of spin.h, and the measurement behind its limit.
 *
 * The measurement is made once a process: two threads hand a futex to each other a few times. A
 * process that may run on one CPU only never spins, because the answer cannot come meanwhile.
 */
#define _GNU_SOURCE
#include "spin.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "cpu.h"
#include "ring/atomic.h"
#include "sys.h"

enum {
	MEASURE_ROUNDS = 9,
	PENALTY_MAX = 256
};

/* A measured limit outside these bounds is a disturbed measurement. */
#define LIMIT_MIN_NS UINT64_C(20000)
#define LIMIT_MAX_NS UINT64_C(200000)

/* A sleep when nothing could be measured. */
#define PARK_DEFAULT_NS UINT64_C(50000)

static pthread_once_t measured = PTHREAD_ONCE_INIT;
static uint64_t measured_park_ns = PARK_DEFAULT_NS;

static int compare_ns(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return a < b ? -1 : a > b;
}

/* The other thread: answers each odd value with the next even one. */
static void *answer(void *argument)
{
	uint32_t *word = argument;

	for (uint32_t round = 0; round < MEASURE_ROUNDS; round++) {
		uint32_t expected = 2 * round + 1;

		while (rc__load_acquire(word) != expected)
			rc__futex_wait(word, expected - 1, UINT64_C(1) << 62);
		rc__store_release(word, expected + 1);
		rc__futex_wake(word);
	}
	return NULL;
}

/* 0: there is no second thread to be had. */
static uint64_t handover_ns(void)
{
	uint64_t took_ns[MEASURE_ROUNDS];
	uint32_t word = 0;
	pthread_t thread;

	if (pthread_create(&thread, NULL, answer, &word))
		return 0;
	for (uint32_t round = 0; round < MEASURE_ROUNDS; round++) {
		uint64_t start_ns = rc__now_ns();

		rc__store_release(&word, 2 * round + 1);
		rc__futex_wake(&word);
		while (rc__load_acquire(&word) != 2 * round + 2)
			rc__futex_wait(&word, 2 * round + 1, UINT64_C(1) << 62);
		took_ns[round] = rc__now_ns() - start_ns;
	}
	pthread_join(thread, NULL);
	qsort(took_ns, MEASURE_ROUNDS, sizeof(took_ns[0]), compare_ns);
	/* A round trip is two sleeps, one after the other. */
	return took_ns[MEASURE_ROUNDS / 2] / 2;
}

uint64_t rc__spin_handover_ns(int cpu)
{
	cpu_set_t before;
	uint64_t ns;

	if (cpu < 0)
		return handover_ns();
	/* The other thread begins where this one is kept. */
	if (sched_getaffinity(0, sizeof(before), &before) || rc__cpu_keep(cpu))
		return 0;
	ns = handover_ns();
	sched_setaffinity(0, sizeof(before), &before);
	return ns;
}

static void measure(void)
{
	uint64_t ns = handover_ns();

	if (ns)
		measured_park_ns = ns;
}

static bool one_cpu(void)
{
	cpu_set_t cpus;

	return !sched_getaffinity(0, sizeof(cpus), &cpus) && CPU_COUNT(&cpus) == 1;
}

void rc__spin_init(struct rc__spin *spin, uint64_t spin_ns, bool never)
{
	pthread_once(&measured, measure);
	*spin = (struct rc__spin){ .park_ns = measured_park_ns };
	if (never || one_cpu())
		return;
	if (spin_ns)
		spin->limit_ns = spin_ns;
	else if (measured_park_ns < LIMIT_MIN_NS)
		spin->limit_ns = LIMIT_MIN_NS;
	else
		spin->limit_ns = measured_park_ns < LIMIT_MAX_NS ? measured_park_ns : LIMIT_MAX_NS;
	spin->budget_ns = spin->limit_ns;
}

bool rc__spin_begin(struct rc__spin *spin)
{
	if (!spin->limit_ns)
		return false;
	if (!spin->yielding)
		return true;
	spin->yielding--;
	return false;
}

void rc__spin_hit(struct rc__spin *spin, uint64_t spun_ns)
{
	if (spun_ns * 2 > spin->budget_ns)
		spin->budget_ns = spun_ns * 2 < spin->limit_ns ? spun_ns * 2 : spin->limit_ns;
}

void rc__spin_miss(struct rc__spin *spin, uint64_t waited_ns)
{
	uint64_t answered_ns = waited_ns > spin->park_ns ? waited_ns - spin->park_ns : 0;

	if (answered_ns < spin->limit_ns)
		spin->budget_ns = spin->limit_ns;
	else
		spin->budget_ns /= 2;
}

void rc__spin_gap(struct rc__spin *spin, uint64_t now_ns, uint64_t lost_ns)
{
	if (!spin->penalty || now_ns - spin->gap_at_ns > 2 * lost_ns)
		spin->penalty = 1;
	else if (spin->penalty < PENALTY_MAX)
		spin->penalty *= 2;
	spin->yielding = spin->penalty;
	spin->gap_at_ns = now_ns;
}
