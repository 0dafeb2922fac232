/* SPDX-License-Identifier: MIT */
/*
 * syscalls_test.c - a hot call makes no system call, in the host and in the worker.
 *
 * strace follows subject.c and its worker and writes down each system call of both. What Go's
 * runtime does in the background is in there, so the bound is small and not zero. A wait that
 * lasts long may sleep, which is right and no hot call; so the best of many rounds has to be under
 * the bound. A system call on the hot path would be in each of them.
 */
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/testutil/expect.h"

enum {
	CALLS = 5000,
	CALLS_PARKED = 100
};

#define SYSCALLS_PER_CALL_MAX 0.01

static const char *trace_path(void)
{
	static char path[512];
	const char *folder = getenv("TEST_TMPDIR");

	snprintf(path, sizeof(path), "%s/syscalls-%d", folder ? folder : "/tmp", (int)getpid());
	return path;
}

static void run_traced(const char *calls, const char *way, const char *kind)
{
	const char *subject = test_path("tests/hotpath/subject");
	const char *trace = trace_path();
	pid_t pid = fork();
	int status;

	cr_assert_geq(pid, 0);
	if (!pid) {
		/* The leak checker cannot work in a process that is traced. */
		setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
		execlp("strace", "strace", "-f", "-qq", "-o", trace, subject, calls, way, kind,
		       NULL);
		_exit(127);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFEXITED(status), "strace ended by a signal");
	cr_assert_neq(WEXITSTATUS(status), 127, "strace is not installed; run ./bazelw test once");
	cr_assert_eq(WEXITSTATUS(status), 0, "the subject failed, or strace may not trace here");
}

/* A line is a system call unless it is the second half of one, a signal or an exit. */
static bool is_call(const char *line)
{
	return strstr(line, "(") && !strstr(line, "resumed>") && !strstr(line, "+++") &&
	       !strstr(line, "---");
}

/* System calls a call, in the round that had the fewest. */
static double count_syscalls(const char *way, const char *kind, int calls)
{
	int marks = 0, count = 0, least = INT_MAX, all = 0;
	char number[16], line[1024];
	FILE *trace;

	snprintf(number, sizeof(number), "%d", calls);
	run_traced(number, way, kind);
	trace = fopen(trace_path(), "re");
	cr_assert_not_null(trace);
	while (fgets(line, sizeof(line), trace)) {
		if (!strstr(line, "getpgid(")) {
			count += is_call(line);
			continue;
		}
		if (marks++ > 0) {
			least = count < least ? count : least;
			all += count;
		}
		count = 0;
	}
	fclose(trace);
	unlink(trace_path());
	cr_assert_gt(marks, 1, "the trace has %d marks", marks);
	fprintf(stderr, "%s %s: %d system calls in the best %d calls, %d in all %d rounds\n", way,
		kind, least, calls, all, marks - 1);
	return (double)least / calls;
}

/* With one CPU a wait always sleeps. */
static bool has_two_cpus(void)
{
	cpu_set_t cpus;

	return !sched_getaffinity(0, sizeof(cpus), &cpus) && CPU_COUNT(&cpus) > 1;
}

static void expect_no_syscalls(const char *kind)
{
	uint64_t patience_ns = test_in_ms(120000);
	double least = 1e9;

	if (!has_two_cpus())
		return;
	/* A wait that loses its CPU sleeps: where others are busy, a calm moment may take long. */
	while (least >= SYSCALLS_PER_CALL_MAX && rc_now_ns() < patience_ns) {
		double per_call = count_syscalls("spin", kind, CALLS);

		least = per_call < least ? per_call : least;
	}
	cr_assert_lt(least, SYSCALLS_PER_CALL_MAX, "%g system calls a call", least);
}

Test(syscalls, of_small_calls_are_none, .timeout = 240)
{
	expect_no_syscalls("sync");
}

Test(syscalls, of_calls_with_strings_are_none, .timeout = 240)
{
	expect_no_syscalls("text");
}

Test(syscalls, of_asynchronous_calls_are_none, .timeout = 240)
{
	expect_no_syscalls("async");
}

Test(syscalls, of_calls_from_the_worker_to_the_host_are_none, .timeout = 240)
{
	expect_no_syscalls("back");
}

Test(syscalls, are_counted, .timeout = 240)
{
	/* Where every wait sleeps, each call needs several: the count above can fail. */
	cr_assert_gt(count_syscalls("park", "sync", CALLS_PARKED), 1);
}
