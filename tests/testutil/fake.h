/* SPDX-License-Identifier: MIT */
/*
 * fake.h - a worker in C that speaks the protocol by hand, for programs that break it.
 *
 * Everything is done as ring/layout.h says, one step a function, so that a test's program can do
 * each step wrong. It announces the services of kit.h, with their digests. One thread.
 */
#ifndef RINGCALL_TESTS_FAKE_H
#define RINGCALL_TESTS_FAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "ring/layout.h"
#include "ring/spsc.h"

struct fake {
	struct rc_region geometry;
	unsigned char *region;

	/* Of the lane that was opened last. */
	bool is_open;
	uint32_t lane_index;
	struct rc_lane *lane;
	struct rc__ring requests;
	struct rc__ring replies;
	struct rc_descriptor reply; /* what fake_commit() will write */
	unsigned char *payload;
	struct rc__ring host_requests; /* of its reverse lane: this side calls the host */
	struct rc__ring host_replies;
	unsigned char *host_payload;

	/* Wakes the host only when it says that it sleeps, which is faster. */
	bool is_fast;
};

/* A service, as rc_control_service_packet says it. */
struct fake_service {
	const char *name;
	uint64_t digest;
	uint32_t methods;
};

/* Lists the services that this program links. Returns how many. */
uint32_t fake_services(struct fake_service *services, uint32_t most);

/* The index that a method has in the table of this worker; ends the process if it has none. */
uint16_t fake_method(const char *service, const char *method);

/* Sends a packet as it is. */
void fake_send(const void *packet, uint32_t bytes);

/* Receives a packet of any size; *fd is a descriptor that came with it, or -1. 0: host gone. */
uint32_t fake_receive(void *packet, uint32_t bytes, int *fd);

/* The steps of the handshake. */
void fake_send_hello(uint32_t version_min, uint32_t version_max, uint32_t services);
void fake_send_services(void);
void fake_receive_region(struct fake *fake);
void fake_send_ready(void);

/* All of them, right. */
void fake_start(struct fake *fake);

/* Obeys what the host said meanwhile; ends the process when it is told to, or the host is gone. */
void fake_obey(struct fake *fake);

/* The next request; obeys the host while it waits. */
struct rc_descriptor fake_next(struct fake *fake);

/* What the slot of the next reply will say: an empty reply to `request`. */
struct rc_descriptor *fake_reply(struct fake *fake, const struct rc_descriptor *request);

/* Writes it, and wakes the host. */
void fake_commit(struct fake *fake);

/* Where the request's reply space lies, or NULL. */
unsigned char *fake_space(const struct fake *fake, const struct rc_descriptor *request,
			  uint32_t *bytes);

/* The message of a request. */
const unsigned char *fake_message(const struct fake *fake, const struct rc_descriptor *request);

/* Answers with a message in the reply space; ends the process when it does not fit. */
void fake_answer_in_space(struct fake *fake, const struct rc_descriptor *request,
			  const void *message, uint32_t bytes);

#endif
