/* SPDX-License-Identifier: MIT */
/*
 * stand_in.c - what generated code calls of the library: a send goes to the heap, and no further.
 *
 * These are the functions of ringcall/generated.h, in place of the library's.
 */
#include "tests/fuzz/reply/stand_in.h"

#include <err.h>
#include <errno.h>
#include <stdlib.h>

#include "ring/layout.h"

static struct rc_send sent;
static size_t sent_bytes;
static size_t sent_max = SIZE_MAX;
static struct rc_service_link *services;
static struct rc_client_head head; /* not direct: all goes by messages */

struct rc_client *stand_in_client(void)
{
	return (struct rc_client *)(void *)&head;
}

const struct rc_service_link *stand_in_services(void)
{
	return services;
}

void stand_in_limit(size_t bytes)
{
	sent_max = bytes;
}

unsigned char *stand_in_sent(size_t *bytes)
{
	unsigned char *message = sent.message;

	*bytes = sent_bytes;
	sent.message = NULL;
	return message;
}

void rc__service_register(const struct rc_service *service)
{
	service->link->service = service;
	service->link->next = services;
	services = service->link;
}

int rc__send_begin(struct rc_client *client, const struct rc_method *method, uint64_t message_bytes,
		   struct rc_send *send)
{
	(void)method;
	if (message_bytes > sent_max)
		return -EMSGSIZE;
	send->client = client;
	send->message = malloc(message_bytes);
	if (!send->message)
		err(1, "malloc of %llu bytes", (unsigned long long)message_bytes);
	sent_bytes = message_bytes;
	return 0;
}

void rc__measure_begin(const struct rc_client *client, struct rc_measure *measure)
{
	(void)client;
	*measure = (struct rc_measure){ .depth = RC_DEPTH_MAX };
}

int rc__send_measured(struct rc_client *client, const struct rc_method *method,
		      const struct rc_measure *measure, uint64_t measured, struct rc_send *send)
{
	if (measure->too_large)
		return -EMSGSIZE;
	if (measure->fault.field)
		errx(1, "%s: an accepted value cannot be sent: %s %s", method->name,
		     measure->fault.field, measure->fault.why);
	return rc__send_begin(client, method, measured, send);
}

void rc__writer_begin(const struct rc_send *send, struct rc_writer *writer)
{
	*writer = (struct rc_writer){ .base = send->message };
}

bool rc__clone_begin(const char *function, const void *value, struct rc_measure *measure)
{
	(void)value, (void)measure;
	errx(1, "%s, which nothing here calls", function);
}

void *rc__clone_measured(const char *function, const struct rc_measure *measure, uint64_t measured)
{
	(void)measure, (void)measured;
	errx(1, "%s, which nothing here calls", function);
}

int rc__argument_null(const struct rc_method *method, const char *argument)
{
	errx(1, "%s: %s is NULL", method->name, argument);
}

int rc__call_in_place(struct rc_client *client, const struct rc_method *method, uint64_t measured,
		      const void *const *arguments, void *reply)
{
	(void)client, (void)method, (void)measured, (void)arguments, (void)reply;
	return RC_BY_MESSAGE;
}

int rc__call_sync(struct rc_send *send, void *reply)
{
	(void)reply;
	sent = *send;
	return 0;
}

int rc__call_async(struct rc_send *send, rc__done *done, void *context, struct rc_call *call)
{
	(void)send, (void)done, (void)context, (void)call;
	errx(1, "an asynchronous call, which nothing here makes");
}

int rc_call_wait(struct rc_call *call, void *reply, uint64_t deadline_ns)
{
	(void)call, (void)reply, (void)deadline_ns;
	errx(1, "an asynchronous call, which nothing here makes");
}

int rc__small_sync(struct rc_client *client, const void *message, void *reply,
		   const struct rc_method *method)
{
	struct rc_send send;
	int status = rc__send_begin(client, method, method->request_bytes, &send);

	if (status)
		return status;
	memcpy(send.message, message, method->request_bytes);
	return rc__call_sync(&send, reply);
}

int rc__small_async(struct rc_client *client, const void *message, rc__done *done, void *context,
		    struct rc_call *call, const struct rc_method *method)
{
	(void)client, (void)method, (void)message, (void)done, (void)context, (void)call;
	errx(1, "an asynchronous call, which nothing here makes");
}

void *rc_alloc(struct rc_client *client, size_t bytes)
{
	(void)client, (void)bytes;
	return NULL;
}

void rc_release(struct rc_client *client, const void *memory)
{
	(void)client, (void)memory;
}
