/* SPDX-License-Identifier: MIT */
/*
 * report.c - the table.
 */
#include "bench/report.h"

#include <unistd.h>

#include "bench/clock.h"

/* A line of the table. */
struct line {
	enum subject subject;
	const char *what;
	const char *meaning;
};

static const struct line round_trips[] = {
	{ SUBJECT_FLOOR, "floor",
	  "a cache line to another process and back: the hardware's limit" },
	{ SUBJECT_SYNC, "call to a Go worker", "swap(&in, &out) in C, answered by Go, checked" },
	{ SUBJECT_PARKED, "call, both sides asleep", "the same when nobody spins" },
	{ SUBJECT_FUTEX, "futex, both sides asleep",
	  "two C processes wake each other; no message" },
	{ SUBJECT_ONE_CPU, "call, both on one CPU", "the same with RC_CPU_SHARED" },
	{ SUBJECT_ONE_CPU_FUTEX, "futex, both on one CPU", "the two C processes on one CPU" },
	{ SUBJECT_UNIX, "unix socket", "two C processes, 16 bytes each way; no encoding" },
};

static const struct line throughputs[] = {
	{ SUBJECT_IN_FLIGHT_1, "1 call in flight", "asynchronous: always so many on their way" },
	{ SUBJECT_IN_FLIGHT_8, "8 calls in flight", "" },
	{ SUBJECT_IN_FLIGHT_32, "32 calls in flight", "" },
	{ SUBJECT_IN_FLIGHT_128, "128 calls in flight", "" },
	{ SUBJECT_IN_FLIGHT_512, "512 calls in flight",
	  "as many as a client has slots by default" },
	{ SUBJECT_LOOP, "512, from an event loop",
	  "epoll looks at all descriptors in each turn; it sleeps between" },
	{ SUBJECT_CGO, "cgo call", "C calls an //export function of Go in one process" },
};

/* What others may use of the CPUs before a run counts as disturbed. */
#define DISTURBED_CPUS 0.1

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const char *report_duration(char cell[REPORT_CELL_BYTES], double ns)
{
	static const struct {
		const char *name;
		double ns;
	} units[] = { { "ns", 1 }, { "us", 1e3 }, { "ms", 1e6 }, { "s", 1e9 } };
	size_t unit = 0;
	double value = ns;

	while (value >= 999.5 && unit + 1 < COUNT(units))
		value = ns / units[++unit].ns;
	snprintf(cell, REPORT_CELL_BYTES, "%.*f %s", value < 9.995 ? 2 : value < 99.95, value,
		 units[unit].name);
	return cell;
}

void report_head(FILE *file, const struct measurement *measurement, const struct machine *machine,
		 const char *of_what)
{
	fprintf(file, "%s, %u CPUs, %s\n", machine->cpu, machine->cpus, machine->kernel);
	fprintf(file, "%u rounds in %.0f s%s.\n", measurement->rounds, measurement->seconds,
		of_what);
}

static void print_head(FILE *file, const struct results *results, const struct machine *machine)
{
	const struct series *floor = &results->outcomes[SUBJECT_FLOOR].ns;
	char low[REPORT_CELL_BYTES], high[REPORT_CELL_BYTES];

	report_head(file, &results->measurement, machine,
		    ", each with all of the below; 16 bytes there, 16 bytes back, each answer "
		    "checked");
	fprintf(file,
		"The floor was %s to %s: such a machine changes its speed, so compare by the "
		"column \"floors\".\n",
		report_duration(low, series_quantile(floor, 0.05)),
		report_duration(high, series_quantile(floor, 0.95)));
}

void report_disturbance(FILE *file, const struct measurement *measurement)
{
	double busy_cpus = measurement->others_cpus + measurement->stolen_cpus;

	if (busy_cpus < DISTURBED_CPUS)
		return;
	fprintf(file, "DISTURBED: others used %.1f CPUs meanwhile; repeat it on a quiet machine.\n",
		busy_cpus);
}

static void print_round_trip(FILE *file, const struct line *line, const struct results *results)
{
	const struct outcome *outcome = &results->outcomes[line->subject];
	char p50[REPORT_CELL_BYTES], p99[REPORT_CELL_BYTES], p999[REPORT_CELL_BYTES],
		floors[REPORT_CELL_BYTES] = "";

	if (line->subject == SUBJECT_FLOOR)
		snprintf(floors, sizeof(floors), "1");
	else if (outcome->floors.count)
		snprintf(floors, sizeof(floors), "%.2f", series_median(&outcome->floors));
	fprintf(file, "%-25s %8s %8s %8s %8s  %s\n", line->what,
		report_duration(p50, histogram_quantile_ns(&outcome->histogram, 0.5)),
		report_duration(p99, histogram_quantile_ns(&outcome->histogram, 0.99)),
		report_duration(p999, histogram_quantile_ns(&outcome->histogram, 0.999)), floors,
		line->meaning);
}

static void print_throughput(FILE *file, const struct line *line, const struct results *results)
{
	const struct outcome *outcome = &results->outcomes[line->subject];
	double ns = series_median(&outcome->ns);
	char cell[REPORT_CELL_BYTES];

	fprintf(file, "%-25s %8s %17.*f %8.2f  %s\n", line->what, report_duration(cell, ns),
		ns > 100 ? 2 : 1, 1e3 / ns, series_median(&outcome->floors), line->meaning);
}

static void print_rest(FILE *file, const struct results *results)
{
	unsigned long long late = results->stats.host_late_wakes + results->stats.worker_late_wakes;

	fprintf(file,
		"\n%u threads, a client each: %.2f M calls/s in all; the slowest thread made "
		"%.1f %%, the fastest %.1f %% (fair: %.1f %%).\n",
		OVERSUBSCRIBED_THREADS, series_median(&results->oversubscribed_calls) / 1e6,
		100 * results->oversubscribed_slowest_share,
		100 * results->oversubscribed_fastest_share, 100.0 / OVERSUBSCRIBED_THREADS);
	fprintf(file,
		"128 calls in flight are %.1f times as fast a call as cgo. 512 from an event loop "
		"take %.2f times as long as without one.\nA parked call takes %.2f times the futex "
		"round trip, on one CPU %.2f times.\n",
		series_median(&results->speedup_over_cgo),
		series_median(&results->loop_beside_inflight),
		series_median(&results->parked_beside_futex),
		series_median(&results->one_cpu_beside_futex));
	fprintf(file, "Late wake-ups: %llu%s.\n", late, late ? " (each is a defect)" : "");
}

void report_table(FILE *file, const struct results *results, const struct machine *machine)
{
	print_head(file, results, machine);
	report_disturbance(file, &results->measurement);
	fputc('\n', file);
	fprintf(file, "%-25s %8s %8s %8s %8s\n", "round trip, one at a time", "p50", "p99", "p99.9",
		"floors");
	for (size_t index = 0; index < COUNT(round_trips); index++)
		print_round_trip(file, &round_trips[index], results);
	fprintf(file, "\n%-25s %8s %17s %8s\n", "throughput of a thread", "a call", "M calls/s",
		"floors");
	for (size_t index = 0; index < COUNT(throughputs); index++)
		print_throughput(file, &throughputs[index], results);
	print_rest(file, results);
}

void report_progress(uint32_t rounds, uint64_t gone_ns, uint64_t run_ns)
{
	if (!isatty(STDERR_FILENO))
		return;
	fprintf(stderr, "\rmeasuring: %u rounds, %.0f of %.0f s \033[K", rounds,
		(double)gone_ns / (double)NS_PER_S, (double)run_ns / (double)NS_PER_S);
	fflush(stderr);
}

void report_progress_end(void)
{
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
}
