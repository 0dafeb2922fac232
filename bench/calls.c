/* SPDX-License-Identifier: MIT */
/*
 * calls.c - synchronous calls one after the other, and asynchronous ones many at a time.
 *
 * Both go through what ringgen generated from bench.h, as any program's calls would, and look at
 * each answer. In flight, each call's callback makes the next, so their number never changes.
 */
#include "bench/calls.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "bench/bench.rc.h"
#include "bench/clock.h"
#include "bench/fail.h"
#include "bench/rtt.h"
#include "bench/stats.h"

/* Calls between two looks at the clock. */
enum {
	BATCH = 256
};

/* How long a worker may take to leave. */
#define CLOSE_NS (5 * NS_PER_S)

/* One of the calls in flight. */
struct flight {
	struct calls *calls;
	uint64_t number; /* that the request carries; different for each call in flight */
};

struct calls {
	struct rc_peer *peer;
	struct rc_client *client; /* or NULL */
	struct rc_stats gone;     /* of clients that are closed */
	bool sleepy;
	bool offers;  /* functions of the host to Go */
	bool landing; /* callbacks make no new calls */
	uint64_t number;
	uint64_t completed;
	int epoll_fd; /* of the event loop */
	int other_fd; /* that the loop has beside the client's */
	struct flight flights[CALLS_IN_FLIGHT_MAX];
};

struct rc_peer *calls_open_peer(const char *endpoint, const struct rc_options *options)
{
	struct rc_peer *peer;

	fail_watch("opening a peer");
	if (rc_open(endpoint, options, &peer))
		fail("%s", rc_error_last()->text);
	return peer;
}

/* What Go calls. */
static int host_swap(void *context, const struct bench_point *in, struct bench_point *out)
{
	(void)context;
	*out = (struct bench_point){ in->y, in->x };
	return 0;
}

/* The same by words: a load of 16 bytes, as the compiler makes of that one, waits until Go's two
 * stores of 8 have left the CPU, which takes as long as the call. */
static int host_leaf_swap(void *context, const struct bench_point *in, struct bench_point *out)
{
	const volatile struct bench_point *words = in;

	(void)context;
	out->x = words->y;
	out->y = words->x;
	return 0;
}

/* Offers Go what it calls, once: a host that offers nothing sleeps a little faster. */
static void offer(struct calls *calls)
{
	static const struct bench_host_functions functions = { .swap = host_swap,
							       .leaf_swap = host_leaf_swap };

	if (calls->offers)
		return;
	calls->offers = true;
	if (bench_host_serve(calls->peer, &functions, NULL))
		fail("%s", rc_error_last()->text);
}

/* Without a client. */
static struct calls *open_calls(const char *endpoint, const struct rc_options *options)
{
	struct calls *calls = calloc(1, sizeof(*calls));

	if (!calls)
		fail_errno("memory for calls");
	calls->epoll_fd = -1;
	calls->peer = calls_open_peer(endpoint, options);
	for (uint32_t index = 0; index < CALLS_IN_FLIGHT_MAX; index++)
		calls->flights[index] = (struct flight){ calls, index };
	return calls;
}

static void open_client(struct calls *calls)
{
	if (rc_client_open(calls->peer, &calls->client))
		fail("%s", rc_error_last()->text);
}

struct calls *calls_open(const char *endpoint, bool sleepy)
{
	struct rc_options options = { .spin_never = sleepy };
	struct calls *calls = open_calls(endpoint, &options);

	calls->sleepy = sleepy;
	open_client(calls);
	return calls;
}

struct calls *calls_open_one_cpu(const char *endpoint, int *cpu)
{
	struct rc_options options = { .cpu = RC_CPU_SHARED };
	struct calls *calls = open_calls(endpoint, &options);

	calls->sleepy = true;
	*cpu = rc_peer_cpu(calls->peer);
	return calls;
}

static void add_stats(const struct rc_stats *stats, struct rc_stats *total)
{
	total->calls += stats->calls;
	total->host_parks += stats->host_parks;
	total->host_late_wakes += stats->host_late_wakes;
	total->host_wakes += stats->host_wakes;
	total->worker_parks += stats->worker_parks;
	total->worker_late_wakes += stats->worker_late_wakes;
	total->worker_wakes += stats->worker_wakes;
}

void calls_add_stats(const struct rc_client *client, struct rc_stats *total)
{
	struct rc_stats stats;

	rc_client_stats(client, &stats);
	add_stats(&stats, total);
}

static void close_client(struct calls *calls)
{
	if (calls->client)
		calls_add_stats(calls->client, &calls->gone);
	rc_client_close(calls->client);
	calls->client = NULL;
}

void calls_close(struct calls *calls, struct rc_stats *total)
{
	fail_watch("closing a peer");
	close_client(calls);
	add_stats(&calls->gone, total);
	if (rc_close(calls->peer, rc_now_ns() + CLOSE_NS))
		fail("%s", rc_error_last()->text);
	if (calls->epoll_fd >= 0) {
		close(calls->epoll_fd);
		close(calls->other_fd);
	}
	free(calls);
}

static void check(const struct bench_point *out, uint64_t number)
{
	fail_unless_equal("call", out->x, ~number);
	fail_unless_equal("call", out->y, number);
}

void calls_swap(struct rc_client *client, uint64_t number)
{
	struct bench_point in = { number, ~number }, out = { 0, 0 };

	if (bench_swap(client, &in, &out))
		fail("%s", rc_error_last()->text);
	check(&out, number);
}

static void batch(void *subject)
{
	struct calls *calls = subject;

	for (uint32_t count = 0; count < RTT_BATCH; count++)
		calls_swap(calls->client, ++calls->number);
}

static void stamped(void *subject, uint32_t round_trips, uint64_t *ticks)
{
	struct calls *calls = subject;

	ticks[0] = clock_ticks();
	for (uint32_t count = 1; count <= round_trips; count++) {
		calls_swap(calls->client, ++calls->number);
		ticks[count] = clock_ticks();
	}
}

double calls_sync_slice_ns(struct calls *calls, uint64_t warm_ns, uint64_t slice_ns,
			   struct histogram *histogram)
{
	struct rtt rtt = { .batch = batch, .stamped = stamped, .subject = calls };

	fail_watch(calls->sleepy ? "the parked calls" : "the synchronous calls");
	if (calls->sleepy)
		rtt.batch = NULL;
	return rtt_slice_ns(&rtt, warm_ns, slice_ns, histogram);
}

double calls_one_cpu_slice_ns(struct calls *calls, uint64_t warm_ns, uint64_t slice_ns,
			      struct histogram *histogram)
{
	double ns;

	open_client(calls);
	ns = calls_sync_slice_ns(calls, warm_ns, slice_ns, histogram);
	close_client(calls);
	return ns;
}

/* Go's clock is read twice for so many calls. */
enum {
	BACK_BATCH = 64,
	BACK_BATCHES_MAX = 4096
};

static double back_batch_ns(struct calls *calls)
{
	uint64_t ns = 0;

	if (bench_back_swap(calls->client, BACK_BATCH, &ns))
		fail("%s", rc_error_last()->text);
	return (double)ns / BACK_BATCH;
}

struct bench_leaf_ns calls_leaf_slice_ns(struct calls *calls)
{
	enum {
		BATCH_CALLS = 500,
		BATCHES = 40
	};
	double leaf[BATCHES], bare[BATCHES];

	fail_watch("the leaf calls");
	offer(calls);
	for (size_t batch = 0; batch < BATCHES; batch++) {
		struct bench_leaf_ns ns;

		if (bench_back_leaf(calls->client, BATCH_CALLS, &ns))
			fail("%s", rc_error_last()->text);
		leaf[batch] = ns.leaf;
		bare[batch] = ns.bare;
	}
	return (struct bench_leaf_ns){ stats_median(leaf, BATCHES), stats_median(bare, BATCHES) };
}

double calls_back_slice_ns(struct calls *calls, uint64_t warm_ns, uint64_t slice_ns)
{
	static double batches[BACK_BATCHES_MAX];
	uint64_t start_ns = clock_now_ns();
	size_t count = 0;

	fail_watch("the calls of the host");
	offer(calls);
	while (clock_now_ns() - start_ns < warm_ns)
		back_batch_ns(calls);
	start_ns = clock_now_ns();
	do
		batches[count++] = back_batch_ns(calls);
	while (clock_now_ns() - start_ns < slice_ns && count < BACK_BATCHES_MAX);
	return stats_median(batches, count);
}

static void land(void *context, int status, const struct bench_point *out);

static void take_off(struct flight *flight)
{
	uint64_t number = flight->number + CALLS_IN_FLIGHT_MAX;
	struct bench_point in = { number, ~number };

	flight->number = number;
	if (bench_swap_async(flight->calls->client, &in, land, flight, NULL))
		fail("%s", rc_error_last()->text);
}

static void land(void *context, int status, const struct bench_point *out)
{
	struct flight *flight = context;

	if (status)
		fail("%s", rc_error_last()->text);
	check(out, flight->number);
	if (!flight->calls->landing)
		take_off(flight);
}

static void poll_calls(struct calls *calls)
{
	int count = rc_poll(calls->client);

	if (count < 0)
		fail("%s", rc_error_last()->text);
	calls->completed += (uint64_t)count;
}

static void watch_fd(const struct calls *calls, int fd)
{
	struct epoll_event event = { .events = EPOLLIN };

	if (fd < 0 || epoll_ctl(calls->epoll_fd, EPOLL_CTL_ADD, fd, &event))
		fail_errno("an event loop");
}

static void open_loop(struct calls *calls)
{
	calls->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	calls->other_fd = eventfd(0, EFD_CLOEXEC);
	watch_fd(calls, calls->other_fd);
	watch_fd(calls, rc_client_fd(calls->client));
}

/* A turn of an event loop: it looks at its descriptors each time, and sleeps when there is nothing
 * to do. */
static void turn_loop(struct calls *calls)
{
	struct epoll_event event;
	int armed;

	poll_calls(calls);
	armed = rc_client_arm(calls->client);
	if (armed < 0)
		fail("%s", rc_error_last()->text);
	if (epoll_wait(calls->epoll_fd, &event, 1, armed ? 0 : -1) < 0 && errno != EINTR)
		fail_errno("an event loop");
}

/* Collects calls for at least so long; returns how long. */
static inline uint64_t collect_for(struct calls *calls, bool by_loop, uint64_t slice_ns)
{
	uint64_t start_ns = clock_now_ns(), elapsed_ns;

	do {
		uint64_t target = calls->completed + BATCH;

		while (calls->completed < target) {
			if (by_loop)
				turn_loop(calls);
			else
				poll_calls(calls);
		}
		elapsed_ns = clock_now_ns() - start_ns;
	} while (elapsed_ns < slice_ns);
	return elapsed_ns;
}

/* Has so many calls in flight, and collects them for both times; nanoseconds a call of the
 * second. */
static inline double fly_ns(struct calls *calls, bool by_loop, uint32_t in_flight, uint64_t warm_ns,
			    uint64_t slice_ns)
{
	uint64_t elapsed_ns, completed;
	int landed;

	calls->landing = false;
	for (uint32_t index = 0; index < in_flight; index++)
		take_off(&calls->flights[index]);
	collect_for(calls, by_loop, warm_ns);
	completed = calls->completed;
	elapsed_ns = collect_for(calls, by_loop, slice_ns);
	completed = calls->completed - completed;

	calls->landing = true;
	do
		landed = rc_wait(calls->client, RC_FOREVER);
	while (landed > 0);
	if (landed < 0)
		fail("%s", rc_error_last()->text);
	return (double)elapsed_ns / (double)completed;
}

double calls_in_flight_slice_ns(struct calls *calls, uint32_t in_flight, uint64_t warm_ns,
				uint64_t slice_ns)
{
	fail_watch("the calls in flight");
	return fly_ns(calls, false, in_flight, warm_ns, slice_ns);
}

double calls_loop_slice_ns(struct calls *calls, uint32_t in_flight, uint64_t warm_ns,
			   uint64_t slice_ns)
{
	fail_watch("the calls of an event loop");
	if (calls->epoll_fd < 0)
		open_loop(calls);
	return fly_ns(calls, true, in_flight, warm_ns, slice_ns);
}
