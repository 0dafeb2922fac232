/* SPDX-License-Identifier: MIT */
/*
 * flags.c - from the command line to struct flags, or to the usage.
 */
#define _GNU_SOURCE
#include "bench/flags.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

#include "bench/fail.h"
#include "bench/program.h"

enum {
	SECONDS_DEFAULT = 30,
	SECONDS_QUICK = 8,
	SECONDS_MAX = 86400,
	EXIT_USAGE = 2
};

static void print_usage(FILE *file, const char *purpose)
{
	fprintf(file,
		"usage: %s [--seconds N | --quick] [--json FILE] [--worker PATH]\n"
		"\n"
		"%s"
		"\n"
		"  --seconds N    how long to measure, 1 to %d; default %d\n"
		"  --quick        the same as --seconds %d\n"
		"  --json FILE    write the results to FILE as well\n"
		"  --worker PATH  another worker than the one built with this program\n"
		"  --help         this text\n",
		program_invocation_short_name, purpose, SECONDS_MAX, SECONDS_DEFAULT,
		SECONDS_QUICK);
}

static _Noreturn void wrong_usage(const char *purpose, const char *why, const char *argument)
{
	if (why)
		fprintf(stderr, "%s: %s: \"%s\"\n", program_invocation_short_name, why, argument);
	print_usage(stderr, purpose);
	exit(EXIT_USAGE);
}

static uint64_t parse_seconds(const char *purpose, const char *text)
{
	char *end;
	long seconds = strtol(text, &end, 10);

	if (end == text || *end || seconds < 1 || seconds > SECONDS_MAX)
		wrong_usage(purpose, "--seconds wants a whole number from 1 to 86400", text);
	return (uint64_t)seconds;
}

void flags_parse(int count, char **arguments, const char *purpose, struct flags *flags)
{
	static const struct option options[] = {
		{ "seconds", required_argument, NULL, 's' },
		{ "quick", no_argument, NULL, 'q' },
		{ "json", required_argument, NULL, 'j' },
		{ "worker", required_argument, NULL, 'w' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int option;

	*flags = (struct flags){ .seconds = SECONDS_DEFAULT };
	while ((option = getopt_long(count, arguments, "", options, NULL)) != -1) {
		switch (option) {
		case 's':
			flags->seconds = parse_seconds(purpose, optarg);
			break;
		case 'q':
			flags->seconds = SECONDS_QUICK;
			break;
		case 'j':
			flags->json = optarg;
			break;
		case 'w':
			flags->worker = optarg;
			break;
		case 'h':
			print_usage(stdout, purpose);
			exit(EXIT_SUCCESS);
		default:
			wrong_usage(purpose, NULL, NULL);
		}
	}
	if (optind < count)
		wrong_usage(purpose, "unexpected argument", arguments[optind]);
}

FILE *flags_open_json(const struct flags *flags)
{
	char *path;
	FILE *file;

	if (!flags->json)
		return NULL;
	path = program_user_path(flags->json);
	file = fopen(path, "we");

	if (!file)
		fail_errno("opening \"%s\" for the results", path);
	free(path);
	return file;
}

void flags_close_json(const struct flags *flags, FILE *file)
{
	if (file && fclose(file))
		fail_errno("writing \"%s\"", flags->json);
}
