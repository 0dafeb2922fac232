/* SPDX-License-Identifier: MIT */
/*
 * compare.c - the groups, and the order of things within a round.
 */
#include "bench/codec/compare.h"

#include "bench/clock.h"
#include "bench/report.h"

#define WARM_NS (300 * NS_PER_US)
#define SLICE_NS (3 * NS_PER_MS)

enum {
	MEMBERS_MAX = 4
};

struct group {
	enum codec_subject yardstick;
	enum codec_subject members[MEMBERS_MAX];
	uint32_t count;
};

static const struct group groups[] = {
	{ STRINGS_BY_HAND,
	  { STRINGS_RINGCALL, STRINGS_FLATBUFFERS, STRINGS_CAPNP, STRINGS_RINGCALL_GO },
	  4 },
	{ READ_RINGCALL, { READ_RINGCALL_GO, READ_FLATBUFFERS, READ_CAPNP, CLONE_RINGCALL_GO }, 4 },
	{ ARRAY_MEMCPY, { ARRAY_RINGCALL, ARRAY_FLATBUFFERS, ARRAY_CAPNP, ARRAY_IN_PLACE }, 4 },
	{ REPLY_COPIED, { REPLY_BUFFER }, 1 },
};

static double time_subject(enum codec_subject subject, struct compare_results *results)
{
	double ns = ours_slice_ns(subject, WARM_NS, SLICE_NS);

	series_add(&results->ns[subject], ns);
	return ns;
}

/* Odd rounds go through a group backwards, so that what one leaves behind does not always meet
 * the same other. */
static void run_group(const struct group *group, struct compare_results *results, double *ratios)
{
	double before_ns = time_subject(group->yardstick, results);

	ratios[group->yardstick] = 1;
	for (uint32_t place = 0; place < group->count; place++) {
		uint32_t member =
			results->measurement.rounds % 2 ? group->count - 1 - place : place;
		enum codec_subject subject = group->members[member];
		double ns = time_subject(subject, results);
		double after_ns = time_subject(group->yardstick, results);

		ratios[subject] = ns / ((before_ns + after_ns) / 2);
		series_add(&results->ratios[subject], ratios[subject]);
		before_ns = after_ns;
	}
}

static void run_round(struct compare_results *results)
{
	static const enum codec_subject others[][2] = {
		{ STRINGS_FLATBUFFERS, STRINGS_RINGCALL }, { STRINGS_CAPNP, STRINGS_RINGCALL },
		{ READ_FLATBUFFERS, READ_RINGCALL },       { READ_CAPNP, READ_RINGCALL },
		{ ARRAY_FLATBUFFERS, ARRAY_RINGCALL },     { ARRAY_CAPNP, ARRAY_RINGCALL },
	};
	double ratios[CODEC_SUBJECTS];

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		run_group(&groups[i], results, ratios);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		series_add(&results->to_ringcall[others[i][0]],
			   ratios[others[i][0]] / ratios[others[i][1]]);
	results->measurement.rounds++;
}

void compare_run(uint64_t run_ns, struct compare_results *results)
{
	uint64_t start_ns = clock_now_ns(), gone_ns;

	do {
		run_round(results);
		gone_ns = clock_now_ns() - start_ns;
		report_progress(results->measurement.rounds, gone_ns, run_ns);
	} while (gone_ns < run_ns);
	report_progress_end();
	results->measurement.seconds = (double)gone_ns / (double)NS_PER_S;
}
