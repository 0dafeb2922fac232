/* SPDX-License-Identifier: MIT */
/*
 * machine.c - asks the kernel for the CPU's name, its own, and who uses the CPUs.
 */
#define _GNU_SOURCE
#include "bench/machine.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bench/clock.h"

#define MODEL_KEY "model name"

/* Takes the first model name of /proc/cpuinfo; leaves `cpu` alone where there is none. */
static void read_model(char *cpu, size_t cpu_bytes)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	char line[512];

	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		const char *name = strchr(line, ':');

		if (strncmp(line, MODEL_KEY, sizeof(MODEL_KEY) - 1) || !name)
			continue;
		name += strspn(name, ": \t");
		snprintf(cpu, cpu_bytes, "%.*s", (int)strcspn(name, "\n"), name);
		break;
	}
	fclose(file);
}

void machine_read(struct machine *machine)
{
	struct utsname system;
	cpu_set_t cpus;

	*machine = (struct machine){ .cpu = "unknown CPU", .kernel = "unknown kernel" };
	if (!uname(&system)) {
		snprintf(machine->cpu, sizeof(machine->cpu), "%.100s", system.machine);
		snprintf(machine->kernel, sizeof(machine->kernel), "%.50s %.70s", system.sysname,
			 system.release);
	}
	read_model(machine->cpu, sizeof(machine->cpu));
	if (!sched_getaffinity(0, sizeof(cpus), &cpus))
		machine->cpus = (uint32_t)CPU_COUNT(&cpus);
}

static double seconds_of(const struct timeval *time)
{
	return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

static double own_seconds(int who)
{
	struct rusage usage;

	getrusage(who, &usage);
	return seconds_of(&usage.ru_utime) + seconds_of(&usage.ru_stime);
}

void machine_load_begin(struct machine_load *load)
{
	unsigned long long user = 0, nice = 0, system = 0, idle, wait, irq = 0, softirq = 0,
			   steal = 0;
	double ticks_per_s = (double)sysconf(_SC_CLK_TCK);
	FILE *file = fopen("/proc/stat", "re");

	if (file) {
		if (fscanf(file, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &user, &nice,
			   &system, &idle, &wait, &irq, &softirq, &steal) != 8)
			user = nice = system = irq = softirq = steal = 0;
		fclose(file);
	}
	load->clock_s = (double)clock_now_ns() / (double)NS_PER_S;
	load->busy_s = (double)(user + nice + system + irq + softirq) / ticks_per_s;
	load->stolen_s = (double)steal / ticks_per_s;
	load->own_s = own_seconds(RUSAGE_SELF) + own_seconds(RUSAGE_CHILDREN);
}

void machine_load_end(const struct machine_load *begin, struct measurement *measurement)
{
	struct machine_load end;
	double clock_s, others_s;

	machine_load_begin(&end);
	clock_s = end.clock_s - begin->clock_s;
	others_s = end.busy_s - begin->busy_s - (end.own_s - begin->own_s);
	measurement->others_cpus = others_s > 0 ? others_s / clock_s : 0;
	measurement->stolen_cpus = (end.stolen_s - begin->stolen_s) / clock_s;
}
