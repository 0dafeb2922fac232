/* SPDX-License-Identifier: MIT */
/*
 * region.c - the sealed memfd that holds a worker's lanes.
 *
 * Its size is sealed before the worker gets it, so neither side can make the other's mapping
 * fault. Pages are used as they are touched: large payload spaces cost address space only.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#include "internal.h"
#include "sys.h"

static uint64_t round_up(uint64_t bytes)
{
	return (bytes + RC_PAGE_BYTES - 1) & ~(uint64_t)(RC_PAGE_BYTES - 1);
}

/* Of a lane's request and reply ring together. */
static uint64_t rings_bytes(uint32_t slots)
{
	return UINT64_C(2) * RC_SLOTS_A_CALL * slots * sizeof(struct rc_slot);
}

static void plan(struct rc_peer *peer)
{
	const struct rc_options *options = &peer->options;
	uint64_t reverse_bytes = options->payload_bytes > RC_REVERSE_PAYLOAD_BYTES_MIN
					 ? options->payload_bytes
					 : RC_REVERSE_PAYLOAD_BYTES_MIN;
	uint32_t reverse_slots = options->ring_slots > RC_REVERSE_SLOTS_MIN ? options->ring_slots
									    : RC_REVERSE_SLOTS_MIN;
	struct rc_region *geometry = &peer->geometry;
	struct rc__spin spin;

	*geometry = (struct rc_region){ .magic = RC_REGION_MAGIC,
					.version = RC_VERSION_MAX,
					.lanes = rc__lanes(options),
					.ring_slots = options->ring_slots,
					.features = peer->membarrier ? RC_FEATURE_MEMBARRIER : 0,
					.first_lane_offset = RC_PAGE_BYTES,
					.payload_bytes = options->payload_bytes };
	rc__spin_init(&spin, options->spin_ns, options->spin_never);
	geometry->spin_limit_ns = spin.limit_ns < UINT32_MAX ? (uint32_t)spin.limit_ns : UINT32_MAX;
	geometry->park_ns = spin.park_ns < UINT32_MAX ? (uint32_t)spin.park_ns : UINT32_MAX;
	geometry->payload_offset =
		round_up(sizeof(struct rc_lane) + rings_bytes(options->ring_slots) +
			 (uint64_t)options->ring_slots * RC_CANCEL_WORD_BYTES);
	geometry->reverse_slots = reverse_slots;
	geometry->reverse_payload_bytes = (uint32_t)reverse_bytes;
	geometry->reverse_offset = geometry->payload_offset + round_up(options->payload_bytes);
	geometry->reverse_payload_offset = round_up(
		geometry->reverse_offset + sizeof(struct rc_reverse) + rings_bytes(reverse_slots));
	geometry->lane_stride_bytes = geometry->reverse_payload_offset + round_up(reverse_bytes);
	geometry->region_bytes =
		geometry->first_lane_offset + geometry->lanes * geometry->lane_stride_bytes;
}

static int create_fd(uint64_t bytes)
{
	int fd = memfd_create("ringcall", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);

	/* Kernels before 6.3 do not know that a memfd can be non-executable. */
	if (fd < 0 && errno == EINVAL)
		fd = memfd_create("ringcall", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return -errno;
	if (ftruncate(fd, (off_t)bytes) ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)) {
		int status = -errno;

		close(fd);
		return status;
	}
	return fd;
}

int rc__region_create(struct rc_peer *peer)
{
	void *mapped;
	int fd;

	plan(peer);
	fd = create_fd(peer->geometry.region_bytes);
	if (fd < 0)
		return fd;
	mapped = mmap(NULL, peer->geometry.region_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (mapped == MAP_FAILED) {
		int status = -errno;

		close(fd);
		return status;
	}
	/* A child of fork() must not write to lanes that its parent goes on using. */
	madvise(mapped, peer->geometry.region_bytes, MADV_DONTFORK);
	memcpy(mapped, &peer->geometry, sizeof(peer->geometry));
	peer->region = mapped;
	peer->region_fd = fd;
	return 0;
}

void rc__region_destroy(struct rc_peer *peer)
{
	if (peer->region)
		munmap(peer->region, peer->geometry.region_bytes);
	if (peer->region_fd >= 0)
		close(peer->region_fd);
	peer->region = NULL;
	peer->region_fd = -1;
}

struct rc_reverse *rc__region_reverse(const struct rc_peer *peer, uint32_t lane)
{
	unsigned char *start = (unsigned char *)rc__region_lane(peer, lane);

	return (struct rc_reverse *)(void *)(start + peer->geometry.reverse_offset);
}

struct rc_lane *rc__region_lane(const struct rc_peer *peer, uint32_t lane)
{
	uint64_t offset =
		peer->geometry.first_lane_offset + lane * peer->geometry.lane_stride_bytes;

	return (struct rc_lane *)(void *)(peer->region + offset);
}
