/* SPDX-License-Identifier: MIT */
/*
 * host_test.c - a worker does not outlive its host, however the host ends.
 *
 * The host is a child process of the test. It says through a pipe which worker it started; the
 * test watches that one through a pidfd, which works for a process that is not its own child.
 */
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"

/* The contract: the worker is gone within a second. */
enum {
	GONE_MS = 1000
};

/* In the host's process: the pipe to the test, which closes its end when the test is over. */
static int report_fd;

/* What the host does once its worker runs; it is killed after its report, unless it ends itself. */
typedef void host_life(struct rc_peer *peer, struct rc_client *client);

/* A host that has been started. */
struct host {
	pid_t pid;
	int worker_pid_fd;
	int pipe_fd;
};

struct opening {
	const struct test_way *way;
	struct rc_peer *peer;
};

static void *open_peer(void *argument)
{
	struct opening *opening = argument;

	opening->peer = test_open(opening->way, NULL);
	return NULL;
}

/* Tells the test which worker runs. */
static void report(const struct rc_peer *peer)
{
	int pid = rc_peer_pid(peer);

	if (write(report_fd, &pid, sizeof(pid)) != sizeof(pid))
		_exit(4);
}

/* The host's process. */
static _Noreturn void run_host(const struct test_way *way, host_life *life, bool from_thread)
{
	struct opening opening = { .way = way };
	struct rc_client *client;
	pthread_t thread;

	if (from_thread) {
		/* The thread that opens the peer is gone before the first call. */
		pthread_create(&thread, NULL, open_peer, &opening);
		pthread_join(thread, NULL);
	} else {
		open_peer(&opening);
	}
	client = test_client(opening.peer);
	for (int call = 0; call < 100; call++)
		if (kit_ping(client))
			_exit(3);
	life(opening.peer, client);
	_exit(0);
}

static struct host start_host(const struct test_way *way, host_life *life, bool from_thread)
{
	struct host host;
	int fds[2], pid = 0;

	cr_assert_eq(pipe(fds), 0);
	host.pid = fork();
	cr_assert_geq(host.pid, 0);
	if (!host.pid) {
		close(fds[0]);
		report_fd = fds[1];
		run_host(way, life, from_thread);
	}
	close(fds[1]);
	cr_assert_eq(read(fds[0], &pid, sizeof(pid)), (ssize_t)sizeof(pid),
		     "the host did not get as far as its worker");
	host.pipe_fd = fds[0];
	host.worker_pid_fd = (int)syscall(SYS_pidfd_open, pid, 0);
	return host;
}

/* Waits for the worker's end, and for the host's. */
static void expect_worker_gone(struct host *host)
{
	struct pollfd polled = { .fd = host->worker_pid_fd, .events = POLLIN };

	cr_assert_eq(waitpid(host->pid, NULL, 0), host->pid);
	/* Without a descriptor it was gone before we looked. */
	if (host->worker_pid_fd >= 0) {
		cr_assert_eq(poll(&polled, 1, GONE_MS), 1, "the worker lives on");
		close(host->worker_pid_fd);
	}
	close(host->pipe_fd);
}

static void kill_host(const struct test_way *way, host_life *life, bool from_thread)
{
	struct host host = start_host(way, life, from_thread);

	cr_assert_geq(host.worker_pid_fd, 0, "the worker did not live until the host was killed");
	cr_assert_eq(kill(host.pid, SIGKILL), 0);
	expect_worker_gone(&host);
}

static void life_idle(struct rc_peer *peer, struct rc_client *client)
{
	report(peer);
	(void)client;
	for (;;)
		pause();
}

static void life_of_calls(struct rc_peer *peer, struct rc_client *client)
{
	report(peer);
	while (!kit_ping(client))
		;
	_exit(5);
}

static void life_of_one_long_call(struct rc_peer *peer, struct rc_client *client)
{
	struct rc_client *other = test_client(peer);
	uint64_t spinning = 0;

	kit_spin_async(client, NULL, NULL, NULL);
	if (!TEST_UNTIL(kit_held(other, KIT_SPIN_GATE, &spinning) || spinning))
		_exit(6);
	report(peer);
	rc_wait(client, RC_FOREVER);
}

TEST_ALL_WAYS(host, killed_while_idle_takes_its_worker_along)
{
	kill_host(way, life_idle, false);
}

TEST_ALL_WAYS(host, killed_during_calls_takes_its_worker_along)
{
	for (int turn = 0; turn < 5; turn++)
		kill_host(way, life_of_calls, false);
}

TEST_SPIN_PARK(host, killed_during_a_handler_that_never_returns_takes_its_worker_along)
{
	kill_host(way, life_of_one_long_call, false);
}

TEST_ALL_WAYS(host, whose_opening_thread_has_exited_keeps_its_worker_until_killed)
{
	kill_host(way, life_idle, true);
	kill_host(way, life_of_calls, true);
}

static void life_that_exits(struct rc_peer *peer, struct rc_client *client)
{
	report(peer);
	kit_hold_async(client, 1, NULL, NULL, NULL);
	exit(0);
}

static void life_that_aborts(struct rc_peer *peer, struct rc_client *client)
{
	report(peer);
	(void)client;
	signal(SIGABRT, SIG_DFL);
	kill(getpid(), SIGABRT);
	pause();
}

TEST_ALL_WAYS(host, that_ends_without_closing_takes_its_worker_along)
{
	struct host host = start_host(way, life_that_exits, false);

	expect_worker_gone(&host);
	host = start_host(way, life_that_aborts, false);
	expect_worker_gone(&host);
}

static void life_that_forks(struct rc_peer *peer, struct rc_client *client)
{
	(void)client;
	/* A child that lives on holds copies of the host's descriptors. */
	if (!fork()) {
		struct pollfd polled = { .fd = report_fd };

		poll(&polled, 1, -1);
		_exit(0);
	}
	report(peer);
	for (;;)
		pause();
}

TEST_SPIN_PARK(host, killed_with_a_forked_child_alive_takes_its_worker_along)
{
	kill_host(way, life_that_forks, false);
}
