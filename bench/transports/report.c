/* SPDX-License-Identifier: MIT */
/*
 * report.c - one table with a column a transport, and the same figures as JSON.
 */
#include "bench/transports/report.h"

#include "bench/report.h"

/* What stands where a transport has no figure. */
static const char none[] = "-";

/* The names of the transports, in keys of the JSON and in the head of the table. */
static const char *const names[TRANSPORTS] = { "cgo", "ring", "worker" };

static void print_head(FILE *file, const struct transports_results *results,
		       const struct machine *machine)
{
	report_head(file, &results->measurement, machine,
		    ", each with all of the below; 16 bytes there, 16 bytes back, each answer "
		    "checked");
	report_disturbance(file, &results->measurement);
	fprintf(file, "\n%-28s %10s %10s %10s %10s\n", "", "no library",
		"cgo:", "ring:", "worker:PATH");
	fprintf(file, "%-28s %10s %10s %10s %10s\n", "where the Go code runs", "own thread",
		"own thread", "goroutine", "process");
}

static void print_line(FILE *file, const char *what, const char *bare,
		       const char *const cells[TRANSPORTS])
{
	fprintf(file, "%-28s %10s", what, bare);
	for (size_t index = 0; index < TRANSPORTS; index++)
		fprintf(file, " %10s", cells[index]);
	fputc('\n', file);
}

/* A line of quantiles of single synchronous calls. */
static void print_sync(FILE *file, const char *what, double quantile,
		       const struct transports_results *results)
{
	char bare[REPORT_CELL_BYTES], texts[TRANSPORTS][REPORT_CELL_BYTES];
	const char *cells[TRANSPORTS];

	for (size_t index = 0; index < TRANSPORTS; index++)
		cells[index] =
			report_duration(texts[index],
					histogram_quantile_ns(&results->transports[index].histogram,
							      quantile));
	report_duration(bare, histogram_quantile_ns(&results->bare, quantile));
	print_line(file, what, bare, cells);
}

/* The same calls, timed by the batch: without the cost of a clock. */
static void print_batches(FILE *file, const struct transports_results *results)
{
	char bare[REPORT_CELL_BYTES], texts[TRANSPORTS][REPORT_CELL_BYTES];
	const char *cells[TRANSPORTS];

	for (size_t index = 0; index < TRANSPORTS; index++)
		cells[index] = report_duration(texts[index],
					       series_median(&results->transports[index].sync_ns));
	report_duration(bare, series_median(&results->bare_ns));
	print_line(file, "one call at a time", bare, cells);
}

/* The other way: Go calls the host, from within a call of the host. */
static void print_back(FILE *file, const struct transports_results *results)
{
	char bare[REPORT_CELL_BYTES], texts[TRANSPORTS][REPORT_CELL_BYTES];
	const char *cells[TRANSPORTS];

	for (size_t index = 0; index < TRANSPORTS; index++)
		cells[index] = report_duration(texts[index],
					       series_median(&results->transports[index].back_ns));
	report_duration(bare, series_median(&results->to_c_ns));
	print_line(file, "Go calls the host", bare, cells);
	cells[TRANSPORT_CGO] =
		report_duration(texts[TRANSPORT_CGO], series_median(&results->leaf_ns));
	cells[TRANSPORT_RING] = cells[TRANSPORT_CGO];
	cells[TRANSPORT_WORKER] = none;
	print_line(file, "Go calls an RC_LEAF function", none, cells);
}

static void print_in_flight(FILE *file, size_t depth, const struct transports_results *results)
{
	char what[32], texts[TRANSPORTS][REPORT_CELL_BYTES];
	const char *cells[TRANSPORTS];

	for (size_t index = 0; index < TRANSPORTS; index++) {
		const struct series *ns = &results->transports[index].in_flight_ns[depth];

		cells[index] = ns->count ? report_duration(texts[index], series_median(ns)) : none;
	}
	snprintf(what, sizeof(what), "%u in flight, a call", transport_depths[depth]);
	print_line(file, what, none, cells);
}

static void print_crowd(FILE *file, size_t crowd, const struct transports_results *results)
{
	char what[32], texts[TRANSPORTS][REPORT_CELL_BYTES];
	const char *cells[TRANSPORTS];

	for (size_t index = 0; index < TRANSPORTS; index++) {
		const struct series *rate = &results->transports[index].calls_per_s[crowd];

		snprintf(texts[index], sizeof(texts[index]), "%.2f M/s", series_median(rate) / 1e6);
		cells[index] = texts[index];
	}
	snprintf(what, sizeof(what), "%u thread%s, all calls", transport_crowds[crowd],
		 transport_crowds[crowd] == 1 ? "" : "s");
	print_line(file, what, none, cells);
}

static unsigned long long late_wakes(const struct transports_results *results)
{
	return results->stats.host_late_wakes + results->stats.worker_late_wakes;
}

void transports_table(FILE *file, const struct transports_results *results,
		      const struct machine *machine)
{
	unsigned long long late = late_wakes(results);

	print_head(file, results, machine);
	print_batches(file, results);
	print_sync(file, "  half take at most", 0.5, results);
	print_sync(file, "  99 of 100 at most", 0.99, results);
	print_back(file, results);
	for (size_t depth = 0; depth < DEPTHS; depth++)
		print_in_flight(file, depth, results);
	for (size_t crowd = 0; crowd < CROWDS; crowd++)
		print_crowd(file, crowd, results);
	fprintf(file,
		"\nA typed call on cgo: takes %.1f ns more than a bare //export function called "
		"from C.\nGo makes %.1f RC_LEAF calls to C in the time of one by cgo.\n"
		"A worker's call to the host takes %.2f times as long as the host's to it.\n"
		"Late wake-ups: %llu%s.\n",
		series_median(&results->minus_bare_ns), series_median(&results->speedup),
		series_median(&results->back_ratio), late, late ? " (each is a defect)" : "");
}

/* NAMEwhatNUMBERunit, from the names of what is measured. */
static void put(FILE *file, const char *format, const char *name, uint32_t number, double value)
{
	char key[64];

	snprintf(key, sizeof(key), format, name, number);
	report_json_number(file, key, value);
}

static void put_transport(FILE *file, const char *name, const struct transport_results *results)
{
	for (size_t depth = 0; depth < DEPTHS; depth++) {
		const struct series *ns = &results->in_flight_ns[depth];

		if (ns->count)
			put(file, "%s_inflight%u_ns_per_call", name, transport_depths[depth],
			    series_median(ns));
	}
	for (size_t crowd = 0; crowd < CROWDS; crowd++)
		put(file, "%s_calls_per_s_%u", name, transport_crowds[crowd],
		    series_median(&results->calls_per_s[crowd]));
}

void transports_json(FILE *file, const struct transports_results *results,
		     const struct machine *machine)
{
	const struct transport_results *transports = results->transports;

	fputs("{\n", file);
	report_json_number(file, "cgo_bare_ns", series_median(&results->bare_ns));
	report_json_number(file, "cgo_typed_ns", series_median(&transports[TRANSPORT_CGO].sync_ns));
	report_json_number(file, "cgo_typed_minus_bare_ns", series_median(&results->minus_bare_ns));
	for (size_t index = 0; index < TRANSPORTS; index++) {
		const struct histogram *histogram = &transports[index].histogram;

		report_json_quantiles(file, names[index], "sync_ns", histogram);
		put_transport(file, names[index], &transports[index]);
	}
	report_json_number(file, "leaf_ns", series_median(&results->leaf_ns));
	report_json_number(file, "leaf_speedup_over_cgo", series_median(&results->speedup));
	report_json_number(file, "go_to_c_bare_ns", series_median(&results->to_c_ns));
	report_json_number(file, "cgo_to_host_ns",
			   series_median(&transports[TRANSPORT_CGO].back_ns));
	report_json_number(file, "ring_to_host_ns",
			   series_median(&transports[TRANSPORT_RING].back_ns));
	report_json_number(file, "worker_to_host_ns",
			   series_median(&transports[TRANSPORT_WORKER].back_ns));
	report_json_number(file, "worker_to_host_ratio_host_to_worker",
			   series_median(&results->back_ratio));
	report_json_number(file, "late_wakes", (double)late_wakes(results));
	report_json_end(file, &results->measurement, machine);
}
