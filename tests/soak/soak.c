/* SPDX-License-Identifier: MIT */
/*
 * soak.c - many calls of mixed sizes on several clients at once, each checked from end to end.
 *
 *     soak [--calls N] [--seconds N] [--clients N] [--seed N] [--park]
 *
 * Ends after so many calls or seconds, whichever comes first. Prints the seed, progress on
 * standard error, and a summary; exits with 1 at the first thing that is wrong and says what,
 * where and with which seed. The default is the contract's 10^8 calls.
 */
#include <err.h>
#include <getopt.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ring/atomic.h"
#include "tests/soak/calls.h"
#include "tests/testutil/kit.rc.h"

enum {
	CLIENTS_MAX = 64,
	PROGRESS_S = 5
};

struct settings {
	uint64_t calls;
	uint64_t seconds;
	uint64_t clients;
	uint64_t seed;
	bool park;
};

/* What the threads share. */
struct run {
	struct settings settings;
	struct rc_peer *peer;
	uint64_t end_ns;
	uint32_t failed; /* atomic: a thread found something wrong */
	uint32_t ended;  /* guarded by lock: threads that are done */
	pthread_mutex_t lock;
};

struct soak_thread {
	pthread_t thread;
	struct run *run;
	uint64_t calls;
	uint64_t published; /* guarded by run->lock: calls so far, for progress */
	struct soak_client soak;
};

static uint64_t number(const char *name, const char *text, uint64_t least, uint64_t most)
{
	char *end;
	uint64_t value = strtoull(text, &end, 10);

	if (!*text || *end || value < least || value > most)
		errx(2, "--%s %s: has to be a number from %" PRIu64 " to %" PRIu64, name, text,
		     least, most);
	return value;
}

static struct settings parse(int argc, char **argv)
{
	static const struct option options[] = { { "calls", required_argument, NULL, 'c' },
						 { "seconds", required_argument, NULL, 's' },
						 { "clients", required_argument, NULL, 'n' },
						 { "seed", required_argument, NULL, 'r' },
						 { "park", no_argument, NULL, 'p' },
						 { NULL, 0, NULL, 0 } };
	struct settings settings = {
		.calls = 100000000, .seconds = 1000000, .clients = 4, .seed = (uint64_t)time(NULL)
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		if (option == 'c')
			settings.calls = number("calls", optarg, 1, UINT64_MAX / 2);
		else if (option == 's')
			settings.seconds = number("seconds", optarg, 1, 1000000);
		else if (option == 'n')
			settings.clients = number("clients", optarg, 1, CLIENTS_MAX);
		else if (option == 'r')
			settings.seed = number("seed", optarg, 0, UINT64_MAX);
		else if (option == 'p')
			settings.park = true;
		else
			errx(2, "usage: soak [--calls N] [--seconds N] [--clients N] [--seed N] "
				"[--park]");
	}
	if (optind < argc)
		errx(2, "what is \"%s\"?", argv[optind]);
	return settings;
}

static void *soak(void *argument)
{
	struct soak_thread *self = argument;
	struct run *run = self->run;
	bool right = true;

	while (right && self->soak.calls < self->calls && !rc__load_relaxed(&run->failed) &&
	       rc_now_ns() < run->end_ns) {
		/* The clock is looked at now and then only. */
		for (int round = 0; round < 64 && right; round++)
			right = soak_round(&self->soak);
		pthread_mutex_lock(&run->lock);
		self->published = self->soak.calls;
		pthread_mutex_unlock(&run->lock);
	}
	if (!right)
		rc__store_relaxed(&run->failed, 1);
	pthread_mutex_lock(&run->lock);
	run->ended++;
	pthread_mutex_unlock(&run->lock);
	return NULL;
}

static bool has_ended(struct run *run)
{
	bool ended;

	pthread_mutex_lock(&run->lock);
	ended = run->ended == run->settings.clients;
	pthread_mutex_unlock(&run->lock);
	return ended;
}

static void show_progress(struct run *run, struct soak_thread *threads)
{
	uint64_t start_ns = rc_now_ns(), shown_ns = start_ns;

	while (!has_ended(run)) {
		uint64_t calls = 0, now_ns;

		test_nap();
		now_ns = rc_now_ns();
		if (now_ns - shown_ns < PROGRESS_S * TEST_NS_PER_S)
			continue;
		shown_ns = now_ns;
		pthread_mutex_lock(&run->lock);
		for (uint64_t i = 0; i < run->settings.clients; i++)
			calls += threads[i].published;
		pthread_mutex_unlock(&run->lock);
		fprintf(stderr, "soak: %" PRIu64 " calls in %" PRIu64 " s\n", calls,
			(now_ns - start_ns) / TEST_NS_PER_S);
	}
}

/* Each one-way call of each client has reached the worker. */
static bool notes_arrived(struct run *run, uint64_t count, uint64_t sum)
{
	struct rc_client *client = test_client(run->peer);
	struct kit_notes notes = { 0, 0 };
	bool arrived;

	arrived = TEST_UNTIL(kit_notes(client, &notes) || notes.count >= count) &&
		  notes.count == count && notes.sum == sum;
	if (!arrived)
		printf("FAILED: the worker heard %" PRIu64 " one-way calls of %" PRIu64
		       ", or other values\n",
		       notes.count, count);
	rc_client_close(client);
	return arrived;
}

/* Returns the exit status. */
static int report(struct run *run, struct soak_thread *threads, uint64_t took_ns)
{
	uint64_t calls = 0, bytes = 0, notes = 0, sum = 0, late_wakes = 0;
	int status = 0;

	for (uint64_t i = 0; i < run->settings.clients; i++) {
		struct soak_client *soak = &threads[i].soak;

		if (soak->text[0])
			printf("FAILED: client %" PRIu64 ", after %" PRIu64 " calls, seed %" PRIu64
			       ": %s\n",
			       i, soak->calls, run->settings.seed, soak->text);
		status |= soak->text[0] != '\0';
		calls += soak->calls;
		bytes += soak->bytes_sent;
		notes += soak->notes;
		sum += soak->notes_sum;
		soak_client_fini(soak);
		late_wakes += soak->late_wakes;
	}
	if (!status)
		status = !notes_arrived(run, notes, sum);
	if (late_wakes) {
		printf("FAILED: %" PRIu64 " late wake-ups\n", late_wakes);
		status = 1;
	}
	printf("soak: %s: %" PRIu64 " calls by %" PRIu64 " clients in %.1f s, %" PRIu64
	       " MiB of parts, %" PRIu64 " one-way, %" PRIu64 " late wake-ups, seed %" PRIu64 "\n",
	       status ? "FAILED" : "right", calls, run->settings.clients, (double)took_ns / 1e9,
	       bytes >> 20, notes, late_wakes, run->settings.seed);
	return status;
}

int main(int argc, char **argv)
{
	static struct soak_thread threads[CLIENTS_MAX];
	struct run run = { .settings = parse(argc, argv), .lock = PTHREAD_MUTEX_INITIALIZER };
	struct test_way way = { .name = "soak", .park = run.settings.park };
	struct test_random seeds = { run.settings.seed };
	uint64_t start_ns = rc_now_ns();
	int status;

	printf("soak: seed %" PRIu64 "\n", run.settings.seed);
	fflush(stdout);
	run.peer = test_open(&way, NULL);
	run.end_ns = start_ns + run.settings.seconds * TEST_NS_PER_S;
	for (uint64_t i = 0; i < run.settings.clients; i++) {
		threads[i].run = &run;
		threads[i].calls = run.settings.calls / run.settings.clients + 1;
		soak_client_init(&threads[i].soak, run.peer, test_random_next(&seeds));
	}
	for (uint64_t i = 0; i < run.settings.clients; i++)
		if (pthread_create(&threads[i].thread, NULL, soak, &threads[i]))
			errx(1, "soak: pthread_create");
	show_progress(&run, threads);
	for (uint64_t i = 0; i < run.settings.clients; i++)
		pthread_join(threads[i].thread, NULL);
	status = report(&run, threads, rc_now_ns() - start_ns);
	test_close(run.peer, NULL);
	return status;
}
