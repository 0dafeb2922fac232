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

/* Whether it is a suite: what TestSuite() said. */
static bool is_suite(const struct criterion_test *test)
{
	return !test->run && !test->run_with;
}

/* What TestSuite() said of the test's suite, or no options. */
static const struct criterion_test *suite_of(const struct criterion_test *test)
{
	static const struct criterion_test none;

	for (const struct criterion_test *suite = tests; suite; suite = suite->next) {
		if (is_suite(suite) && !strcmp(suite->suite, test->suite))
			return suite;
	}
	return &none;
}

static void call(void (*function)(void))
{
	if (function)
		function();
}

static _Noreturn void run(const struct criterion_test *test, void *parameter)
{
	const struct criterion_test *suite = suite_of(test);

	if (test->timeout > 0)
		alarm((unsigned)ceil(test->timeout));
	call(suite->init);
	call(test->init);
	if (test->run)
		test->run();
	else
		test->run_with(parameter);
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

static bool passes(const struct criterion_test *test, void *parameter)
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
		run(test, parameter);
	if (waitpid(pid, &status, 0) != pid) {
		perror("waitpid");
		return false;
	}
	return ended_well(test, status);
}

static struct {
	int passed;
	int failed;
} counts;

/* Runs it with its parameter of this index. */
static void count(const struct criterion_test *test, void *parameter, size_t index)
{
	if (passes(test, parameter)) {
		counts.passed++;
		return;
	}
	counts.failed++;
	fprintf(stderr, "FAILED: %s::%s", test->suite, test->name);
	if (parameter)
		fprintf(stderr, " with parameter %zu", index);
	fputc('\n', stderr);
}

static void count_each(const struct criterion_test *test)
{
	struct criterion_parameters parameters = test->parameters();

	for (size_t index = 0; index < parameters.count; index++)
		count(test, parameters.array + index * parameters.element_bytes, index);
}

int main(void)
{
	for (const struct criterion_test *test = tests; test; test = test->next) {
		if (is_suite(test) || test->disabled)
			continue;
		if (test->parameters)
			count_each(test);
		else
			count(test, NULL, 0);
	}
	fprintf(stderr, "%d passed, %d failed\n", counts.passed, counts.failed);
	return counts.failed || !counts.passed;
}
