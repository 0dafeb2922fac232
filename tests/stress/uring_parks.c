/* SPDX-License-Identifier: MIT */
/*
 * uring_parks.c - clients sleep in one io_uring and their workers wake them, with delays in every
 * window.
 *
 *     uring_parks [--parks N] [--clients N] [--group N] [--seed N] [--poll]
 *
 * Both sides are built with the points of ring/delay.h, and more random delays stand between the
 * call, the arming and the submission. Each client has one to four calls on their way. When it is
 * armed, only its completion has it looked at again, so a wake-up that is lost stands still: the
 * loop looks for such clients: one that slept for two seconds although a reply is there is lost.
 * Ends after so many parks of all clients, the default being the contract's 10^7, and exits with 1
 * when a client was lost or a worker was late. With --poll io_uring polls the clients' descriptors
 * and waits for no futex. With --group so many clients are a group, which is looked at as a whole:
 * small groups, of which mostly one client has calls on their way, tell most. Every other group
 * gathers the wake-ups of workers.
 *
 * A worker is late, too, when this program did not run for so long that the worker's sleep came to
 * its bound, and then ran first. So after a turn that long only clients tell.
 */
#include <err.h>
#include <getopt.h>
#include <inttypes.h>
#include <ringcall/uring.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tests/testutil/kit.rc.h"
#include "tests/testutil/testutil.h"

enum {
	PEERS = 2,
	CLIENTS = 32,
	CLIENTS_MAX = 1024,
	BURST_MAX = 4,
	TURNS = 256 /* between two looks at the counters */
};

/* A client that was armed for so long is looked at. */
#define LOST_NS (2 * TEST_NS_PER_S)

/* The bound of a worker's sleep. */
#define BOUND_NS TEST_NS_PER_S

/* One client of the ring. */
struct sleeper {
	struct rc_client *client;
	uint32_t on_way;      /* calls */
	uint64_t armed_at_ns; /* 0: it is not armed */
	struct herd *herd;    /* it is in, or NULL */
};

/* Clients that are armed together. */
struct herd {
	struct rc_uring_group group;
	struct sleeper *sleepers; /* the first one */
	uint32_t count;
	uint64_t armed_at_ns;
};

struct stress {
	struct rc_peer *peers[PEERS];
	struct sleeper *sleepers;
	uint32_t count;
	struct herd *herds;
	uint32_t herd_count;
	struct io_uring uring;
	struct test_random random;
	bool ending; /* no more calls are made */
	uint64_t completions;
	uint64_t lost;
	uint64_t turn_at_ns;
	uint64_t longest_turn_ns;
};

struct total {
	uint64_t calls;
	uint64_t parks;
	uint64_t wakes; /* that the worker sent */
	uint64_t worker_parks;
	uint64_t late_wakes; /* of workers, and of waits of the host, which there are none of */
};

struct arguments {
	uint64_t parks;
	uint64_t clients;
	uint64_t group; /* 0: each client by itself */
	uint64_t seed;
	bool poll;
};

static uint64_t number(const char *text)
{
	char *end;
	uint64_t value = strtoull(text, &end, 10);

	if (!*text || *end || !value)
		errx(2, "%s: has to be a number from 1 up", text);
	return value;
}

static struct arguments parse(int argc, char **argv)
{
	static const struct option options[] = { { "parks", required_argument, NULL, 'p' },
						 { "clients", required_argument, NULL, 'c' },
						 { "group", required_argument, NULL, 'g' },
						 { "seed", required_argument, NULL, 's' },
						 { "poll", no_argument, NULL, 'f' },
						 { NULL, 0, NULL, 0 } };
	struct arguments arguments = { .parks = 10000000,
				       .clients = CLIENTS,
				       .seed = (uint64_t)time(NULL) };
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		if (option == 'p')
			arguments.parks = number(optarg);
		else if (option == 'c')
			arguments.clients = number(optarg);
		else if (option == 'g')
			arguments.group = number(optarg);
		else if (option == 's')
			arguments.seed = number(optarg);
		else if (option == 'f')
			arguments.poll = true;
		else
			errx(2, "usage: uring_parks [--parks N] [--clients N] [--group N] "
				"[--seed N] [--poll]");
	}
	if (arguments.clients > CLIENTS_MAX)
		errx(2, "--clients: at most %d", CLIENTS_MAX);
	return arguments;
}

/* The first half of the clients is of workers that never spin. */
static void open_all(struct stress *stress, const struct arguments *arguments)
{
	int status = io_uring_queue_init(CLIENTS_MAX, &stress->uring, 0);
	enum rc__uring_way way;

	if (status) {
		printf("skipped: io_uring_queue_init: %s\n", strerror(-status));
		exit(0);
	}
	stress->count = (uint32_t)arguments->clients;
	stress->random.state = arguments->seed;
	stress->sleepers = calloc(stress->count, sizeof(*stress->sleepers));
	if (!stress->sleepers)
		err(1, "uring_parks");
	for (uint32_t index = 0; index < PEERS; index++) {
		struct rc_options options = { .clients_max = CLIENTS_MAX,
					      .ring_slots = 32,
					      .payload_bytes = 1 << 16,
					      .spin_never = index == 0,
					      .spin_ns = 2000 };

		if (rc_open(test_endpoint("tests/testutil/worker/worker_delays"), &options,
			    &stress->peers[index]))
			errx(1, "uring_parks: %s", rc_error_last()->text);
	}
	for (uint32_t index = 0; index < stress->count; index++) {
		struct sleeper *sleeper = &stress->sleepers[index];

		sleeper->client = test_client(stress->peers[index % PEERS]);
		if (arguments->poll)
			rc__uring_way(sleeper->client, RC__URING_POLL);
		way = rc__uring_way_of(sleeper->client, &stress->uring);
		if (!index)
			printf("io_uring %s\n",
			       way == RC__URING_FUTEX ? "waits for futexes" : "polls descriptors");
	}
}

static void open_herd(struct stress *stress, struct herd *herd, const struct arguments *arguments)
{
	uint32_t first = (uint32_t)arguments->group * (uint32_t)(herd - stress->herds);

	if (rc_uring_group_init(&herd->group, &stress->uring, (uintptr_t)herd))
		err(1, "uring_parks");
	if (arguments->poll)
		herd->group.way = RC__URING_POLL;
	if (first / arguments->group % 2)
		rc_uring_group_gather(&herd->group);
	herd->sleepers = &stress->sleepers[first];
	for (uint32_t index = first; index < stress->count && herd->count < arguments->group;
	     index++, herd->count++) {
		stress->sleepers[index].herd = herd;
		if (rc_uring_group_add(&herd->group, stress->sleepers[index].client))
			errx(1, "uring_parks: %s", rc_error_last()->text);
	}
}

static void open_herds(struct stress *stress, const struct arguments *arguments)
{
	uint32_t group = (uint32_t)arguments->group;

	if (!group)
		return;
	stress->herd_count = (stress->count + group - 1) / group;
	stress->herds = calloc(stress->herd_count, sizeof(*stress->herds));
	if (!stress->herds)
		err(1, "uring_parks");
	for (uint32_t index = 0; index < stress->herd_count; index++)
		open_herd(stress, &stress->herds[index], arguments);
}

static void landed(void *context, int status)
{
	struct sleeper *sleeper = context;

	if (status)
		errx(1, "uring_parks: a call failed: %s", rc_error_last()->text);
	sleeper->on_way--;
}

/* Mostly nothing, else up to some microseconds: about as long as a worker takes to answer. */
static void delay(struct stress *stress)
{
	uint64_t turns = test_random_below(&stress->random, 4)
				 ? 0
				 : test_random_below(&stress->random, 4096);

	for (volatile uint64_t turn = 0; turn < turns; turn++)
		;
}

static void make_calls(struct stress *stress, struct sleeper *sleeper)
{
	uint32_t calls = 1 + (uint32_t)test_random_below(&stress->random, BURST_MAX);

	for (uint32_t call = 0; call < calls; call++)
		if (kit_ping_async(sleeper->client, landed, sleeper, NULL))
			errx(1, "uring_parks: %s", rc_error_last()->text);
	sleeper->on_way = calls;
	delay(stress);
}

static uint32_t on_way(const struct herd *herd)
{
	uint32_t calls = 0;

	for (uint32_t index = 0; index < herd->count; index++)
		calls += herd->sleepers[index].on_way;
	return calls;
}

static void make_some_calls(struct stress *stress, struct herd *herd)
{
	for (uint32_t index = 0; index < herd->count; index++)
		if (!herd->sleepers[index].on_way && !test_random_below(&stress->random, 4))
			make_calls(stress, &herd->sleepers[index]);
	if (!on_way(herd))
		make_calls(stress, herd->sleepers);
}

/* The same for clients that are armed together: some make calls, at least one has. */
static void serve_herd(struct stress *stress, struct herd *herd)
{
	bool calls = !stress->ending;
	int status;

	herd->armed_at_ns = 0;
	do {
		if (rc_uring_group_poll(&herd->group) < 0)
			errx(1, "uring_parks: %s", rc_error_last()->text);
		if (stress->ending && !on_way(herd))
			return;
		if (calls || !on_way(herd))
			make_some_calls(stress, herd);
		calls = false;
		status = rc_uring_group_arm(&herd->group);
		if (status < 0)
			errx(1, "uring_parks: rc_uring_group_arm: %s", rc_error_last()->text);
	} while (status);
	herd->armed_at_ns = rc_now_ns();
}

/* Completes what there is, makes the next calls when all have landed, and arms. */
static void serve(struct stress *stress, struct sleeper *sleeper)
{
	int status;

	if (sleeper->herd) {
		serve_herd(stress, sleeper->herd);
		return;
	}
	sleeper->armed_at_ns = 0;
	do {
		if (rc_poll(sleeper->client) < 0)
			errx(1, "uring_parks: %s", rc_error_last()->text);
		if (!sleeper->on_way && stress->ending)
			return;
		if (!sleeper->on_way)
			make_calls(stress, sleeper);
		status = rc_uring_arm(sleeper->client, &stress->uring, (uintptr_t)sleeper);
		if (status < 0)
			errx(1, "uring_parks: rc_uring_arm: %s", rc_error_last()->text);
	} while (status);
	sleeper->armed_at_ns = rc_now_ns();
}

/* Counts clients that slept on although a reply is there. */
static void look_for_lost(struct stress *stress)
{
	uint64_t now_ns = rc_now_ns();

	for (uint32_t index = 0; index < stress->count; index++) {
		struct sleeper *sleeper = &stress->sleepers[index];
		uint64_t armed_at_ns =
			sleeper->herd ? sleeper->herd->armed_at_ns : sleeper->armed_at_ns;

		if (!armed_at_ns || now_ns - armed_at_ns < LOST_NS)
			continue;
		if (rc_poll(sleeper->client) > 0) {
			stress->lost++;
			printf("client %" PRIu32 " was not woken\n", index);
		}
		serve(stress, sleeper);
	}
}

static void note_turn(struct stress *stress)
{
	uint64_t now_ns = rc_now_ns(), took_ns = now_ns - stress->turn_at_ns;

	stress->turn_at_ns = now_ns;
	if (took_ns > stress->longest_turn_ns)
		stress->longest_turn_ns = took_ns;
}

/* One turn of the event loop. */
static void turn(struct stress *stress)
{
	struct __kernel_timespec patience = { .tv_sec = 1 };
	struct io_uring_cqe *cqe;
	int status;

	note_turn(stress);
	delay(stress);
	status = io_uring_submit_and_wait_timeout(&stress->uring, &cqe, 1, &patience, NULL);
	if (status == -ETIME)
		look_for_lost(stress);
	if (status == -ETIME || status == -EINTR)
		return;
	if (status < 0)
		errx(1, "uring_parks: io_uring: %s", strerror(-status));
	while (!io_uring_peek_cqe(&stress->uring, &cqe)) {
		void *whose = io_uring_cqe_get_data(cqe);

		io_uring_cqe_seen(&stress->uring, cqe);
		stress->completions++;
		if (!stress->herds) {
			serve(stress, whose);
			continue;
		}
		rc_uring_group_completed(&((struct herd *)whose)->group);
		serve_herd(stress, whose);
	}
}

static struct total sum_up(const struct stress *stress)
{
	struct total total = { .calls = 0 };

	for (uint32_t index = 0; index < stress->count; index++) {
		struct rc_stats stats;

		rc_client_stats(stress->sleepers[index].client, &stats);
		total.calls += stats.calls;
		total.parks += stats.host_parks;
		total.wakes += stats.worker_wakes;
		total.worker_parks += stats.worker_parks;
		total.late_wakes += stats.host_late_wakes + stats.worker_late_wakes;
	}
	return total;
}

/* Waits for the calls on their way: a client that was not woken is found here at the latest. */
static void drain(struct stress *stress)
{
	stress->ending = true;
	for (uint32_t index = 0; index < stress->count; index++)
		while (stress->sleepers[index].on_way)
			turn(stress);
}

static void close_all(struct stress *stress)
{
	for (uint32_t index = 0; index < stress->herd_count; index++)
		rc_uring_group_fini(&stress->herds[index].group);
	free(stress->herds);
	for (uint32_t index = 0; index < stress->count; index++)
		rc_client_close(stress->sleepers[index].client);
	for (uint32_t index = 0; index < PEERS; index++)
		test_close(stress->peers[index], NULL);
	io_uring_queue_exit(&stress->uring);
	free(stress->sleepers);
}

static void report(const struct stress *stress, const struct arguments *arguments,
		   const struct total *total, uint64_t took_ns)
{
	printf("seed %" PRIu64 ", %" PRIu32 " clients: %" PRIu64 " parks, %" PRIu64
	       " completions, %" PRIu64 " wake-ups by workers, %" PRIu64 " clients lost, %" PRIu64
	       " workers late\n",
	       arguments->seed, stress->count, total->parks, stress->completions, total->wakes,
	       stress->lost, total->late_wakes);
	printf("%" PRIu64 " calls; workers slept %" PRIu64
	       " times; %.1f us a park, longest turn %.1f ms\n",
	       total->calls, total->worker_parks,
	       (double)took_ns / 1e3 / (double)(total->parks ? total->parks : 1),
	       (double)stress->longest_turn_ns / 1e6);
}

/* Whether a worker was late that had no reason to come to its bound. */
static bool late(const struct stress *stress, const struct total *total)
{
	return total->late_wakes && stress->longest_turn_ns < BOUND_NS;
}

int main(int argc, char **argv)
{
	struct arguments arguments = parse(argc, argv);
	static struct stress stress;
	uint64_t start_ns;
	struct total total;

	setvbuf(stdout, NULL, _IOLBF, 0);
	open_all(&stress, &arguments);
	start_ns = stress.turn_at_ns = rc_now_ns();
	open_herds(&stress, &arguments);
	for (uint32_t index = 0; index < stress.count; index++)
		if (!stress.sleepers[index].herd || !index ||
		    stress.sleepers[index].herd != stress.sleepers[index - 1].herd)
			serve(&stress, &stress.sleepers[index]);
	do {
		for (int index = 0; index < TURNS; index++)
			turn(&stress);
		look_for_lost(&stress);
		total = sum_up(&stress);
	} while (total.parks < arguments.parks && !stress.lost && !late(&stress, &total));
	drain(&stress);
	total = sum_up(&stress);
	report(&stress, &arguments, &total, rc_now_ns() - start_ns);
	close_all(&stress);
	return stress.lost || late(&stress, &total);
}
