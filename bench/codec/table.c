/* SPDX-License-Identifier: MIT */
/*
 * table.c - a line a subject; titles, names of keys and meanings.
 */
#include "bench/codec/table.h"

#include "bench/codec/content.h"
#include "bench/report.h"

struct line {
	enum codec_subject subject;
	const char *key;   /* KEY_ns */
	const char *ratio; /* the ratio's key; NULL: not told */
	const char *what;
	const char *meaning;
};

static const struct line strings_lines[] = {
	{ STRINGS_BY_HAND, "codec_strings_handwritten", NULL, "C by hand",
	  "three memcpy a record, into one buffer; checks nothing" },
	{ STRINGS_RINGCALL, "codec_strings", "codec_strings_ratio_handwritten", "ringcall, C",
	  "a request: checked, sized, in payload space, written" },
	{ STRINGS_RINGCALL_GO, "codec_strings_go", "codec_strings_go_ratio_handwritten",
	  "ringcall, Go", "a reply" },
	{ STRINGS_FLATBUFFERS, "flatbuffers_strings", "flatbuffers_strings_ratio_handwritten",
	  "FlatBuffers, C++", "a builder that is used again" },
	{ STRINGS_CAPNP, "capnp_strings", "capnp_strings_ratio_handwritten", "Cap'n Proto, C++",
	  "one segment that is there already" },
};

static const struct line read_lines[] = {
	{ READ_RINGCALL, "codec_read", NULL, "ringcall, C", "a reply: copied arrays, all checked" },
	{ READ_RINGCALL_GO, "codec_read_go", "codec_read_go_ratio_c", "ringcall, Go",
	  "a request, the same way" },
	{ READ_FLATBUFFERS, "flatbuffers_read", NULL, "FlatBuffers, C++",
	  "Verifier, then reading" },
	{ READ_CAPNP, "capnp_read", NULL, "Cap'n Proto, C++",
	  "pointers are checked when followed" },
	{ CLONE_RINGCALL_GO, "codec_clone_go", "codec_clone_go_ratio_read_c", "Clone(), Go",
	  "all of it to the Go heap, and read" },
};

static const struct line array_lines[] = {
	{ ARRAY_MEMCPY, "codec_array_memcpy", NULL, "memcpy", "into payload space" },
	{ ARRAY_RINGCALL, "codec_array", "codec_array_ratio_memcpy", "ringcall, C", "a request" },
	{ ARRAY_FLATBUFFERS, "flatbuffers_array", "flatbuffers_array_ratio_memcpy",
	  "FlatBuffers, C++", "" },
	{ ARRAY_CAPNP, "capnp_array", "capnp_array_ratio_memcpy", "Cap'n Proto, C++",
	  "clears its segment for the next message" },
	{ ARRAY_IN_PLACE, "codec_array_in_place", NULL, "ringcall, rc_alloc()",
	  "the array lies in payload space: not copied" },
};

static const struct line reply_lines[] = {
	{ REPLY_COPIED, "codec_reply_copied", NULL, "from Go's own memory", "filled, then copied" },
	{ REPLY_BUFFER, "codec_reply_buffer", "codec_reply_buffer_ratio_copied",
	  "ringcall.Buffer()", "filled in place" },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void print_lines(FILE *file, const struct compare_results *results, const struct line *lines,
			size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct series *ratios = &results->ratios[lines[i].subject];
		char cell[REPORT_CELL_BYTES], ratio[REPORT_CELL_BYTES] = "1";

		if (ratios->count)
			snprintf(ratio, sizeof(ratio), "%.3g", series_median(ratios));
		fprintf(file, "%-22s %9s %9s%s%s\n", lines[i].what,
			report_duration(cell, series_median(&results->ns[lines[i].subject])), ratio,
			*lines[i].meaning ? "  " : "", lines[i].meaning);
	}
}

static void print_title(FILE *file, const char *title, const char *column)
{
	fprintf(file, "\n%s\n%-22s %9s %9s\n", title, "", "time", column);
}

void table_print(FILE *file, const struct compare_results *results, const struct machine *machine)
{
	const struct content *content = content_get();
	char title[128];

	report_head(file, &results->measurement, machine,
		    ", each with all of the below; every result checked. Ratios are medians of "
		    "rounds");
	report_disturbance(file, &results->measurement);
	snprintf(title, sizeof(title), "Encoding %u records of three strings, %llu bytes of text",
		 CONTENT_RECORDS, (unsigned long long)content->string_bytes - 3 * CONTENT_RECORDS);
	print_title(file, title, "by hand");
	print_lines(file, results, strings_lines, COUNT(strings_lines));
	print_title(file, "Checking that message and reading every string", "ringcall");
	print_lines(file, results, read_lines, COUNT(read_lines));
	print_title(file, "Encoding an array of 1 MiB", "memcpy");
	print_lines(file, results, array_lines, COUNT(array_lines));
	print_title(file, "A call, both sides sleeping, whose reply is 1 MiB", "copied");
	print_lines(file, results, reply_lines, COUNT(reply_lines));
}

static void put_lines(FILE *file, const struct compare_results *results, const struct line *lines,
		      size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char key[64];

		snprintf(key, sizeof(key), "%s_ns", lines[i].key);
		report_json_number(file, key, series_median(&results->ns[lines[i].subject]));
		if (lines[i].ratio)
			report_json_number(file, lines[i].ratio,
					   series_median(&results->ratios[lines[i].subject]));
		if (!results->to_ringcall[lines[i].subject].count)
			continue;
		snprintf(key, sizeof(key), "%s_ratio_ringcall", lines[i].key);
		report_json_number(file, key,
				   series_median(&results->to_ringcall[lines[i].subject]));
	}
}

void table_json(FILE *file, const struct compare_results *results, const struct machine *machine)
{
	fputs("{\n", file);
	put_lines(file, results, strings_lines, COUNT(strings_lines));
	put_lines(file, results, read_lines, COUNT(read_lines));
	put_lines(file, results, array_lines, COUNT(array_lines));
	put_lines(file, results, reply_lines, COUNT(reply_lines));
	report_json_number(file, "late_wakes", (double)results->late_wakes);
	report_json_end(file, &results->measurement, machine);
}
