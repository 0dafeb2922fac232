/* SPDX-License-Identifier: MIT */
/*
 * unix_rtt.c - two processes, a socket pair, and blocking reads and writes of 16 bytes.
 *
 * What a program would do without ringcall, before any encoding of messages.
 */
#define _GNU_SOURCE
#include "bench/unix_rtt.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/clock.h"
#include "bench/fail.h"
#include "bench/helper.h"
#include "bench/rtt.h"

struct message {
	uint64_t x;
	uint64_t y;
};

struct unix_rtt {
	int fd;        /* ours */
	int helper_fd; /* the helper's */
	pid_t helper;
	uint64_t number;
};

/* Answers with the two numbers exchanged, until the benchmark is gone. */
static void helper(void *argument)
{
	const struct unix_rtt *unix_rtt = argument;
	struct message message;

	close(unix_rtt->fd);
	while (read(unix_rtt->helper_fd, &message, sizeof(message)) == sizeof(message)) {
		struct message answer = { message.y, message.x };

		if (write(unix_rtt->helper_fd, &answer, sizeof(answer)) != sizeof(answer))
			break;
	}
	_exit(EXIT_FAILURE);
}

static void round_trip(struct unix_rtt *unix_rtt)
{
	uint64_t number = ++unix_rtt->number;
	struct message message = { number, ~number }, answer;

	if (write(unix_rtt->fd, &message, sizeof(message)) != sizeof(message) ||
	    read(unix_rtt->fd, &answer, sizeof(answer)) != sizeof(answer))
		fail_errno("the unix socket's other process is gone");
	fail_unless_equal("unix socket", answer.x, message.y);
	fail_unless_equal("unix socket", answer.y, message.x);
}

static void stamped(void *subject, uint32_t round_trips, uint64_t *ticks)
{
	ticks[0] = clock_ticks();
	for (uint32_t count = 1; count <= round_trips; count++) {
		round_trip(subject);
		ticks[count] = clock_ticks();
	}
}

struct unix_rtt *unix_rtt_open(void)
{
	static struct unix_rtt only;
	int fds[2];

	/* SEQPACKET keeps messages apart, so a read is a message. */
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds))
		fail_errno("a pair of unix sockets");
	only = (struct unix_rtt){ .fd = fds[0], .helper_fd = fds[1] };
	only.helper = helper_fork(helper, &only);
	close(only.helper_fd);
	return &only;
}

void unix_rtt_close(struct unix_rtt *unix_rtt)
{
	close(unix_rtt->fd);
	helper_stop(unix_rtt->helper);
}

double unix_rtt_slice_ns(struct unix_rtt *unix_rtt, uint64_t warm_ns, uint64_t slice_ns,
			 struct histogram *histogram)
{
	struct rtt rtt = { .stamped = stamped, .subject = unix_rtt };

	fail_watch("the unix socket round trip");
	return rtt_slice_ns(&rtt, warm_ns, slice_ns, histogram);
}
