/* SPDX-License-Identifier: MIT */
/* payload_test.c - what payload.h promises. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "payload.h"

enum {
	POOL_BYTES = 1 << 20
};

static struct rc__pool make(unsigned char **memory)
{
	struct rc__pool pool;

	*memory = aligned_alloc(64, POOL_BYTES);
	cr_assert_not_null(*memory);
	cr_assert_eq(rc__pool_init(&pool, *memory, POOL_BYTES), 0);
	return pool;
}

Test(pool, block_is_as_large_as_asked_and_aligned)
{
	unsigned char *memory;
	struct rc__pool pool = make(&memory);

	for (uint64_t bytes = 1; bytes <= POOL_BYTES; bytes += bytes / 2 + 1) {
		struct rc__block block = rc__pool_alloc(&pool, bytes);

		cr_assert_geq(block.bytes, bytes);
		cr_assert_lt(block.bytes, 2 * bytes + 64);
		cr_assert_eq(block.offset % 64, 0);
		cr_assert_leq((uint64_t)block.offset + block.bytes, POOL_BYTES);
		rc__pool_free(&pool, block);
	}
	cr_assert_eq(pool.used_bytes, 0);
	rc__pool_fini(&pool);
	free(memory);
}

Test(pool, whole_space_can_be_used_again_after_small_blocks)
{
	unsigned char *memory;
	struct rc__pool pool = make(&memory);
	static struct rc__block blocks[POOL_BYTES / 64];

	for (size_t index = 0; index < POOL_BYTES / 64; index++) {
		blocks[index] = rc__pool_alloc(&pool, 64);
		cr_assert_eq(blocks[index].bytes, 64);
	}
	cr_assert_eq(rc__pool_alloc(&pool, 1).bytes, 0);
	for (size_t index = 0; index < POOL_BYTES / 64; index++)
		rc__pool_free(&pool, blocks[(index * 7919) % (POOL_BYTES / 64)]);
	cr_assert_eq(rc__pool_alloc(&pool, POOL_BYTES).bytes, POOL_BYTES);
	rc__pool_fini(&pool);
	free(memory);
}

Test(pool, more_than_the_pool_has_is_refused)
{
	unsigned char *memory;
	struct rc__pool pool = make(&memory);

	cr_assert_eq(rc__pool_alloc(&pool, POOL_BYTES + 1).bytes, 0);
	cr_assert_eq(rc__pool_alloc(&pool, UINT64_MAX).bytes, 0);
	rc__pool_fini(&pool);
	free(memory);
}

Test(pool, blocks_in_use_never_overlap)
{
	enum {
		HELD = 64,
		TURNS = 20000
	};
	unsigned char *memory;
	struct rc__pool pool = make(&memory);
	struct rc__block held[HELD] = { { 0, 0 } };
	unsigned int seed = 1;

	for (int turn = 0; turn < TURNS; turn++) {
		size_t index = (size_t)rand_r(&seed) % HELD;
		struct rc__block *block = &held[index];

		for (uint32_t byte = 0; byte < block->bytes; byte += 64)
			cr_assert_eq(memory[block->offset + byte], (unsigned char)index);
		rc__pool_free(&pool, *block);
		*block = rc__pool_alloc(&pool, (uint64_t)1 << rand_r(&seed) % 18);
		memset(memory + block->offset, (int)index, block->bytes);
	}
	rc__pool_fini(&pool);
	free(memory);
}

Test(pool, address_of_a_block_finds_it_and_others_do_not)
{
	unsigned char *memory;
	struct rc__pool pool = make(&memory);
	struct rc__block block = rc__pool_alloc(&pool, 200);

	cr_assert_eq(rc__pool_block_at(&pool, memory + block.offset).bytes, 256);
	cr_assert_eq(rc__pool_block_at(&pool, memory + block.offset + 64).bytes, 0);
	cr_assert_eq(rc__pool_block_at(&pool, memory + POOL_BYTES).bytes, 0);
	cr_assert_eq(rc__pool_block_at(&pool, memory - 64).bytes, 0);
	rc__pool_free(&pool, block);
	cr_assert_eq(rc__pool_block_at(&pool, memory + block.offset).bytes, 0);
	rc__pool_fini(&pool);
	free(memory);
}
