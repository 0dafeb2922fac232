/* SPDX-License-Identifier: MIT */
/*
 * ring.c - the benchmark's main: flags, the run, the report.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

#include "bench/clock.h"
#include "bench/flags.h"
#include "bench/machine.h"
#include "bench/program.h"
#include "bench/report.h"
#include "bench/rounds.h"

static const char purpose[] =
	"Measures calls from C to Go through shared memory, beside what the machine takes for\n"
	"a cache line, a futex, a unix socket and a cgo call.\n";

int main(int argument_count, char **arguments)
{
	static struct results results;
	struct rounds_options options;
	struct machine machine;
	struct flags flags;
	char *endpoint, *cgo_helper;
	FILE *json;

	flags_parse(argument_count, arguments, purpose, &flags);
	endpoint = program_worker_endpoint(flags.worker);
	cgo_helper = program_find("ring_cgo");
	json = flags_open_json(&flags);
	machine_read(&machine);

	options = (struct rounds_options){ .endpoint = endpoint,
					   .cgo_helper = cgo_helper,
					   .run_ns = flags.seconds * NS_PER_S };
	rounds_run(&options, &results);

	report_table(stdout, &results, &machine);
	if (json)
		report_json(json, &results, &machine);
	flags_close_json(&flags, json);
	free(cgo_helper);
	free(endpoint);
	return EXIT_SUCCESS;
}
