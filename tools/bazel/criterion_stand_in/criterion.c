/* SPDX-License-Identifier: MIT */
/*
 * criterion.c - runs the tests of a program one after the other, each in a process of its own.
 *
 * The exit status is 0 when all passed, else 1. A program without tests fails, because then
 * something is wrong with the build.
 */
#include "criterion/criterion.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static struct criterion_test *tests;

/* Of the test that runs in this process: a cr_expect failed. */
static bool failed;

void criterion_register(struct criterion_test *test)
{
	struct criterion_test **last = &tests;

	while (*last)
		last = &(*last)->next;
	*last = test;
}

void criterion_check(bool ok, bool fatal, const char *file, int line, const char *expression,
		     const char *format, ...)
{
	va_list arguments;

	if (ok)
		return;
	fprintf(stderr, "%s:%d: failed: %s: ", file, line, expression);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	failed = true;
	if (fatal)
		exit(1);
}

/* What TestSuite() said of the test's suite, or no options. */
static const struct criterion_test *suite_of(const struct criterion_test *test)
{
	static const struct criterion_test none;

	for (const struct criterion_test *suite = tests; suite; suite = suite->next) {
		if (!suite->run && !strcmp(suite->suite, test->suite))
			return suite;
	}
	return &none;
}

static void call(void (*function)(void))
{
	if (function)
		function();
}

static _Noreturn void run(const struct criterion_test *test)
{
	const struct criterion_test *suite = suite_of(test);

	if (test->timeout > 0)
		alarm((unsigned)ceil(test->timeout));
	call(suite->init);
	call(test->init);
	test->run();
	call(test->fini);
	call(suite->fini);
	/* With exit(), not _exit(): there the sanitizer says what it found. */
	exit(failed);
}

/* Whether the process ended as the test's options say. */
static bool ended_well(const struct criterion_test *test, int status)
{
	if (test->signal)
		return WIFSIGNALED(status) && WTERMSIG(status) == test->signal;
	return WIFEXITED(status) && WEXITSTATUS(status) == test->exit_code;
}

static bool passes(const struct criterion_test *test)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid < 0) {
		perror("fork");
		return false;
	}
	if (!pid)
		run(test);
	if (waitpid(pid, &status, 0) != pid) {
		perror("waitpid");
		return false;
	}
	return ended_well(test, status);
}

int main(void)
{
	int passed_count = 0;
	int failed_count = 0;

	for (const struct criterion_test *test = tests; test; test = test->next) {
		if (!test->run || test->disabled)
			continue;
		if (passes(test)) {
			passed_count++;
			continue;
		}
		failed_count++;
		fprintf(stderr, "FAILED: %s::%s\n", test->suite, test->name);
	}
	fprintf(stderr, "%d passed, %d failed\n", passed_count, failed_count);
	return failed_count || !passed_count;
}
