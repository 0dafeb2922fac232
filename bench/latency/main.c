/* SPDX-License-Identifier: MIT */
/*
 * main.c - the benchmark of latency: flags, the run, the report.
 */
#include <stdlib.h>

#include "bench/clock.h"
#include "bench/flags.h"
#include "bench/latency/latency.h"
#include "bench/program.h"

static const char purpose[] =
	"Measures what single calls from C to a Go worker take when Go collects garbage,\n"
	"and when one call of the same client sleeps for a second.\n";

int main(int argument_count, char **arguments)
{
	static struct latency_results results;
	struct latency_options options;
	struct machine machine;
	struct flags flags;
	char *worker;
	FILE *json;

	flags_parse(argument_count, arguments, purpose, &flags);
	worker = program_worker_endpoint(flags.worker);
	json = flags_open_json(&flags);
	machine_read(&machine);

	options =
		(struct latency_options){ .endpoint = worker, .run_ns = flags.seconds * NS_PER_S };
	latency_run(&options, &results);

	latency_table(stdout, &results, &machine);
	if (json)
		latency_json(json, &results, &machine);
	flags_close_json(&flags, json);
	free(worker);
	return EXIT_SUCCESS;
}
