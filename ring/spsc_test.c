/* SPDX-License-Identifier: MIT */
/* spsc_test.c - what spsc.h and park.h promise, with both ends on one thread and on two. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "ring/park.h"
#include "ring/spsc.h"

enum {
	SLOTS = 8
};

struct fixture {
	struct rc_slot *slots;
	struct rc__ring producer;
	struct rc__ring consumer;
};

static struct fixture make(uint32_t position)
{
	struct fixture made = { .slots = aligned_alloc(RC_SLOT_BYTES,
						       SLOTS * sizeof(struct rc_slot)) };

	cr_assert_not_null(made.slots);
	for (uint32_t index = 0; index < SLOTS; index++)
		made.slots[index] = (struct rc_slot){ .sequence = position - SLOTS + 1 + index };
	made.producer = (struct rc__ring){ made.slots, SLOTS - 1, position };
	made.consumer = (struct rc__ring){ made.slots, SLOTS - 1, position };
	return made;
}

Test(spsc, empty_ring_gives_no_slot)
{
	struct fixture ring = make(0);

	cr_assert_null(rc__ring_peek(&ring.consumer));
	free(ring.slots);
}

Test(spsc, slot_is_seen_only_after_commit)
{
	struct fixture ring = make(0);

	rc__ring_reserve(&ring.producer)->call = 7;
	cr_assert_null(rc__ring_peek(&ring.consumer));
	rc__ring_commit(&ring.producer);
	cr_assert_not_null(rc__ring_peek(&ring.consumer));
	cr_assert_eq(rc__ring_peek(&ring.consumer)->call, 7);
	free(ring.slots);
}

Test(spsc, full_ring_is_read_in_order)
{
	struct fixture ring = make(0);

	for (uint32_t call = 0; call < SLOTS; call++) {
		rc__ring_reserve(&ring.producer)->call = call;
		rc__ring_commit(&ring.producer);
	}
	for (uint32_t call = 0; call < SLOTS; call++) {
		cr_assert_eq(rc__ring_peek(&ring.consumer)->call, call);
		rc__ring_advance(&ring.consumer);
	}
	cr_assert_null(rc__ring_peek(&ring.consumer));
	free(ring.slots);
}

Test(spsc, positions_wrap_around_32_bits)
{
	struct fixture ring = make(UINT32_MAX - 2 * SLOTS + 1);

	for (uint32_t call = 0; call < 4 * SLOTS; call++) {
		cr_assert_null(rc__ring_peek(&ring.consumer));
		rc__ring_reserve(&ring.producer)->call = call;
		rc__ring_commit(&ring.producer);
		cr_assert_eq(rc__ring_peek(&ring.consumer)->call, call);
		rc__ring_advance(&ring.consumer);
	}
	free(ring.slots);
}

enum {
	TURNS = 200000
};

/* Answers each slot of one ring in the other, as a worker does. */
static void *answer(void *argument)
{
	struct fixture *rings = argument;

	for (uint32_t turn = 0; turn < TURNS; turn++) {
		const struct rc_slot *slot;

		while (!(slot = rc__ring_peek(&rings[0].consumer)))
			;
		rc__ring_reserve(&rings[1].producer)->body[0] = ~slot->body[0];
		rc__ring_advance(&rings[0].consumer);
		rc__ring_commit(&rings[1].producer);
	}
	return NULL;
}

Test(spsc, two_threads_see_each_others_slots_whole)
{
	struct fixture rings[2] = { make(0), make(0) };
	uint32_t sent = 0, received = 0;
	pthread_t thread;

	cr_assert_eq(pthread_create(&thread, NULL, answer, rings), 0);
	while (received < TURNS) {
		const struct rc_slot *slot = rc__ring_peek(&rings[1].consumer);

		if (slot) {
			cr_assert_eq(slot->body[0], ~(uint64_t)received);
			rc__ring_advance(&rings[1].consumer);
			received++;
		}
		if (sent < TURNS && sent - received < SLOTS) {
			rc__ring_reserve(&rings[0].producer)->body[0] = sent++;
			rc__ring_commit(&rings[0].producer);
		}
	}
	pthread_join(thread, NULL);
	free(rings[0].slots);
	free(rings[1].slots);
}

Test(span, packs_offset_and_bytes_as_the_struct_lies_in_memory)
{
	struct rc_span span = rc__span_unpack(rc__span_pack(0x12345678, 0x9abcdef0));
	uint64_t word = rc__span_pack(1, 2);
	struct rc_span in_memory;

	memcpy(&in_memory, &word, sizeof(in_memory));
	cr_assert_eq(span.offset, 0x12345678);
	cr_assert_eq(span.bytes, 0x9abcdef0);
	cr_assert_eq(in_memory.offset, 1);
	cr_assert_eq(in_memory.bytes, 2);
}

Test(park, waker_is_due_for_the_slot_that_is_waited_for_and_no_other)
{
	uint32_t waiting = 0;
	struct rc__waker waker = { .waiting = &waiting, .fence = true };

	cr_assert_not(rc__waker_due(&waker, 0));
	rc__park_begin(&waiting, 1);
	cr_assert_not(rc__waker_due(&waker, 0));
	cr_assert(rc__waker_due(&waker, 1));
	cr_assert_not(rc__waker_due(&waker, 2));
	rc__park_end(&waiting);
	cr_assert_not(rc__waker_due(&waker, 1));
}
