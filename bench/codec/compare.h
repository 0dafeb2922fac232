/* SPDX-License-Identifier: MIT */
/*
 * compare.h - all subjects in turn, many times over, each beside the yardstick of its group.
 *
 * Before and after each subject its group's yardstick is timed, and the subject divided by the mean
 * of both; the result is the median of the rounds. So a machine that changes its speed in the
 * middle of a run changes both.
 */
#ifndef RINGCALL_BENCH_CODEC_COMPARE_H
#define RINGCALL_BENCH_CODEC_COMPARE_H

#include <stdint.h>

#include "bench/codec/subject.h"
#include "bench/machine.h"
#include "bench/stats.h"

struct compare_results {
	struct series ns[CODEC_SUBJECTS];
	struct series ratios[CODEC_SUBJECTS];      /* to the group's yardstick */
	struct series to_ringcall[CODEC_SUBJECTS]; /* of others, to the same work of ringcall */
	uint64_t late_wakes;
	struct measurement measurement;
};

/* Makes rounds for run_ns, at least one. *results is all zero before. */
void compare_run(uint64_t run_ns, struct compare_results *results);

#endif
