/* SPDX-License-Identifier: MIT */
/* fake.c - see fake.h. */
#include "tests/testutil/fake.h"

#include <err.h>
#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "cside/internal.h"

uint32_t fake_services(struct fake_service *services, uint32_t most)
{
	const struct rc_service_link *link;
	uint32_t count = 0;

	for (link = rc__service_first(); link && count < most; link = link->next)
		services[count++] =
			(struct fake_service){ link->service->name, link->service->digest,
					       link->service->method_count };
	return count;
}

uint16_t fake_method(const char *service, const char *method)
{
	const struct rc_service_link *link;
	uint32_t base = 0;

	for (link = rc__service_first(); link; link = link->next) {
		const struct rc_service *known = link->service;

		for (uint32_t i = 0; i < known->method_count; i++) {
			const char *dot = strrchr(known->methods[i].name, '.');

			if (!strcmp(known->name, service) && dot && !strcmp(dot + 1, method))
				return (uint16_t)(base + i);
		}
		base += known->method_count;
	}
	errx(1, "fake: no method %s.%s", service, method);
}

void fake_send(const void *packet, uint32_t bytes)
{
	if (send(RC_CONTROL_FD, packet, bytes, MSG_NOSIGNAL) < 0)
		exit(0); /* the host has seen enough */
}

uint32_t fake_receive(void *packet, uint32_t bytes, int *fd)
{
	union {
		struct cmsghdr header;
		unsigned char bytes[CMSG_SPACE(sizeof(int))];
	} ancillary;
	struct iovec part = { packet, bytes };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = &ancillary,
				  .msg_controllen = sizeof(ancillary) };
	ssize_t received = recvmsg(RC_CONTROL_FD, &message, 0);

	*fd = -1;
	if (received <= 0)
		return 0;
	if (CMSG_FIRSTHDR(&message))
		memcpy(fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(*fd));
	return (uint32_t)received;
}

void fake_send_hello(uint32_t version_min, uint32_t version_max, uint32_t services)
{
	struct rc_control_hello_packet hello = {
		.control = { RC_CONTROL_HELLO, sizeof(hello) },
		.magic = RC_HELLO_MAGIC,
		.version_min = version_min,
		.version_max = version_max,
		.process_id = (uint32_t)getpid(),
		.services = services,
	};

	fake_send(&hello, sizeof(hello));
}

void fake_send_services(void)
{
	struct fake_service services[16];
	uint32_t count = fake_services(services, 16);

	for (uint32_t i = 0; i < count; i++) {
		struct rc_control_service_packet packet = {
			.control = { RC_CONTROL_SERVICE, sizeof(packet) },
			.digest = services[i].digest,
			.methods = services[i].methods,
		};

		memcpy(packet.name, services[i].name, strlen(services[i].name));
		fake_send(&packet, sizeof(packet));
	}
}

void fake_receive_region(struct fake *fake)
{
	struct rc_control_region_packet packet;
	int fd;

	if (fake_receive(&packet, sizeof(packet), &fd) != sizeof(packet) || fd < 0)
		exit(0);
	fake->geometry = packet.region;
	fake->region =
		mmap(NULL, packet.region.region_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (fake->region == MAP_FAILED)
		err(1, "fake: mmap");
	close(fd);
}

void fake_send_ready(void)
{
	struct rc_control ready = { RC_CONTROL_READY, sizeof(ready) };

	fake_send(&ready, sizeof(ready));
}

void fake_start(struct fake *fake)
{
	struct fake_service services[16];

	memset(fake, 0, sizeof(*fake));
	fake_send_hello(RC_VERSION_MIN, RC_VERSION_MAX, fake_services(services, 16));
	fake_send_services();
	fake_receive_region(fake);
	fake_send_ready();
}

static void open_lane(struct fake *fake, const struct rc_control_lane *packet)
{
	const struct rc_region *geometry = &fake->geometry;
	unsigned char *lane = fake->region + geometry->first_lane_offset +
			      packet->lane * geometry->lane_stride_bytes;
	unsigned char *reverse = lane + geometry->reverse_offset;

	fake->is_open = true;
	fake->lane_index = packet->lane;
	fake->lane = (struct rc_lane *)(void *)lane;
	fake->requests =
		rc__ring_of(fake->lane + 1, geometry->ring_slots, packet->request_position);
	fake->replies = rc__ring_of(rc__ring_end(&fake->requests), geometry->ring_slots,
				    packet->reply_position);
	fake->payload = lane + geometry->payload_offset;
	fake->host_requests =
		rc__ring_of(reverse + sizeof(struct rc_reverse), geometry->reverse_slots,
			    packet->reverse_request_position);
	fake->host_replies = rc__ring_of(rc__ring_end(&fake->host_requests),
					 geometry->reverse_slots, packet->reverse_reply_position);
	fake->host_payload = lane + geometry->reverse_payload_offset;
}

static void close_lane(struct fake *fake, const struct rc_control_lane *packet)
{
	struct rc_control_lane closed = *packet;

	closed.control.kind = RC_CONTROL_LANE_CLOSED;
	if (fake->is_open && fake->lane_index == packet->lane) {
		/* Requests that were not read are skipped. */
		closed.reply_position = (uint32_t)fake->replies.position;
		closed.reverse_request_position = (uint32_t)fake->host_requests.position;
		fake->is_open = false;
	}
	fake_send(&closed, sizeof(closed));
}

void fake_obey(struct fake *fake)
{
	struct pollfd polled = { .fd = RC_CONTROL_FD, .events = POLLIN };

	while (poll(&polled, 1, 0) > 0) {
		struct rc_control_lane packet;
		int fd;

		if (!fake_receive(&packet, sizeof(packet), &fd) ||
		    packet.control.kind == RC_CONTROL_STOP)
			exit(0);
		if (packet.control.kind == RC_CONTROL_LANE_OPEN)
			open_lane(fake, &packet);
		else if (packet.control.kind == RC_CONTROL_LANE_CLOSE)
			close_lane(fake, &packet);
	}
}

struct rc_descriptor fake_next(struct fake *fake)
{
	const struct timespec nap = { .tv_nsec = 20000 };
	struct rc_descriptor request;

	/* Some answers have to be fast, so that the host never finds its ring empty for long. */
	for (uint32_t poll = 1; !fake->is_open || !rc__ring_peek(&fake->requests); poll++) {
		if (fake->is_open && poll % 8192)
			continue;
		fake_obey(fake);
		nanosleep(&nap, NULL);
	}
	rc__ring_read(&fake->requests, &request);
	rc__ring_advance(&fake->requests, rc__slots_of(request.flags));
	rc__store_release(&fake->lane->worker_taken.taken, (uint32_t)fake->requests.position);
	return request;
}

struct rc_descriptor *fake_reply(struct fake *fake, const struct rc_descriptor *request)
{
	fake->reply = (struct rc_descriptor){ .flags = RC_SLOT_INLINE, .call = request->call };
	return &fake->reply;
}

void fake_commit(struct fake *fake)
{
	struct rc_slot *slot = rc__ring_slot(&fake->replies);

	rc__ring_commit(&fake->replies, rc__ring_write(&fake->replies, &fake->reply));
	/* PAIRS-WITH rc__park_begin: our commit must be seen before we look. */
	rc__fence();
	if (fake->is_fast && !rc__load_relaxed(&fake->lane->host_park.waiting))
		return;
	syscall(SYS_futex, &slot->sequence, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

unsigned char *fake_space(const struct fake *fake, const struct rc_descriptor *request,
			  uint32_t *bytes)
{
	struct rc_span span = rc__span_unpack(request->body[4]);

	*bytes = 0;
	if (!(request->flags & RC_SLOT_SPACE))
		return NULL;
	*bytes = span.bytes;
	return fake->payload + span.offset;
}

const unsigned char *fake_message(const struct fake *fake, const struct rc_descriptor *request)
{
	if (request->flags & RC_SLOT_INLINE)
		return (const unsigned char *)request->body;
	return fake->payload + rc__span_unpack(request->body[0]).offset;
}

void fake_answer_in_space(struct fake *fake, const struct rc_descriptor *request,
			  const void *message, uint32_t bytes)
{
	struct rc_descriptor *slot = fake_reply(fake, request);
	uint32_t space_bytes;
	unsigned char *space = fake_space(fake, request, &space_bytes);

	if (bytes > space_bytes)
		errx(1, "fake: a reply of %u bytes in a space of %u", bytes, space_bytes);
	memcpy(space, message, bytes);
	slot->flags = 0;
	slot->body[0] = rc__span_pack(0, bytes);
	fake_commit(fake);
}
