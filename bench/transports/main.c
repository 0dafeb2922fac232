/* SPDX-License-Identifier: MIT */
/*
 * main.c - the benchmark of the transports: flags, the run, the report.
 *
 * Which transport carries a call is one string, given to rc_open(); all else of what is timed is
 * the same code, the same interface and the same Go functions.
 */
#include <stdlib.h>

#include "bench/clock.h"
#include "bench/flags.h"
#include "bench/machine.h"
#include "bench/program.h"
#include "bench/transports/report.h"
#include "bench/transports/rounds.h"

static const char purpose[] =
	"Measures calls from C to Go on each transport: the same calls to the same Go code,\n"
	"on the caller's own thread, through a ring in this process, and in a worker process.\n";

int main(int argument_count, char **arguments)
{
	static struct transports_results results;
	struct transports_options options;
	struct machine machine;
	struct flags flags;
	char *worker;
	FILE *json;

	flags_parse(argument_count, arguments, purpose, &flags);
	worker = program_worker_endpoint(flags.worker);
	json = flags_open_json(&flags);
	machine_read(&machine);

	options = (struct transports_options){
		.endpoints = { [TRANSPORT_CGO] = "cgo:",
			       [TRANSPORT_RING] = "ring:",
			       [TRANSPORT_WORKER] = worker },
		.run_ns = flags.seconds * NS_PER_S,
	};
	transports_run(&options, &results);

	transports_table(stdout, &results, &machine);
	if (json)
		transports_json(json, &results, &machine);
	flags_close_json(&flags, json);
	free(worker);
	return EXIT_SUCCESS;
}
