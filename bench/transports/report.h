/* SPDX-License-Identifier: MIT */
/*
 * report.h - what was found of the transports, for people and for programs.
 */
#ifndef RINGCALL_BENCH_TRANSPORTS_REPORT_H
#define RINGCALL_BENCH_TRANSPORTS_REPORT_H

#include <stdio.h>

#include "bench/machine.h"
#include "bench/transports/rounds.h"

/* Prints the table. */
void transports_table(FILE *file, const struct transports_results *results,
		      const struct machine *machine);

/* Writes one JSON object; bench/README.md says what each key means. */
void transports_json(FILE *file, const struct transports_results *results,
		     const struct machine *machine);

#endif
