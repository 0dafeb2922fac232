/* SPDX-License-Identifier: MIT */
/*
 * report_json.c - the results as one flat JSON object.
 *
 * Units are in the names of the keys. README.md says what each key means.
 */
#include <stddef.h>

#include "bench/report.h"

/* A text as a JSON string. Control characters do not occur in names of machines; they are left
 * out. */
static void put_text(FILE *file, const char *key, const char *text)
{
	fprintf(file, "    \"%s\": \"", key);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', file);
		if ((unsigned char)*text >= ' ')
			fputc(*text, file);
	}
	fputs("\",\n", file);
}

void report_json_number(FILE *file, const char *key, double value)
{
	fprintf(file, "  \"%s\": %.6g,\n", key, value);
}

static void put_count(FILE *file, const char *key, uint64_t value)
{
	fprintf(file, "  \"%s\": %llu,\n", key, (unsigned long long)value);
}

void report_json_quantiles(FILE *file, const char *subject, const char *what,
			   const struct histogram *histogram)
{
	static const struct {
		const char *suffix;
		double quantile;
	} quantiles[] = { { "p50", 0.5 }, { "p99", 0.99 }, { "p999", 0.999 } };

	for (size_t index = 0; index < sizeof(quantiles) / sizeof(quantiles[0]); index++) {
		fprintf(file, "  \"%s_%s_%s\": %.6g,\n", subject, what, quantiles[index].suffix,
			histogram_quantile_ns(histogram, quantiles[index].quantile));
	}
}

static void put_round_trips(FILE *file, const struct outcome *outcomes)
{
	const struct outcome *floor = &outcomes[SUBJECT_FLOOR];

	report_json_number(file, "floor_rtt_ns", series_median(&floor->ns));
	report_json_number(file, "floor_rtt_ns_lowest", series_quantile(&floor->ns, 0));
	report_json_number(file, "floor_rtt_ns_highest", series_quantile(&floor->ns, 1));
	report_json_quantiles(file, "floor", "rtt_ns", &floor->histogram);
	report_json_number(file, "ring_sync_rtt_ns", series_median(&outcomes[SUBJECT_SYNC].ns));
	report_json_quantiles(file, "ring_sync", "rtt_ns", &outcomes[SUBJECT_SYNC].histogram);
	report_json_number(file, "ring_sync_ratio_floor",
			   series_median(&outcomes[SUBJECT_SYNC].floors));
	report_json_quantiles(file, "parked", "rtt_ns", &outcomes[SUBJECT_PARKED].histogram);
	report_json_quantiles(file, "futex", "rtt_ns", &outcomes[SUBJECT_FUTEX].histogram);
	report_json_quantiles(file, "one_cpu", "rtt_ns", &outcomes[SUBJECT_ONE_CPU].histogram);
	report_json_quantiles(file, "one_cpu_futex", "rtt_ns",
			      &outcomes[SUBJECT_ONE_CPU_FUTEX].histogram);
	report_json_quantiles(file, "unix_socket", "rtt_ns", &outcomes[SUBJECT_UNIX].histogram);
}

static void put_throughputs(FILE *file, const struct outcome *outcomes)
{
	static const struct {
		enum subject subject;
		const char *name;
	} subjects[] = {
		{ SUBJECT_IN_FLIGHT_1, "ring_inflight1" },
		{ SUBJECT_IN_FLIGHT_8, "ring_inflight8" },
		{ SUBJECT_IN_FLIGHT_32, "ring_inflight32" },
		{ SUBJECT_IN_FLIGHT_128, "ring_inflight128" },
		{ SUBJECT_IN_FLIGHT_512, "ring_inflight512" },
		{ SUBJECT_CGO, "cgo_bare" },
	};

	for (size_t index = 0; index < sizeof(subjects) / sizeof(subjects[0]); index++) {
		const struct outcome *outcome = &outcomes[subjects[index].subject];

		fprintf(file, "  \"%s_ns_per_call\": %.6g,\n", subjects[index].name,
			series_median(&outcome->ns));
		fprintf(file, "  \"%s_ratio_floor\": %.6g,\n", subjects[index].name,
			series_median(&outcome->floors));
	}
}

void report_json_end(FILE *file, const struct measurement *measurement,
		     const struct machine *machine)
{
	report_json_number(file, "other_processes_cpus", measurement->others_cpus);
	report_json_number(file, "stolen_cpus", measurement->stolen_cpus);
	put_count(file, "rounds", measurement->rounds);
	report_json_number(file, "seconds", measurement->seconds);
	fputs("  \"machine\": {\n", file);
	put_text(file, "cpu", machine->cpu);
	put_text(file, "kernel", machine->kernel);
	fprintf(file, "    \"cpus\": %u\n  }\n}\n", machine->cpus);
}

void report_json(FILE *file, const struct results *results, const struct machine *machine)
{
	fputs("{\n", file);
	put_round_trips(file, results->outcomes);
	put_throughputs(file, results->outcomes);
	report_json_number(file, "ring_inflight128_speedup_over_cgo",
			   series_median(&results->speedup_over_cgo));
	report_json_number(file, "epoll_calls_per_s",
			   1e9 / series_median(&results->outcomes[SUBJECT_LOOP].ns));
	report_json_number(file, "epoll_ratio_inflight",
			   series_median(&results->loop_beside_inflight));
	report_json_number(file, "parked_ratio_futex",
			   series_median(&results->parked_beside_futex));
	report_json_number(file, "one_cpu_ratio_futex",
			   series_median(&results->one_cpu_beside_futex));
	report_json_number(file, "parked_sleeps_per_call", results->parked_sleeps_a_call);
	put_count(file, "late_wakes",
		  results->stats.host_late_wakes + results->stats.worker_late_wakes);
	report_json_number(file, "oversubscribed_calls_per_second",
			   series_median(&results->oversubscribed_calls));
	report_json_number(file, "oversubscribed_slowest_share",
			   results->oversubscribed_slowest_share);
	report_json_number(file, "oversubscribed_fastest_share",
			   results->oversubscribed_fastest_share);
	report_json_number(file, "oversubscribed_slowest_share_of_a_slice",
			   series_quantile(&results->oversubscribed_slowest, 0));
	report_json_end(file, &results->measurement, machine);
}
