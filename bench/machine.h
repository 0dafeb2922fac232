/* SPDX-License-Identifier: MIT */
/*
 * machine.h - what this runs on, and what a measurement had of it: the head of each report.
 */
#ifndef RINGCALL_BENCH_MACHINE_H
#define RINGCALL_BENCH_MACHINE_H

#include <stdint.h>

struct machine {
	char cpu[128];    /* the model's name, or the architecture where it has none */
	char kernel[128]; /* name and release */
	uint32_t cpus;    /* that this process may run on */
};

void machine_read(struct machine *machine);

/* What the CPUs had done when a measurement began. */
struct machine_load {
	double clock_s;
	double busy_s;
	double stolen_s;
	double own_s;
};

void machine_load_begin(struct machine_load *load);

/* How much was measured, and who disturbed it. */
struct measurement {
	uint32_t rounds;
	double seconds;     /* that the rounds took */
	double others_cpus; /* CPUs that other processes used, on average */
	double stolen_cpus; /* CPUs that the hypervisor gave to somebody else */
};

/* Sets who used the CPUs since the begin. Processes that this one started have to be dead and
 * waited for. */
void machine_load_end(const struct machine_load *begin, struct measurement *measurement);

#endif
