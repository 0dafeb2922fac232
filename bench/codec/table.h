/* SPDX-License-Identifier: MIT */
/*
 * table.h - the results of bench/codec, for people and for programs.
 */
#ifndef RINGCALL_BENCH_CODEC_TABLE_H
#define RINGCALL_BENCH_CODEC_TABLE_H

#include <stdio.h>

#include "bench/codec/compare.h"
#include "bench/machine.h"

void table_print(FILE *file, const struct compare_results *results, const struct machine *machine);

/* One JSON object; README.md says what each key means. */
void table_json(FILE *file, const struct compare_results *results, const struct machine *machine);

#endif
