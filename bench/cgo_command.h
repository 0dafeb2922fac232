/* SPDX-License-Identifier: MIT */
/*
 * cgo_command.h - what the benchmark and its cgo helper say to each other, through two pipes.
 */
#ifndef RINGCALL_BENCH_CGO_COMMAND_H
#define RINGCALL_BENCH_CGO_COMMAND_H

#include <stdint.h>

/* To the helper's standard input: time calls. */
struct cgo_command {
	uint64_t warm_ns;
	uint64_t slice_ns;
};

/* From its standard output: what was timed. */
struct cgo_result {
	uint64_t calls;
	uint64_t elapsed_ns;
	uint64_t wrong; /* answers that were not what they had to be */
};

#endif
