/* SPDX-License-Identifier: MIT */
/*
 * report.h - the results, for people and for programs.
 */
#ifndef RINGCALL_BENCH_REPORT_H
#define RINGCALL_BENCH_REPORT_H

#include <stdio.h>

#include "bench/machine.h"
#include "bench/rounds.h"

/* Prints the table. */
void report_table(FILE *file, const struct results *results, const struct machine *machine);

/* Writes one JSON object; README.md says what each key means. */
void report_json(FILE *file, const struct results *results, const struct machine *machine);

#endif
