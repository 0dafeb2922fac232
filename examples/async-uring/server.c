/* SPDX-License-Identifier: MIT */
/*
 * server.c - a TCP server on io_uring, in one thread, whose requests are answered by Go.
 *
 * Each line that a connection sends is a call; the completion callback sends the answer. The thread
 * sleeps in io_uring alone: rc_uring_arm() makes replies of Go completions like any other.
 */
#include <arpa/inet.h>
#include <err.h>
#include <liburing.h>
#include <ringcall/uring.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "examples/async-epoll/shout.rc.h"

enum {
	ENTRIES = 256,
	LINE_BYTES_MAX = 4096
};

/* What has completed: in the low bits of user_data, above them the connection. */
enum event {
	EVENT_ACCEPT,
	EVENT_RECEIVE,
	EVENT_SEND,
	EVENT_CALLS
};

static struct rc_client *client;
static struct io_uring uring;
static int listener;

struct connection {
	int fd;
	size_t used;
	char buffer[LINE_BYTES_MAX];
	char answer[LINE_BYTES_MAX + 1];
};

_Static_assert(_Alignof(struct connection) > EVENT_CALLS, "the low bits of a pointer are free");

/* A request that will complete as this event of this connection. */
static struct io_uring_sqe *request(enum event event, struct connection *connection)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&uring);

	if (!sqe && io_uring_submit(&uring) >= 0)
		sqe = io_uring_get_sqe(&uring);
	if (!sqe)
		errx(1, "the submission queue is full");
	sqe->user_data = (uintptr_t)connection | event;
	return sqe;
}

static void prepare(struct io_uring_sqe *sqe, int operation, int fd, void *data, size_t bytes,
		    int flags)
{
	uint64_t user_data = sqe->user_data;

	io_uring_prep_rw(operation, sqe, fd, data, (unsigned)bytes, 0);
	sqe->msg_flags = (uint32_t)flags;
	sqe->user_data = user_data;
}

static void hang_up(struct connection *connection)
{
	close(connection->fd);
	free(connection);
}

/* A call has completed: rc_poll() runs this. */
static void answered(void *context, int status, const struct rc_str *answer)
{
	struct connection *connection = context;
	int bytes;

	if (status) {
		warnx("%s", rc_error_last()->text);
		hang_up(connection);
		return;
	}
	bytes = snprintf(connection->answer, sizeof(connection->answer), "%.*s\n",
			 RC_STR_ARG(*answer));
	rc_release(client, answer);
	prepare(request(EVENT_SEND, connection), IORING_OP_SEND, connection->fd, connection->answer,
		(size_t)bytes, MSG_NOSIGNAL | MSG_WAITALL);
}

/* Sends the next line to Go, or reads on. One call a connection is in flight, so answers come in
 * order. */
static void next_line(struct connection *connection)
{
	char *end = memchr(connection->buffer, '\n', connection->used);
	struct rc_str line = { connection->buffer, (size_t)(end - connection->buffer) };

	if (!end) {
		prepare(request(EVENT_RECEIVE, connection), IORING_OP_RECV, connection->fd,
			connection->buffer + connection->used,
			sizeof(connection->buffer) - connection->used, 0);
		return;
	}
	if (shout_answer_async(client, line, answered, connection, NULL)) {
		warnx("%s", rc_error_last()->text);
		hang_up(connection);
		return;
	}
	/* The line was taken at once: its place may be used again. */
	connection->used -= line.len + 1;
	memmove(connection->buffer, end + 1, connection->used);
}

static void accept_next(void)
{
	prepare(request(EVENT_ACCEPT, NULL), IORING_OP_ACCEPT, listener, NULL, 0, SOCK_CLOEXEC);
}

static void welcome(int fd)
{
	struct connection *connection = fd < 0 ? NULL : calloc(1, sizeof(*connection));

	accept_next();
	if (!connection) {
		warnx("accept: %s", strerror(fd < 0 ? -fd : ENOMEM));
		return;
	}
	connection->fd = fd;
	next_line(connection);
}

static void completed(const struct io_uring_cqe *cqe)
{
	struct connection *connection = (void *)(uintptr_t)(cqe->user_data & ~UINT64_C(3));

	switch ((enum event)(cqe->user_data & 3)) {
	case EVENT_ACCEPT:
		welcome(cqe->res);
		return;
	case EVENT_RECEIVE:
		connection->used += cqe->res > 0 ? (size_t)cqe->res : 0;
		break;
	case EVENT_SEND:
		break;
	case EVENT_CALLS: /* it is for rc_poll() */
		return;
	}
	if (cqe->res <= 0) /* also when a line is too long: there is no room */
		hang_up(connection);
	else
		next_line(connection);
}

static int listen_on(uint16_t port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons(port),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t bytes = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, bytes) || listen(fd, 128) ||
	    getsockname(fd, (struct sockaddr *)&address, &bytes))
		err(1, "listening on port %d", port);
	printf("listening on port %d\n", ntohs(address.sin_port));
	fflush(stdout);
	return fd;
}

int main(int argc, char **argv)
{
	struct io_uring_cqe *cqe;
	struct rc_peer *peer;
	int status;

	if (rc_open("worker:examples/async-epoll/shout-worker", NULL, &peer) ||
	    rc_client_open(peer, &client))
		errx(1, "%s", rc_error_last()->text);
	rc_client_set_full(client, RC_FULL_WAIT);
	status = io_uring_queue_init(ENTRIES, &uring, 0);
	if (status)
		errx(1, "io_uring_queue_init: %s", strerror(-status));
	listener = listen_on((uint16_t)(argc > 1 ? atoi(argv[1]) : 0));
	accept_next();

	for (;;) {
		unsigned head, seen = 0;

		if (rc_poll(client) < 0)
			errx(1, "%s", rc_error_last()->text);
		status = rc_uring_arm(client, &uring, EVENT_CALLS);
		if (status < 0)
			errx(1, "%s", rc_error_last()->text);
		/* 1: rc_poll() has something to do, so there is nothing to wait for. */
		io_uring_submit_and_wait(&uring, status ? 0 : 1);
		io_uring_for_each_cqe(&uring, head, cqe)
		{
			completed(cqe);
			seen++;
		}
		io_uring_cq_advance(&uring, seen);
	}
}
