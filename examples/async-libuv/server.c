/* SPDX-License-Identifier: MIT */
/*
 * server.c - a TCP server on libuv whose requests are answered by Go.
 *
 * Each line that a connection sends is a call; the completion callback writes the answer. A
 * uv_poll_t watches the client's descriptor, and a uv_prepare_t arms it before the loop sleeps.
 */
#include <arpa/inet.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "examples/async-epoll/shout.rc.h"

enum {
	LINE_BYTES_MAX = 4096
};

static struct rc_client *client;

struct connection {
	uv_tcp_t stream; /* its data is the connection */
	uv_write_t write;
	size_t used;
	char buffer[LINE_BYTES_MAX];
	char answer[LINE_BYTES_MAX + 1];
};

static void check(int status, const char *what)
{
	if (status < 0)
		errx(1, "%s: %s", what, uv_strerror(status));
}

static void closed(uv_handle_t *handle)
{
	free(handle->data);
}

static void hang_up(struct connection *connection)
{
	uv_close((uv_handle_t *)&connection->stream, closed);
}

static void next_line(struct connection *connection);

static void written(uv_write_t *write, int status)
{
	struct connection *connection = write->data;

	if (status)
		hang_up(connection);
	else
		next_line(connection);
}

/* A call has completed: rc_poll() runs this. */
static void answered(void *context, int status, const struct rc_str *answer)
{
	struct connection *connection = context;
	uv_buf_t text;
	int bytes;

	if (status) {
		warnx("%s", rc_error_last()->text);
		hang_up(connection);
		return;
	}
	bytes = snprintf(connection->answer, sizeof(connection->answer), "%.*s\n",
			 RC_STR_ARG(*answer));
	rc_release(client, answer);
	text = uv_buf_init(connection->answer, (unsigned)bytes);
	if (uv_write(&connection->write, (uv_stream_t *)&connection->stream, &text, 1, written))
		hang_up(connection);
}

/* Reads to where the line goes on. */
static void room_of(uv_handle_t *handle, size_t suggested, uv_buf_t *room)
{
	struct connection *connection = handle->data;

	(void)suggested;
	*room = uv_buf_init(connection->buffer + connection->used,
			    (unsigned)(sizeof(connection->buffer) - connection->used));
}

static void received(uv_stream_t *stream, ssize_t bytes, const uv_buf_t *buffer)
{
	struct connection *connection = stream->data;

	(void)buffer;
	if (bytes == 0) /* not yet */
		return;
	uv_read_stop(stream);
	if (bytes < 0) { /* also when a line is too long: there is no room */
		hang_up(connection);
		return;
	}
	connection->used += (size_t)bytes;
	next_line(connection);
}

/* Sends the next line to Go, or reads on. One call a connection is in flight, so answers come in
 * order. */
static void next_line(struct connection *connection)
{
	char *end = memchr(connection->buffer, '\n', connection->used);
	struct rc_str line = { connection->buffer, (size_t)(end - connection->buffer) };

	if (!end) {
		if (uv_read_start((uv_stream_t *)&connection->stream, room_of, received))
			hang_up(connection);
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

static void welcome(uv_stream_t *listener, int status)
{
	struct connection *connection = calloc(1, sizeof(*connection));

	check(status, "accept");
	if (!connection)
		err(1, "accept");
	check(uv_tcp_init(listener->loop, &connection->stream), "uv_tcp_init");
	connection->stream.data = connection;
	connection->write.data = connection;
	if (uv_accept(listener, (uv_stream_t *)&connection->stream))
		hang_up(connection);
	else
		next_line(connection);
}

static void listen_on(uv_tcp_t *listener, int port)
{
	struct sockaddr_in address;
	int bytes = sizeof(address);

	check(uv_ip4_addr("127.0.0.1", port, &address), "uv_ip4_addr");
	check(uv_tcp_init(uv_default_loop(), listener), "uv_tcp_init");
	check(uv_tcp_bind(listener, (const struct sockaddr *)&address, 0), "uv_tcp_bind");
	check(uv_listen((uv_stream_t *)listener, 128, welcome), "uv_listen");
	check(uv_tcp_getsockname(listener, (struct sockaddr *)&address, &bytes), "getsockname");
	printf("listening on port %d\n", ntohs(address.sin_port));
	fflush(stdout);
}

static void poll_calls(void)
{
	if (rc_poll(client) < 0)
		errx(1, "%s", rc_error_last()->text);
}

static void readable(uv_poll_t *poll, int status, int events)
{
	(void)poll, (void)events;
	check(status, "uv_poll");
	poll_calls();
}

/* The loop is about to sleep. */
static void before_sleep(uv_prepare_t *prepare)
{
	(void)prepare;
	while (rc_client_arm(client))
		poll_calls();
}

int main(int argc, char **argv)
{
	uv_loop_t *loop = uv_default_loop();
	uv_prepare_t prepare;
	uv_tcp_t listener;
	uv_poll_t poll;
	struct rc_peer *peer;

	if (rc_open("worker:examples/async-epoll/shout-worker", NULL, &peer) ||
	    rc_client_open(peer, &client) || rc_client_fd(client) < 0)
		errx(1, "%s", rc_error_last()->text);
	rc_client_set_full(client, RC_FULL_WAIT);
	check(uv_poll_init(loop, &poll, rc_client_fd(client)), "uv_poll_init");
	check(uv_poll_start(&poll, UV_READABLE, readable), "uv_poll_start");
	check(uv_prepare_init(loop, &prepare), "uv_prepare_init");
	check(uv_prepare_start(&prepare, before_sleep), "uv_prepare_start");
	listen_on(&listener, argc > 1 ? atoi(argv[1]) : 0);
	return uv_run(loop, UV_RUN_DEFAULT);
}
