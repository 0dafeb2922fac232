/* SPDX-License-Identifier: MIT */
/* spin_test.c - how the spin budget follows what waits have found. */
#include <criterion/criterion.h>
#include <sched.h>

#include "spin.h"

Test(spin, limit_is_what_was_asked_for)
{
	struct rc__spin spin;
	cpu_set_t cpus;

	sched_getaffinity(0, sizeof(cpus), &cpus);
	rc__spin_init(&spin, 12345, false);
	cr_assert_eq(spin.limit_ns, CPU_COUNT(&cpus) > 1 ? 12345 : 0);
}

Test(spin, never_means_never)
{
	struct rc__spin spin;

	rc__spin_init(&spin, 12345, true);
	cr_assert_not(rc__spin_begin(&spin));
}

Test(spin, process_on_one_cpu_does_not_spin)
{
	struct rc__spin spin;
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET((size_t)sched_getcpu(), &one);
	cr_assert_eq(sched_setaffinity(0, sizeof(one), &one), 0);
	rc__spin_init(&spin, 0, false);
	cr_assert_not(rc__spin_begin(&spin));
}

Test(spin, long_waits_shrink_the_budget_and_short_ones_restore_it)
{
	struct rc__spin spin = { .limit_ns = 1000, .budget_ns = 1000, .park_ns = 500 };

	rc__spin_miss(&spin, 1000000);
	cr_assert_eq(spin.budget_ns, 500);
	for (int wait = 0; wait < 20; wait++)
		rc__spin_miss(&spin, 1000000);
	cr_assert_eq(spin.budget_ns, 0);
	rc__spin_miss(&spin, 700); /* answered while we went to sleep */
	cr_assert_eq(spin.budget_ns, 1000);
}

Test(spin, gaps_stop_spinning_for_longer_while_they_take_most_of_the_time)
{
	struct rc__spin spin = { .limit_ns = 1000, .budget_ns = 1000 };
	uint64_t now_ns = 1000;

	for (int gap = 0, expected = 1; gap < 10; gap++) {
		int slept = 0;

		now_ns += 1000;
		rc__spin_gap(&spin, now_ns, 600);
		while (!rc__spin_begin(&spin))
			slept++;
		cr_assert_eq(slept, expected);
		expected = expected < 256 ? expected * 2 : 256;
	}
	now_ns += 1000;
	rc__spin_gap(&spin, now_ns, 400);
	cr_assert_eq(spin.yielding, 1);
}

Test(spin, a_long_wait_makes_the_next_gentle_and_a_short_one_does_not)
{
	struct rc__spin spin = { .limit_ns = 1000 };

	cr_assert_eq(rc__spin_polls(&spin), RC__SPIN_POLLS_FIRST);
	rc__spin_polled(&spin, RC__SPIN_POLLS_LONG);
	cr_assert_eq(rc__spin_polls(&spin), RC__SPIN_POLLS_FIRST);
	rc__spin_polled(&spin, RC__SPIN_POLLS_LONG + 1);
	cr_assert_eq(rc__spin_polls(&spin), RC__SPIN_POLLS_GENTLE);
	rc__spin_polled(&spin, RC__SPIN_POLLS_SHORT + 1);
	cr_assert_eq(rc__spin_polls(&spin), RC__SPIN_POLLS_GENTLE);
	rc__spin_polled(&spin, RC__SPIN_POLLS_SHORT);
	cr_assert_eq(rc__spin_polls(&spin), RC__SPIN_POLLS_FIRST);
}
