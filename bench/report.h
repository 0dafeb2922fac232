/* SPDX-License-Identifier: MIT */
/*
 * report.h - the results, for people and for programs.
 */
#ifndef RINGCALL_BENCH_REPORT_H
#define RINGCALL_BENCH_REPORT_H

#include <stdio.h>

#include "bench/machine.h"
#include "bench/rounds.h"

/* The widest cell of a duration. */
enum {
	REPORT_CELL_BYTES = 16
};

/* Prints the table. */
void report_table(FILE *file, const struct results *results, const struct machine *machine);

/* Writes one JSON object; README.md says what each key means. */
void report_json(FILE *file, const struct results *results, const struct machine *machine);

/* Writes a duration to `cell`, which it returns: three digits and a unit. */
const char *report_duration(char cell[REPORT_CELL_BYTES], double ns);

/* Prints the machine, and how much of what was measured. */
void report_head(FILE *file, const struct measurement *measurement, const struct machine *machine,
		 const char *of_what);

/* Prints a line only where others used so much of the CPUs that the figures are of little worth. */
void report_disturbance(FILE *file, const struct measurement *measurement);

/* A line on stderr that follows the rounds, if that is a terminal; and its end. */
void report_progress(uint32_t rounds, uint64_t gone_ns, uint64_t run_ns);
void report_progress_end(void);

/* Write one member of the JSON object and a comma, three of them named SUBJECT_WHAT_p50 and so on,
 * or what every report has in the end: how it was measured, the machine, and the object's end. */
void report_json_number(FILE *file, const char *key, double value);
void report_json_quantiles(FILE *file, const char *subject, const char *what,
			   const struct histogram *histogram);
void report_json_end(FILE *file, const struct measurement *measurement,
		     const struct machine *machine);

#endif
