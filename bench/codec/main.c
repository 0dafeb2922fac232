/* SPDX-License-Identifier: MIT */
/*
 * main.c - bench/codec: what it costs to encode and to check a message.
 */
#include <stdlib.h>

#include "bench/clock.h"
#include "bench/codec/compare.h"
#include "bench/codec/subject.h"
#include "bench/codec/table.h"
#include "bench/fail.h"
#include "bench/flags.h"
#include "bench/machine.h"
#include "bench/program.h"

static const char purpose[] =
	"Measures what it costs to make and to check messages, beside C by hand, memcpy,\n"
	"FlatBuffers and Cap'n Proto.\n";

int main(int argument_count, char **arguments)
{
	static struct compare_results results;
	struct machine_load load;
	struct machine machine;
	struct flags flags;
	char *worker;
	FILE *json;

	flags_parse(argument_count, arguments, purpose, &flags);
	worker = flags.worker ? program_user_path(flags.worker) : program_find("codec_worker");
	json = flags_open_json(&flags);
	machine_read(&machine);
	machine_load_begin(&load);
	clock_calibrate();

	ours_open(worker);
	compare_run(flags.seconds * NS_PER_S, &results);
	results.late_wakes = ours_close();
	machine_load_end(&load, &results.measurement);
	fail_watch(NULL);

	table_print(stdout, &results, &machine);
	if (json)
		table_json(json, &results, &machine);
	flags_close_json(&flags, json);
	free(worker);
	return EXIT_SUCCESS;
}
