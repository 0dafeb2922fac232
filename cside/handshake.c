/* SPDX-License-Identifier: MIT */
/*
 * handshake.c - from the worker's HELLO to its READY.
 *
 * Runs on the supervisor's thread. The worker may be anything that can be executed, so each packet
 * is checked for kind, size and limits, and the whole has a deadline.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "internal.h"
#include "sys.h"

/* One packet of the control socket, and what it begins with. */
union packet {
	struct rc_control control;
	struct rc_control_hello_packet hello;
	struct rc_control_service_packet service;
	unsigned char bytes[RC_CONTROL_BYTES_MAX];
};

static int not_a_worker(struct rc_peer *peer, const char *why)
{
	return rc__error_set(-EPROTO, RC_RAN_NO,
			     "ringcall: %s: %s; is it built from a main package that calls "
			     "ringcall.Main, of this library's version?",
			     peer->name, why);
}

static int gone(struct rc_peer *peer)
{
	return rc__error_set(-ENOTCONN, RC_RAN_NO,
			     "ringcall: %s left before it answered; what it wrote to the "
			     "standard error says why. Does its main call ringcall.Main?",
			     peer->name);
}

/* Waits until the control socket can be read. */
static int wait_readable(struct rc_peer *peer, uint64_t deadline_ns)
{
	struct pollfd polled[2] = { { .fd = peer->control_fd, .events = POLLIN },
				    { .fd = peer->pid_fd, .events = POLLIN } };

	for (;;) {
		uint64_t now_ns = rc__now_ns();
		struct timespec left =
			rc__timespec(deadline_ns > now_ns ? deadline_ns - now_ns : 0);
		int ready = ppoll(polled, 2, &left, NULL);

		if (ready < 0 && errno != EINTR)
			return rc__error_set(-errno, RC_RAN_NO, "ringcall: %s: poll: %s",
					     peer->name, rc__errno_text(errno));
		if (ready > 0 && polled[0].revents & POLLIN)
			return 0;
		if (ready > 0)
			return gone(peer);
		if (!ready && now_ns >= deadline_ns)
			return rc__error_set(
				-ETIMEDOUT, RC_RAN_NO,
				"ringcall: %s did not answer within %llu ms; does its "
				"main call ringcall.Main, and early? (rc_options.start_timeout_ns)",
				peer->name,
				(unsigned long long)(peer->options.start_timeout_ns /
						     RC__NS_PER_MS));
	}
}

/* Reads one packet of at least its own header. Sets *bytes. */
static int receive(struct rc_peer *peer, uint64_t deadline_ns, union packet *packet, size_t *bytes)
{
	int status = wait_readable(peer, deadline_ns);
	ssize_t received;

	if (status)
		return status;
	do
		received = recv(peer->control_fd, packet->bytes, sizeof(packet->bytes),
				MSG_TRUNC | MSG_CMSG_CLOEXEC);
	while (received < 0 && errno == EINTR);
	if (received <= 0)
		return gone(peer);
	if ((size_t)received > sizeof(packet->bytes) ||
	    (size_t)received < sizeof(packet->control) ||
	    packet->control.bytes != (uint32_t)received)
		return not_a_worker(peer, "it sent a packet of impossible size");
	*bytes = (size_t)received;
	return 0;
}

static int receive_hello(struct rc_peer *peer, uint64_t deadline_ns, union packet *packet)
{
	const struct rc_control_hello_packet *hello = &packet->hello;
	size_t bytes;
	int status = receive(peer, deadline_ns, packet, &bytes);

	if (status)
		return status;
	if (hello->control.kind != RC_CONTROL_HELLO || bytes != sizeof(*hello) ||
	    hello->magic != RC_HELLO_MAGIC)
		return not_a_worker(peer, "its first packet is no hello");
	if (hello->version_min > RC_VERSION_MAX || hello->version_max < RC_VERSION_MIN)
		return rc__error_set(
			-EPROTO, RC_RAN_NO,
			"ringcall: %s speaks versions %u to %u of the protocol, "
			"this library %u to %u; build both from one version of ringcall",
			peer->name, hello->version_min, hello->version_max,
			(unsigned)RC_VERSION_MIN, (unsigned)RC_VERSION_MAX);
	if (hello->services > RC_SERVICES_MAX)
		return not_a_worker(peer, "it has an impossible number of services");
	peer->membarrier = peer->membarrier && hello->features & RC_FEATURE_MEMBARRIER;
	peer->services = calloc(hello->services ? hello->services : 1, sizeof(*peer->services));
	if (!peer->services)
		return rc__error_set(-ENOMEM, RC_RAN_NO, "ringcall: rc_open: no memory");
	peer->service_count = hello->services;
	return 0;
}

static int receive_description(struct rc_peer *peer, uint64_t deadline_ns, union packet *packet,
			       struct rc__remote_service *service)
{
	uint32_t used = 0;

	service->description = malloc((size_t)service->description_bytes + 1);
	if (!service->description)
		return rc__error_set(-ENOMEM, RC_RAN_NO, "ringcall: rc_open: no memory");
	while (used < service->description_bytes) {
		size_t bytes;
		int status = receive(peer, deadline_ns, packet, &bytes);

		if (status)
			return status;
		bytes -= sizeof(packet->control);
		if (packet->control.kind != RC_CONTROL_DESCRIPTION || !bytes ||
		    bytes > service->description_bytes - used)
			return not_a_worker(peer, "its description has another size than it said");
		memcpy(service->description + used, packet->bytes + sizeof(packet->control), bytes);
		used += (uint32_t)bytes;
	}
	service->description[used] = '\0';
	return 0;
}

static int receive_service(struct rc_peer *peer, uint64_t deadline_ns, union packet *packet,
			   struct rc__remote_service *service)
{
	const struct rc_control_service_packet *said = &packet->service;
	size_t bytes;
	int status = receive(peer, deadline_ns, packet, &bytes);

	if (status)
		return status;
	if (said->control.kind != RC_CONTROL_SERVICE || bytes != sizeof(*said) ||
	    !memchr(said->name, '\0', sizeof(said->name)))
		return not_a_worker(peer, "it does not list its services");
	if (said->methods > RC_METHODS_MAX - peer->method_count)
		return not_a_worker(peer, "it has an impossible number of methods");
	if (said->description_bytes > RC_DESCRIPTION_BYTES_MAX - peer->description_bytes)
		return not_a_worker(peer, "its descriptions have an impossible size");
	memcpy(service->name, said->name, sizeof(service->name));
	service->digest = said->digest;
	service->method_base = peer->method_count;
	service->method_count = said->methods;
	service->description_bytes = said->description_bytes;
	peer->method_count += said->methods;
	peer->description_bytes += said->description_bytes;
	return receive_description(peer, deadline_ns, packet, service);
}

int rc__control_send_fd(struct rc_peer *peer, void *packet, size_t bytes, int fd)
{
	struct iovec part = { packet, bytes };
	_Alignas(struct cmsghdr) unsigned char ancillary[CMSG_SPACE(sizeof(int))] = { 0 };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = ancillary,
				  .msg_controllen = sizeof(ancillary) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &fd, sizeof(int));
	return sendmsg(peer->control_fd, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

static int send_region(struct rc_peer *peer)
{
	struct rc_control_region_packet region = {
		.control = { RC_CONTROL_REGION, sizeof(region) },
		.region = peer->geometry,
	};

	if (rc__control_send_fd(peer, &region, sizeof(region), peer->region_fd))
		return gone(peer);
	return 0;
}

static int receive_ready(struct rc_peer *peer, uint64_t deadline_ns, union packet *packet)
{
	size_t bytes;
	int status = receive(peer, deadline_ns, packet, &bytes);

	if (status)
		return status;
	if (packet->control.kind == RC_CONTROL_READY)
		return 0;
	if (packet->control.kind != RC_CONTROL_REFUSED)
		return not_a_worker(peer, "it did not say that it is ready");
	return rc__error_set(-EPROTO, RC_RAN_NO, "ringcall: %s refused the region: %.*s",
			     peer->name, (int)(bytes - sizeof(packet->control)),
			     (const char *)packet->bytes + sizeof(packet->control));
}

static int handshake(struct rc_peer *peer, uint64_t deadline_ns, union packet *packet)
{
	int status = receive_hello(peer, deadline_ns, packet);

	for (uint32_t index = 0; !status && index < peer->service_count; index++)
		status = receive_service(peer, deadline_ns, packet, &peer->services[index]);
	if (status)
		return status;
	status = rc__region_create(peer);
	if (status)
		return rc__error_set(
			status, RC_RAN_NO,
			"ringcall: rc_open: a region of %llu bytes: %s; open with fewer "
			"clients_max or payload_bytes",
			(unsigned long long)peer->geometry.region_bytes, rc__errno_text(status));
	status = send_region(peer);
	return status ? status : receive_ready(peer, deadline_ns, packet);
}

int rc__handshake(struct rc_peer *peer, uint64_t deadline_ns)
{
	union packet *packet = malloc(sizeof(*packet));
	int status;

	if (!packet)
		return rc__error_set(-ENOMEM, RC_RAN_NO, "ringcall: rc_open: no memory");
	status = handshake(peer, deadline_ns, packet);
	free(packet);
	return status;
}
