/* SPDX-License-Identifier: MIT */
/*
 * report.c - a table with a column a quantile, and the same figures as JSON.
 */
#include "bench/latency/latency.h"
#include "bench/report.h"

static const struct {
	const char *head;
	const char *key;
	double quantile;
} quantiles[] = {
	{ "p50", "p50", 0.5 },
	{ "p99", "p99", 0.99 },
	{ "p99.9", "p999", 0.999 },
	{ "p99.99", "p9999", 0.9999 },
};

enum {
	QUANTILES = sizeof(quantiles) / sizeof(quantiles[0])
};

static void print_line(FILE *file, const char *what, const struct latency_calls *calls)
{
	char cell[REPORT_CELL_BYTES];

	fprintf(file, "%-34s", what);
	for (size_t index = 0; index < QUANTILES; index++)
		fprintf(file, " %8s",
			report_duration(cell, histogram_quantile_ns(&calls->histogram,
								    quantiles[index].quantile)));
	fprintf(file, " %8s\n", report_duration(cell, (double)calls->longest_ns));
}

static unsigned long long late_wakes(const struct latency_results *results)
{
	return results->stats.host_late_wakes + results->stats.worker_late_wakes;
}

static void print_longest(FILE *file, const struct latency_results *results)
{
	char without[REPORT_CELL_BYTES], with[REPORT_CELL_BYTES];

	fprintf(file,
		"\nThe longest call of a bundle takes %s, beside a sleeper %s (medians of the "
		"bundles).\n",
		report_duration(without, series_median(&results->bundled_longest_ns)),
		report_duration(with, series_median(&results->beside_sleeper_longest_ns)));
}

void latency_table(FILE *file, const struct latency_results *results, const struct machine *machine)
{
	report_head(file, &results->measurement, machine,
		    "; every call timed by itself, every answer checked");
	report_disturbance(file, &results->measurement);
	fprintf(file, "\n%-34s", "");
	for (size_t index = 0; index < QUANTILES; index++)
		fprintf(file, " %8s", quantiles[index].head);
	fprintf(file, " %8s\n", "longest");
	print_line(file, "synchronous calls", &results->quiet);
	print_line(file, "  while Go allocates 1 GB/s", &results->littered);
	print_line(file, "bundles of 1,000 calls", &results->bundled);
	print_line(file, "  beside one that sleeps for 1 s", &results->beside_sleeper);
	print_longest(file, results);
	fprintf(file, "%u garbage collections, %u sleepers, %llu late wake-ups.\n",
		results->collections, results->bundles, late_wakes(results));
}

static void put_calls(FILE *file, const char *name, const struct latency_calls *calls)
{
	char key[64];

	for (size_t index = 0; index < QUANTILES; index++) {
		snprintf(key, sizeof(key), "%s_ns_%s", name, quantiles[index].key);
		report_json_number(file, key,
				   histogram_quantile_ns(&calls->histogram,
							 quantiles[index].quantile));
	}
	snprintf(key, sizeof(key), "%s_ns_p100", name);
	report_json_number(file, key, (double)calls->longest_ns);
}

void latency_json(FILE *file, const struct latency_results *results, const struct machine *machine)
{
	fputs("{\n", file);
	put_calls(file, "sync", &results->quiet);
	put_calls(file, "sync_1gbps", &results->littered);
	put_calls(file, "bundle", &results->bundled);
	put_calls(file, "beside_sleeper", &results->beside_sleeper);
	report_json_number(file, "bundle_longest_ns", series_median(&results->bundled_longest_ns));
	report_json_number(file, "beside_sleeper_longest_ns",
			   series_median(&results->beside_sleeper_longest_ns));
	report_json_number(file, "collections", results->collections);
	report_json_number(file, "sleepers", results->bundles);
	report_json_number(file, "late_wakes", (double)late_wakes(results));
	report_json_end(file, &results->measurement, machine);
}
