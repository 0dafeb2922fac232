/* SPDX-License-Identifier: MIT */
/*
 * flags.h - the command line, which all benchmarks have in common.
 */
#ifndef RINGCALL_BENCH_FLAGS_H
#define RINGCALL_BENCH_FLAGS_H

#include <stdint.h>
#include <stdio.h>

struct flags {
	uint64_t seconds;   /* --seconds N, or --quick */
	const char *json;   /* --json FILE, or NULL */
	const char *worker; /* --worker PATH, or NULL */
};

/* Parses the arguments. After --help, or an argument that is wrong, it prints the usage, in which
 * `purpose` says what is measured, and exits with status 0 or 2. */
void flags_parse(int count, char **arguments, const char *purpose, struct flags *flags);

/* Opens the file of --json, or returns NULL. Before the run, so that a bad path does not cost
 * one. */
FILE *flags_open_json(const struct flags *flags);

/* Closes it; NULL is allowed. */
void flags_close_json(const struct flags *flags, FILE *file);

#endif
