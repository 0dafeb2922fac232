/* SPDX-License-Identifier: MIT */
/*
 * inproc_host.c - calls of host services from Go in this process, by cgo.
 *
 * Go's thread calls rc__inproc_host_call() with an encoded request and room for the reply, both in
 * memory of Go. A reply that does not fit is kept in memory of C, which Go frees by a call of its
 * own when it has copied it; then it knows how large the next reply may be.
 */
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "internal.h"

struct inproc_call {
	struct rc__host_call call; /* first: reply_space() gets it */
	unsigned char *room;       /* struct rc_host_reply, then the reply */
	uint64_t room_bytes;       /* of the reply */
	unsigned char *kept;       /* malloc'd, when it does not fit */
};

static void *reply_space(struct rc__host_call *call, uint64_t bytes)
{
	struct inproc_call *inproc = (struct inproc_call *)call;

	if (bytes <= inproc->room_bytes)
		return inproc->room + sizeof(struct rc_host_reply);
	inproc->kept = malloc(bytes);
	return inproc->kept;
}

static uint32_t nesting_of(struct rc__host *host, uint32_t lane)
{
	return lane < RC_LANES_MAX ? rc__load_relaxed(&host->nesting[lane]) : 0;
}

static int run(void *host, uint32_t number, uint32_t lane, void *request, uint64_t request_bytes,
	       void *reply, uint64_t reply_bytes)
{
	struct inproc_call inproc = {
		.call = { .host = host,
			  .number = number,
			  .nesting = nesting_of(host, lane),
			  .is_in_process = true,
			  .request = request,
			  .request_bytes = request_bytes,
			  .reply_space = reply_space },
		.room = reply,
		.room_bytes = reply_bytes - sizeof(struct rc_host_reply),
	};
	struct rc_host_reply answer = { 0 };
	int status;

	status = rc__host_run(&inproc.call);
	answer.bytes = inproc.call.reply_bytes;
	answer.kept = (uintptr_t)inproc.kept;
	memcpy(reply, &answer, sizeof(answer));
	return status;
}

int rc__inproc_host_call(void *host, uint32_t number, uint32_t lane, void *request,
			 uint64_t request_bytes, void *reply, uint64_t reply_bytes)
{
	if (number != RC_HOST_FREE)
		return run(host, number, lane, request, request_bytes, reply, reply_bytes);
	free(request);
	return 0;
}
