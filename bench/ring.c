/* SPDX-License-Identifier: MIT */
/*
 * ring.c - the benchmark's main: flags, the run, the report.
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/clock.h"
#include "bench/fail.h"
#include "bench/machine.h"
#include "bench/program.h"
#include "bench/report.h"
#include "bench/rounds.h"

enum {
	SECONDS_DEFAULT = 30,
	SECONDS_QUICK = 8,
	SECONDS_MAX = 86400,
	EXIT_USAGE = 2
};

static const char usage[] =
	"usage: ring [--seconds N | --quick] [--json FILE] [--worker PATH]\n"
	"\n"
	"Measures calls from C to Go through shared memory, beside what the machine takes for\n"
	"a cache line, a futex, a unix socket and a cgo call.\n"
	"\n"
	"  --seconds N    how long to measure, 1 to 86400; default 30\n"
	"  --quick        the same as --seconds 8\n"
	"  --json FILE    write the results to FILE as well\n"
	"  --worker PATH  another worker than the one built with this program\n"
	"  --help         this text\n";

struct flags {
	uint64_t seconds;
	const char *json;
	const char *worker;
};

static _Noreturn void wrong_usage(const char *why, const char *argument)
{
	if (why)
		fprintf(stderr, "ring: %s: \"%s\"\n", why, argument);
	fputs(usage, stderr);
	exit(EXIT_USAGE);
}

static uint64_t parse_seconds(const char *text)
{
	char *end;
	long seconds = strtol(text, &end, 10);

	if (end == text || *end || seconds < 1 || seconds > SECONDS_MAX)
		wrong_usage("--seconds wants a whole number from 1 to 86400", text);
	return (uint64_t)seconds;
}

static void parse_flags(int count, char **arguments, struct flags *flags)
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
			flags->seconds = parse_seconds(optarg);
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
			fputs(usage, stdout);
			exit(EXIT_SUCCESS);
		default:
			wrong_usage(NULL, NULL);
		}
	}
	if (optind < count)
		wrong_usage("unexpected argument", arguments[optind]);
}

/* Before the run, so that a bad path does not cost one. */
static FILE *open_json(const char *name)
{
	char *path = program_user_path(name);
	FILE *file = fopen(path, "we");

	if (!file)
		fail_errno("opening \"%s\" for the results", path);
	free(path);
	return file;
}

int main(int argument_count, char **arguments)
{
	static struct results results;
	struct rounds_options options;
	struct machine machine;
	struct flags flags;
	char *worker, *cgo_helper;
	FILE *json = NULL;

	parse_flags(argument_count, arguments, &flags);
	worker = flags.worker ? program_user_path(flags.worker) : program_find("ring_worker");
	cgo_helper = program_find("ring_cgo");
	if (flags.json)
		json = open_json(flags.json);
	machine_read(&machine);

	options = (struct rounds_options){ .worker = worker,
					   .cgo_helper = cgo_helper,
					   .run_ns = flags.seconds * NS_PER_S,
					   .progress = isatty(STDERR_FILENO) };
	rounds_run(&options, &results);

	report_table(stdout, &results, &machine);
	if (json) {
		report_json(json, &results, &machine);
		if (fclose(json))
			fail_errno("writing \"%s\"", flags.json);
	}
	free(cgo_helper);
	free(worker);
	return EXIT_SUCCESS;
}
