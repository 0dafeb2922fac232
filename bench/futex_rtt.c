/* SPDX-License-Identifier: MIT */
/*
 * futex_rtt.c - two processes that wake each other and sleep.
 *
 * Both change a word, wake the other, and sleep on the other's word. That is the shape of a parked
 * call, so it is what the kernel and the machine take of one.
 */
#define _GNU_SOURCE
#include "bench/futex_rtt.h"

#include <sched.h>
#include <stdalign.h>
#include <stdbool.h>

#include "bench/clock.h"
#include "bench/fail.h"
#include "bench/helper.h"
#include "bench/rtt.h"
#include "ring/atomic.h"

struct futex_rtt {
	/* Written by the benchmark. */
	alignas(HELPER_LINE_BYTES) uint32_t ping;
	/* Written by the helper. */
	alignas(HELPER_LINE_BYTES) uint32_t pong;
	/* The benchmark's own. */
	alignas(HELPER_LINE_BYTES) pid_t helper;
	bool shares;
	cpu_set_t shared; /* the CPU of both sides, when they share one */
};

/* Changes one word and waits until the other one has changed. */
static void helper(void *argument)
{
	struct futex_rtt *words = argument;

	for (uint32_t number = 1;; number++) {
		/* PAIRS-WITH round_trip: nothing but the word itself is handed over. */
		while (rc__load_acquire(&words->ping) != number)
			helper_futex_wait(&words->ping, number - 1);
		rc__store_release(&words->pong, number);
		helper_futex_wake(&words->pong);
	}
}

static void round_trip(struct futex_rtt *words)
{
	uint32_t number = words->ping + 1;

	rc__store_release(&words->ping, number);
	helper_futex_wake(&words->ping);
	/* PAIRS-WITH helper. */
	while (rc__load_acquire(&words->pong) != number)
		helper_futex_wait(&words->pong, number - 1);
}

static void stamped(void *subject, uint32_t round_trips, uint64_t *ticks)
{
	ticks[0] = clock_ticks();
	for (uint32_t count = 1; count <= round_trips; count++) {
		round_trip(subject);
		ticks[count] = clock_ticks();
	}
}

struct futex_rtt *futex_rtt_open(void)
{
	struct futex_rtt *words = helper_map(sizeof(*words));

	words->helper = helper_fork(helper, words);
	return words;
}

/* Has a process run there; 0: the calling thread. */
static void run_on(pid_t process, const cpu_set_t *cpus)
{
	if (sched_setaffinity(process, sizeof(*cpus), cpus))
		fail_errno("choosing a CPU");
}

void futex_rtt_share(struct futex_rtt *futex_rtt, int cpu)
{
	CPU_ZERO(&futex_rtt->shared);
	CPU_SET((size_t)cpu, &futex_rtt->shared);
	futex_rtt->shares = true;
	run_on(futex_rtt->helper, &futex_rtt->shared);
}

void futex_rtt_close(struct futex_rtt *futex_rtt)
{
	helper_stop(futex_rtt->helper);
}

double futex_rtt_slice_ns(struct futex_rtt *futex_rtt, uint64_t warm_ns, uint64_t slice_ns,
			  struct histogram *histogram)
{
	struct rtt rtt = { .stamped = stamped, .subject = futex_rtt };
	cpu_set_t before;
	double ns;

	fail_watch("the futex round trip");
	if (!futex_rtt->shares)
		return rtt_slice_ns(&rtt, warm_ns, slice_ns, histogram);
	if (sched_getaffinity(0, sizeof(before), &before))
		fail_errno("the CPUs of this thread");
	run_on(0, &futex_rtt->shared);
	ns = rtt_slice_ns(&rtt, warm_ns, slice_ns, histogram);
	run_on(0, &before);
	return ns;
}
