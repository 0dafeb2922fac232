/* SPDX-License-Identifier: MIT */
/*
 * fail.c - the messages of a benchmark that gives up, and the alarm that finds it stuck.
 */
#define _GNU_SOURCE
#include "bench/fail.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	STUCK_SECONDS = 30
};

/* Written by the main thread, read by the signal's handler. */
static const char *volatile watched;

static void print(const char *format, va_list arguments)
{
	fflush(stdout);
	/* Over the progress line, if there is one. */
	fprintf(stderr, "%s%s: ", isatty(STDERR_FILENO) ? "\r\033[K" : "",
		program_invocation_short_name);
	vfprintf(stderr, format, arguments);
}

void fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print(format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(EXIT_FAILURE);
}

void fail_errno(const char *format, ...)
{
	int error = errno;
	va_list arguments;

	va_start(arguments, format);
	print(format, arguments);
	va_end(arguments);
	fprintf(stderr, ": %s\n", strerror(error));
	exit(EXIT_FAILURE);
}

/* Only what a handler may call. */
static void say(const char *text)
{
	ssize_t ignored = write(STDERR_FILENO, text, strlen(text));

	(void)ignored;
}

static void stuck(int signal_number)
{
	(void)signal_number;
	say("\n");
	say(program_invocation_short_name);
	say(": stuck for 30 s in: ");
	say(watched);
	say("\n");
	_exit(EXIT_FAILURE);
}

void fail_watch(const char *what)
{
	struct sigaction action = { .sa_handler = stuck };

	if (!watched)
		sigaction(SIGALRM, &action, NULL);
	if (what)
		watched = what;
	alarm(what ? STUCK_SECONDS : 0);
}
