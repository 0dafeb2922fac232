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
		made.slots[index] =
			(struct rc_slot){ .sequence = rc__sequence_of(position - SLOTS + index) };
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
	rc__ring_commit(&ring.producer, 1);
	cr_assert_not_null(rc__ring_peek(&ring.consumer));
	cr_assert_eq(rc__ring_peek(&ring.consumer)->call, 7);
	free(ring.slots);
}

Test(spsc, full_ring_is_read_in_order)
{
	struct fixture ring = make(0);

	for (uint32_t call = 0; call < SLOTS; call++) {
		rc__ring_reserve(&ring.producer)->call = call;
		rc__ring_commit(&ring.producer, 1);
	}
	for (uint32_t call = 0; call < SLOTS; call++) {
		cr_assert_eq(rc__ring_peek(&ring.consumer)->call, call);
		rc__ring_advance(&ring.consumer, 1);
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
		rc__ring_commit(&ring.producer, 1);
		cr_assert_eq(rc__ring_peek(&ring.consumer)->call, call);
		rc__ring_advance(&ring.consumer, 1);
	}
	free(ring.slots);
}

Test(spsc, staged_slots_are_seen_whole_and_in_order_wherever_they_lie)
{
	/* 32 bits of a sequence hold a position of 31. */
	for (uint64_t start = UINT64_C(0x7fffffff) - SLOTS; start <= UINT64_C(0x80000001);
	     start++) {
		struct fixture ring = make((uint32_t)start);
		struct rc_slot staged[SLOTS] = { 0 };

		ring.producer.position = ring.consumer.position = start;
		for (uint64_t index = 0; index < SLOTS; index++) {
			const uint64_t words[2] = { index, ~index };
			uint64_t head = rc__sequence_of(ring.producer.position++) | index << 32;

			rc__slot_stage(&staged[index], head, (uint32_t)index + 100, words);
		}
		cr_assert_null(rc__ring_peek(&ring.consumer));
		rc__ring_commit_staged(&ring.producer, staged, SLOTS);
		for (uint32_t index = 0; index < SLOTS; index++) {
			const struct rc_slot *slot = rc__ring_peek(&ring.consumer);

			cr_assert_not_null(slot);
			cr_assert_eq(slot->method, index);
			cr_assert_eq(slot->flags, 0);
			cr_assert_eq(slot->call, index + 100);
			cr_assert_eq(slot->status, 0);
			cr_assert_eq(slot->body[0], index);
			cr_assert_eq(slot->body[1], ~(uint64_t)index);
			rc__ring_advance(&ring.consumer, 1);
		}
		cr_assert_null(rc__ring_peek(&ring.consumer));
		free(ring.slots);
	}
}

/* A descriptor whose words all depend on `call`, and which takes two slots if it says so. */
static struct rc_descriptor describe(uint32_t call, bool space, bool deadline,
				     uint32_t inline_bytes)
{
	struct rc_descriptor made = { .method = (uint16_t)(call * 3),
				      .flags = rc__slot_inline_flags(inline_bytes),
				      .call = call,
				      .status = -(int32_t)call };
	uint32_t words = (inline_bytes + 7) / 8;

	for (uint32_t word = 0; word < words; word++)
		made.body[word] = ~(uint64_t)call << word;
	if (space) {
		made.flags |= RC_SLOT_SPACE;
		made.body[4] = call * UINT64_C(7);
	}
	if (deadline) {
		made.flags |= RC_SLOT_DEADLINE;
		made.deadline_ns = call * UINT64_C(11) + 1;
	}
	return made;
}

/* Writes and reads one, and expects to get what was given, in as many slots. */
static void pass(struct fixture *ring, const struct rc_descriptor *given, uint32_t slots)
{
	struct rc_descriptor got;
	uint32_t words = (rc__slot_inline_bytes(given->flags) + 7) / 8;

	cr_assert_eq(rc__ring_write(&ring->producer, given), slots);
	cr_assert_null(rc__ring_peek(&ring->consumer));
	rc__ring_commit(&ring->producer, slots);
	cr_assert_not_null(rc__ring_peek(&ring->consumer));
	rc__ring_read(&ring->consumer, &got);
	rc__ring_advance(&ring->consumer, rc__slots_of(got.flags));
	cr_assert_eq(ring->consumer.position, ring->producer.position);
	cr_assert_null(rc__ring_peek(&ring->consumer), "a rest passes for a slot");
	cr_assert_eq(got.method, given->method);
	cr_assert_eq(got.flags, given->flags);
	cr_assert_eq(got.call, given->call);
	cr_assert_eq(got.status, given->status);
	cr_assert_eq(got.deadline_ns, given->deadline_ns);
	cr_assert_eq(memcmp(got.body, given->body, words * sizeof(got.body[0])), 0);
	if (given->flags & RC_SLOT_SPACE)
		cr_assert_eq(got.body[4], given->body[4]);
}

Test(spsc, descriptors_take_one_slot_or_two_and_arrive_whole)
{
	struct fixture ring = make(UINT32_MAX - 1000);
	uint32_t call = 0;

	for (uint32_t turn = 0; turn < 50; turn++)
		for (uint32_t bytes = 0; bytes <= RC_BODY_BYTES; bytes++)
			for (uint32_t extras = 0; extras < 4; extras++) {
				struct rc_descriptor given =
					describe(++call, extras & 1, extras & 2, bytes);

				if (!(extras & 1) || bytes <= RC_BODY_SPACED_BYTES)
					pass(&ring, &given,
					     bytes > RC_SLOT_BODY_BYTES || extras ? 2 : 1);
			}
	free(ring.slots);
}

/* A rest's first word is no sequence of any position, whatever its deadline is. */
Test(spsc, rest_passes_for_no_slot)
{
	struct fixture ring = make(0);

	for (uint64_t deadline = 1; deadline < UINT64_C(1) << 62; deadline = deadline * 3 + 1) {
		struct rc_descriptor large = describe(2, false, true, 40);
		uint64_t rest = ring.producer.position + 1;

		large.deadline_ns = deadline;
		pass(&ring, &large, 2);
		cr_assert_neq(ring.slots[rest & (SLOTS - 1)].sequence & 1,
			      rc__sequence_of(rest) & 1);
	}
	free(ring.slots);
}

Test(spsc, acks_take_two_slots)
{
	struct fixture ring = make(0);
	struct rc_descriptor ack = { .flags = RC_SLOT_ACK, .call = RC_ACK_CALLS };
	struct rc_descriptor got;

	for (uint32_t word = 0; word < 5; word++)
		ack.body[word] = word + 1;
	cr_assert_eq(rc__ring_write(&ring.producer, &ack), 2);
	rc__ring_commit(&ring.producer, 2);
	rc__ring_read(&ring.consumer, &got);
	cr_assert_eq(memcmp(got.body, ack.body, RC_ACK_CALLS * sizeof(uint32_t)), 0);
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
		rc__ring_advance(&rings[0].consumer, 1);
		rc__ring_commit(&rings[1].producer, 1);
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
			rc__ring_advance(&rings[1].consumer, 1);
			received++;
		}
		if (sent < TURNS && sent - received < SLOTS) {
			rc__ring_reserve(&rings[0].producer)->body[0] = sent++;
			rc__ring_commit(&rings[0].producer, 1);
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

Test(park, waker_sees_a_sleep_for_any_of_the_slots_committed_together)
{
	const uint32_t firsts[] = { 0, 5, UINT32_MAX / 2 - 1, UINT32_MAX - 1 };
	uint32_t waiting = 0, position;
	struct rc__waker waker = { .waiting = &waiting, .fence = true };

	for (size_t index = 0; index < sizeof(firsts) / sizeof(firsts[0]); index++) {
		uint32_t first = firsts[index];

		cr_assert_not(rc__waker_among(&waker, first, 4, &position));
		for (uint32_t behind = 0; behind < 6; behind++) {
			bool among = behind >= 1 && behind <= 4;

			rc__park_begin(&waiting, first - 1 + behind);
			cr_assert_eq(rc__waker_among(&waker, first, 4, &position), among);
			/* The top bit of a position is no part of a slot's number. */
			cr_assert(!among || position << 1 == (first - 1 + behind) << 1);
			rc__park_end(&waiting);
		}
	}
}
