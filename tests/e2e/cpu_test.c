/* SPDX-License-Identifier: MIT */
/* cpu_test.c - host and worker on one CPU, and what is left of that when clients are closed. */
#define _GNU_SOURCE
#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"

static cpu_set_t cpus_of(int thread)
{
	cpu_set_t cpus;

	cr_assert_eq(sched_getaffinity(thread, sizeof(cpus), &cpus), 0);
	return cpus;
}

/* Whether the thread may run on this CPU alone. */
static bool is_kept(int thread, int cpu)
{
	cpu_set_t cpus = cpus_of(thread);

	return CPU_COUNT(&cpus) == 1 && CPU_ISSET((size_t)cpu, &cpus);
}

static bool runs_as(const cpu_set_t *before)
{
	cpu_set_t cpus = cpus_of(0);

	return CPU_EQUAL(&cpus, before);
}

/* Each thread of a process is on the CPU. */
static void expect_process_kept(int process, int cpu)
{
	char path[64];
	struct dirent *entry;
	int threads = 0;
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", process);
	tasks = opendir(path);
	cr_assert_not_null(tasks);
	while ((entry = readdir(tasks))) {
		if (*entry->d_name == '.')
			continue;
		cr_assert(is_kept(atoi(entry->d_name), cpu), "thread %s", entry->d_name);
		threads++;
	}
	closedir(tasks);
	cr_assert_gt(threads, 1);
}

static void expect_sums(struct rc_client *client)
{
	int64_t sum;

	for (int64_t call = 0; call < 100; call++) {
		EXPECT_OK(kit_add(client, call, 2, &sum));
		cr_assert_eq(sum, call + 2);
	}
}

Test(cpu, worker_and_clients_share_one_until_the_last_client_closes, .timeout = 240)
{
	struct rc_options options = { .cpu = RC_CPU_SHARED };
	cpu_set_t before = cpus_of(0);
	struct rc_peer *peer = test_open(NULL, &options);
	struct rc_client *first = test_client(peer), *second = test_client(peer);
	int cpu = rc_peer_cpu(peer);

	if (test_in_process()) {
		cr_assert_eq(cpu, -1);
		cr_assert(runs_as(&before));
	} else {
		cr_assert(CPU_ISSET((size_t)cpu, &before));
		expect_process_kept(rc_peer_pid(peer), cpu);
		cr_assert(is_kept(0, cpu));
	}
	expect_sums(first);
	expect_sums(second);
	rc_client_close(first);
	cr_assert(test_in_process() || is_kept(0, cpu));
	expect_sums(second);
	test_close(peer, second);
	cr_assert(runs_as(&before));
}

static void *close_client(void *client)
{
	rc_client_close(client);
	return NULL;
}

Test(cpu, a_client_closed_by_another_thread_frees_the_one_that_opened_it, .timeout = 240)
{
	struct rc_options options = { .cpu = RC_CPU_SHARED };
	cpu_set_t before = cpus_of(0);
	struct rc_peer *peer = test_open(NULL, &options);
	struct rc_client *client = test_client(peer);
	pthread_t thread;

	expect_sums(client);
	cr_assert_eq(pthread_create(&thread, NULL, close_client, client), 0);
	pthread_join(thread, NULL);
	cr_assert(runs_as(&before));
	test_close(peer, NULL);
}

Test(cpu, the_thread_that_opens_a_peer_is_not_kept, .timeout = 240)
{
	struct rc_options options = { .cpu = RC_CPU_SHARED, .host_thread = 1 };
	cpu_set_t before = cpus_of(0);
	struct rc_peer *peer = test_open(NULL, &options);

	cr_assert(runs_as(&before));
	test_close(peer, NULL);
	cr_assert(runs_as(&before));
}

Test(cpu, a_thread_that_may_not_run_there_gets_no_client, .timeout = 240)
{
	struct rc_options options = { .cpu = RC_CPU_SHARED };
	cpu_set_t before = cpus_of(0), others = before;
	struct rc_peer *peer = test_open(NULL, &options);
	struct rc_client *client;

	if (rc_peer_cpu(peer) >= 0)
		CPU_CLR((size_t)rc_peer_cpu(peer), &others);
	if (!test_in_process() && CPU_COUNT(&others)) {
		cr_assert_eq(sched_setaffinity(0, sizeof(others), &others), 0);
		EXPECT_FAILS(rc_client_open(peer, &client), -EINVAL, RC_RAN_NO);
		EXPECT_SAYS("rc_client_open", "CPU", "let it run there");
		cr_assert(runs_as(&others));
		cr_assert_eq(sched_setaffinity(0, sizeof(before), &before), 0);
	}
	client = test_client(peer);
	expect_sums(client);
	test_close(peer, client);
}

Test(cpu, measured_is_shared_or_any, .timeout = 240)
{
	struct rc_options options = { .cpu = RC_CPU_MEASURED };
	cpu_set_t before = cpus_of(0);
	struct rc_peer *peer = test_open(NULL, &options);
	struct rc_client *client = test_client(peer);

	cr_assert(rc_peer_cpu(peer) < 0 ? runs_as(&before) : is_kept(0, rc_peer_cpu(peer)));
	expect_sums(client);
	test_close(peer, client);
	cr_assert(runs_as(&before));
}

Test(cpu, another_value_is_refused, .timeout = 240)
{
	struct rc_options options = { .cpu = RC_CPU_MEASURED + 1 };
	struct rc_peer *peer;

	EXPECT_FAILS(rc_open(test_endpoint(TEST_KIT_WORKER), &options, &peer), -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("options.cpu is 3", "RC_CPU_SHARED");
	cr_assert_null(peer);
}
