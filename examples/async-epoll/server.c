/* SPDX-License-Identifier: MIT */
/*
 * server.c - a TCP server on epoll, in one thread, whose requests are answered by Go.
 *
 * Each line that a connection sends is a call; the completion callback writes the answer. While
 * there is nothing to do the thread sleeps in epoll_wait(), and replies wake it there.
 */
#include <arpa/inet.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "examples/async-epoll/shout.rc.h"

enum {
	EVENTS = 64,
	LINE_BYTES_MAX = 4096
};

static struct rc_client *client;
static int epoll_fd;

struct connection {
	int fd;
	size_t used;
	char buffer[LINE_BYTES_MAX];
};

static void watch(int operation, int fd, uint32_t events, void *data)
{
	struct epoll_event event = { .events = events, .data.ptr = data };

	if (epoll_ctl(epoll_fd, operation, fd, &event))
		err(1, "epoll_ctl");
}

static void hang_up(struct connection *connection)
{
	close(connection->fd);
	free(connection);
}

static void next_line(struct connection *connection);

/* A call has completed: rc_poll() runs this. */
static void answered(void *context, int status, const struct rc_str *answer)
{
	struct connection *connection = context;
	char text[LINE_BYTES_MAX + 1];
	int bytes;

	if (status) {
		warnx("%s", rc_error_last()->text);
		hang_up(connection);
		return;
	}
	bytes = snprintf(text, sizeof(text), "%.*s\n", RC_STR_ARG(*answer));
	rc_release(client, answer);
	if (send(connection->fd, text, (size_t)bytes, MSG_NOSIGNAL | MSG_DONTWAIT) != bytes)
		hang_up(connection); /* it is gone, or does not read */
	else
		next_line(connection);
}

/* Sends the next line to Go, or reads on. One call a connection is in flight, so answers come in
 * order. */
static void next_line(struct connection *connection)
{
	char *end = memchr(connection->buffer, '\n', connection->used);
	struct rc_str line = { connection->buffer, (size_t)(end - connection->buffer) };

	if (!end) {
		watch(EPOLL_CTL_MOD, connection->fd, EPOLLIN | EPOLLONESHOT, connection);
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

static void receive(struct connection *connection)
{
	size_t room = sizeof(connection->buffer) - connection->used;
	ssize_t bytes = read(connection->fd, connection->buffer + connection->used, room);

	if (bytes <= 0) { /* also when a line is too long: there is no room */
		hang_up(connection);
		return;
	}
	connection->used += (size_t)bytes;
	next_line(connection);
}

static void welcome(int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct connection *connection = fd < 0 ? NULL : calloc(1, sizeof(*connection));

	if (!connection) {
		warn("accept");
		return;
	}
	connection->fd = fd;
	watch(EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLONESHOT, connection);
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
	struct epoll_event events[EVENTS];
	struct rc_peer *peer;
	int listener;

	if (rc_open("worker:examples/async-epoll/shout-worker", NULL, &peer) ||
	    rc_client_open(peer, &client) || rc_client_fd(client) < 0)
		errx(1, "%s", rc_error_last()->text);
	rc_client_set_full(client, RC_FULL_WAIT);
	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	listener = listen_on((uint16_t)(argc > 1 ? atoi(argv[1]) : 0));
	watch(EPOLL_CTL_ADD, rc_client_fd(client), EPOLLIN, NULL);
	watch(EPOLL_CTL_ADD, listener, EPOLLIN, &listener);

	for (;;) {
		int count = rc_poll(client);

		if (count < 0)
			errx(1, "%s", rc_error_last()->text);
		if (rc_client_arm(client))
			continue;
		count = epoll_wait(epoll_fd, events, EVENTS, -1);
		for (int i = 0; i < count; i++) {
			if (events[i].data.ptr == &listener)
				welcome(listener);
			else if (events[i].data.ptr) /* else it is for rc_poll() */
				receive(events[i].data.ptr);
		}
	}
}
