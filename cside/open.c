/* SPDX-License-Identifier: MIT */
/*
 * open.c - opening and closing a peer.
 *
 * rc_open() checks its arguments and lets the supervisor's thread start the worker, because a
 * worker dies with the thread that started it.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

#include "internal.h"
#include "sys.h"

enum {
	CLIENTS_DEFAULT = 64,
	SLOTS_DEFAULT = 512
};

/* Where it is, for a program that passes none. */
#define ENDPOINT_VARIABLE "RC_ENDPOINT"

#define PAYLOAD_DEFAULT_BYTES (UINT64_C(16) << 20)
#define START_TIMEOUT_DEFAULT_NS (10 * RC__NS_PER_S)

/* What an endpoint begins with. */
static const struct {
	const char *prefix;
	const char *noun; /* in the peer's name */
	enum rc__transport transport;
} transports[] = {
	{ "worker:", "worker \"%s\"", RC__TRANSPORT_WORKER },
	{ "ring:", "Go side \"ring:%s\"", RC__TRANSPORT_RING },
	{ "cgo:", "Go side \"cgo:%s\"", RC__TRANSPORT_CGO },
};

static bool power_of_two(uint64_t value)
{
	return value && !(value & (value - 1));
}

static int bad_option(const char *name, uint64_t value, const char *range)
{
	return rc__error_set(-EINVAL, RC_RAN_NO,
			     "ringcall: rc_open: options.%s is %llu; it has to be %s", name,
			     (unsigned long long)value, range);
}

static int set_options(struct rc_peer *peer, const struct rc_options *given)
{
	struct rc_options *options = &peer->options;

	if (given)
		*options = *given;
	if (!options->clients_max)
		options->clients_max = CLIENTS_DEFAULT;
	if (!options->ring_slots)
		options->ring_slots = SLOTS_DEFAULT;
	if (!options->payload_bytes)
		options->payload_bytes = PAYLOAD_DEFAULT_BYTES;
	if (!options->start_timeout_ns)
		options->start_timeout_ns = START_TIMEOUT_DEFAULT_NS;
	if (options->clients_max > RC_LANES_MAX - !!options->host_thread)
		return bad_option("clients_max", options->clients_max,
				  options->host_thread ? "at most 1023 with a host_thread"
						       : "at most 1024");
	if (!power_of_two(options->ring_slots) || options->ring_slots < RC_RING_SLOTS_MIN ||
	    options->ring_slots > RC_RING_SLOTS_MAX)
		return bad_option("ring_slots", options->ring_slots,
				  "a power of two from 2 to 65536");
	if (!power_of_two(options->payload_bytes) ||
	    options->payload_bytes < RC_PAYLOAD_BYTES_MIN ||
	    options->payload_bytes > RC_PAYLOAD_BYTES_MAX)
		return bad_option("payload_bytes", options->payload_bytes,
				  "a power of two from 4096 to 1073741824");
	if (options->cpu > RC_CPU_MEASURED)
		return bad_option("cpu", options->cpu,
				  "RC_CPU_ANY, RC_CPU_SHARED or RC_CPU_MEASURED");
	return 0;
}

/* Splits the endpoint into transport and path. */
static int set_endpoint(struct rc_peer *peer, const char *endpoint)
{
	for (size_t index = 0; index < sizeof(transports) / sizeof(*transports); index++) {
		size_t bytes = strlen(transports[index].prefix);

		if (strncmp(endpoint, transports[index].prefix, bytes))
			continue;
		peer->transport = transports[index].transport;
		peer->path = strdup(endpoint + bytes);
		if (!peer->path || asprintf(&peer->name, transports[index].noun, peer->path) < 0) {
			peer->name = NULL;
			return rc__error_set(-ENOMEM, RC_RAN_NO, "ringcall: rc_open: no memory");
		}
		return 0;
	}
	return rc__error_set(
		-EINVAL, RC_RAN_NO,
		"ringcall: rc_open: endpoint \"%s\" names no transport that this "
		"library has; write \"worker:PATH\", \"ring:\", \"cgo:\", \"ring:PATH.so\" or "
		"\"cgo:PATH.so\"",
		endpoint);
}

/* Replaces the path by that of the executable it names. */
static int find_worker(struct rc_peer *peer)
{
	char *found;
	int status;

	if (!*peer->path)
		return rc__error_set(
			-EINVAL, RC_RAN_NO,
			"ringcall: rc_open: endpoint \"worker:\" lacks the path of the "
			"worker; write \"worker:PATH\"");
	found = rc__spawn_resolve(peer->path, &status);
	if (!found)
		return rc__error_set(status, RC_RAN_NO, "ringcall: %s cannot be started: %s%s",
				     peer->name, rc__errno_text(status),
				     status == -EACCES ? "; is it an executable file?"
						       : "; build it, or correct the path");
	free(peer->path);
	peer->path = found;
	return 0;
}

static int find_go_side(struct rc_peer *peer)
{
	return peer->transport == RC__TRANSPORT_WORKER ? find_worker(peer) : rc__inproc_find(peer);
}

/* Chooses the CPU of a worker, and how sleepers and wakers see each other. Where both sides share
 * a CPU, who spins keeps the other from running. Where nobody spins, there is a sleep for nearly
 * each message; then fences of wakers cost less than membarrier, a system call of sleepers. */
static void set_cpu(struct rc_peer *peer)
{
	if (peer->transport == RC__TRANSPORT_WORKER)
		peer->cpu = rc__cpu_choose(peer->options.cpu);
	if (peer->cpu != RC__CPU_ANY)
		peer->options.spin_never = 1;
	if (peer->options.spin_never)
		peer->membarrier = false;
}

static void destroy(struct rc_peer *peer)
{
	for (uint32_t index = 0; index < peer->service_count; index++)
		free(peer->services[index].description);
	free(peer->services);
	rc__region_destroy(peer);
	/* A host function that still runs uses it. */
	if (!peer->killed || peer->transport == RC__TRANSPORT_WORKER)
		rc__host_destroy(peer->host);
	if (peer->control_fd >= 0)
		close(peer->control_fd);
	if (peer->pid_fd >= 0)
		close(peer->pid_fd);
	if (peer->stop_fd >= 0)
		close(peer->stop_fd);
	pthread_cond_destroy(&peer->changed);
	pthread_mutex_destroy(&peer->lock);
	free(peer->lanes);
	free(peer->path);
	free(peer->name);
	free(peer);
}

static struct rc_peer *create(void)
{
	struct rc_peer *peer = calloc(1, sizeof(*peer));

	if (!peer)
		return NULL;
	peer->host = rc__host_create();
	if (!peer->host) {
		free(peer);
		return NULL;
	}
	peer->cpu = RC__CPU_ANY;
	peer->control_fd = peer->region_fd = peer->pid_fd = peer->stop_fd = -1;
	pthread_mutex_init(&peer->lock, NULL);
	pthread_cond_init(&peer->changed, NULL);
	peer->membarrier = !rc__membarrier(MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED);
	return peer;
}

/* Starts the supervisor with all signals blocked: the program's handlers are not its business. */
static int start_supervisor(struct rc_peer *peer)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&peer->supervisor, NULL, rc__supervisor, peer);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!error)
		return 0;
	return rc__error_set(-error, RC_RAN_NO, "ringcall: rc_open: cannot start a thread: %s",
			     rc__errno_text(error));
}

/* Waits for the worker's answer. If it failed, the supervisor has left. */
static int await_start(struct rc_peer *peer)
{
	pthread_mutex_lock(&peer->lock);
	while (!peer->started)
		pthread_cond_wait(&peer->changed, &peer->lock);
	pthread_mutex_unlock(&peer->lock);
	if (!peer->start_status)
		return 0;
	pthread_join(peer->supervisor, NULL);
	return rc__error_set(peer->start_status, RC_RAN_NO, "%s", peer->start_text);
}

/* Ends the Go side and the supervisor. True when it did not leave by itself. */
static bool stop(struct rc_peer *peer, uint64_t deadline_ns)
{
	uint64_t one = 1;

	pthread_mutex_lock(&peer->lock);
	peer->stop_deadline_ns = deadline_ns;
	pthread_mutex_unlock(&peer->lock);
	/* An eventfd that is written once takes the value. */
	while (write(peer->stop_fd, &one, sizeof(one)) < 0 && errno == EINTR)
		;
	pthread_join(peer->supervisor, NULL);
	return peer->killed;
}

/* The endpoint of a program that passes none. */
static int default_endpoint(const char **endpoint)
{
	int status = 0;

	*endpoint = secure_getenv(ENDPOINT_VARIABLE);
	if (!*endpoint)
		status = rc__service_endpoint(endpoint);
	if (*endpoint || status)
		return status;
	return rc__error_set(
		-EINVAL, RC_RAN_NO,
		"ringcall: rc_open: endpoint is NULL, the environment has no " ENDPOINT_VARIABLE
		" and no service of this program has an "
		"RC_TRANSPORT; set one to an endpoint, as \"worker:PATH\", or pass one");
}

int rc_open(const char *endpoint, const struct rc_options *options, struct rc_peer **opened)
{
	struct rc_peer *peer;
	int status;

	if (!opened)
		return rc__error_set(-EINVAL, RC_RAN_NO, "ringcall: rc_open: peer is NULL");
	*opened = NULL;
	status = endpoint ? 0 : default_endpoint(&endpoint);
	if (status)
		return status;
	peer = create();
	if (!peer)
		return rc__error_set(-ENOMEM, RC_RAN_NO, "ringcall: rc_open: no memory");
	status = set_options(peer, options);
	if (!status)
		status = set_endpoint(peer, endpoint);
	if (!status)
		status = find_go_side(peer);
	if (status)
		goto destroy;
	set_cpu(peer);
	peer->lanes = calloc(rc__lanes(&peer->options), sizeof(*peer->lanes));
	peer->stop_fd = eventfd(0, EFD_CLOEXEC);
	if (!peer->lanes || peer->stop_fd < 0) {
		status = rc__error_set(peer->lanes ? -errno : -ENOMEM, RC_RAN_NO,
				       "ringcall: rc_open: %s", rc__errno_text(errno));
		goto destroy;
	}
	status = start_supervisor(peer);
	if (!status)
		status = await_start(peer);
	if (status)
		goto destroy;
	status = rc__service_bind_all(peer);
	if (!status)
		status = rc__host_thread_start(peer);
	if (status) {
		stop(peer, 0);
		goto destroy;
	}
	*opened = peer;
	return 0;
destroy:
	destroy(peer);
	return status;
}

int rc_close(struct rc_peer *peer, uint64_t deadline_ns)
{
	uint32_t clients_open;
	int status = 0;

	if (!peer)
		return 0;
	pthread_mutex_lock(&peer->lock);
	clients_open = peer->clients_open - !!peer->host_client;
	pthread_mutex_unlock(&peer->lock);
	if (clients_open)
		return rc__error_set(-EBUSY, RC_RAN_NO,
				     "ringcall: rc_close: %u clients of %s are still open; "
				     "close them with rc_client_close() first",
				     clients_open, peer->name);
	rc__host_thread_stop(peer);
	if (stop(peer, deadline_ns))
		status = rc__error_set(-ETIMEDOUT, RC_RAN_NO,
				       "ringcall: rc_close: %s did not leave before the deadline%s",
				       peer->name,
				       peer->transport == RC__TRANSPORT_WORKER
					       ? " and was killed"
					       : ": a handler still runs; its memory stays in use");
	destroy(peer);
	return status;
}

int rc_peer_pid(const struct rc_peer *peer)
{
	return (int)rc__load_relaxed(&peer->pid);
}

int rc_peer_cpu(const struct rc_peer *peer)
{
	return peer->cpu;
}
