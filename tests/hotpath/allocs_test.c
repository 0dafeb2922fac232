/* SPDX-License-Identifier: MIT */
/*
 * allocs_test.c - a hot call allocates nothing, in the host and in the worker.
 *
 * The host's allocations are counted by the linker: --wrap sends every call of malloc and its
 * kin in this program through the functions below. The worker's are runtime.MemStats. All kinds of
 * calls together are more than a million for each transport, so a leak of any size shows.
 */
#include <stdlib.h>

#include "tests/back/host.h"
#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"

enum {
	CALLS = 100000,
	WARM_UP_CALLS = 2000,
	DEPTH = 64
};

/* Go code in this process starts a thread when the machine is busy, which allocates twice: what
 * calls leaked would be thousands of times as much. */
enum {
	IN_PROCESS_ALLOCS_MAX = 64
};

/* A goroutine that starts, a timer of the runtime: not the calls' doing. */
#define WORKER_MALLOCS_PER_CALL_MAX 0.01

static uint64_t host_allocs;

/* What --wrap renames. Not ours to name. */
void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *memory, size_t bytes);
void *__real_aligned_alloc(size_t align, size_t bytes);
void __real_free(void *memory);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *memory, size_t bytes);
void *__wrap_aligned_alloc(size_t align, size_t bytes);
void __wrap_free(void *memory);

void *__wrap_malloc(size_t bytes)
{
	host_allocs++;
	return __real_malloc(bytes);
}

void *__wrap_calloc(size_t count, size_t bytes)
{
	host_allocs++;
	return __real_calloc(count, bytes);
}

void *__wrap_realloc(void *memory, size_t bytes)
{
	host_allocs++;
	return __real_realloc(memory, bytes);
}

void *__wrap_aligned_alloc(size_t align, size_t bytes)
{
	host_allocs++;
	return __real_aligned_alloc(align, bytes);
}

void __wrap_free(void *memory)
{
	host_allocs++;
	__real_free(memory);
}

/* Makes so many calls. */
typedef void make_calls(struct rc_client *client, int calls);

static void call_small(struct rc_client *client, int calls)
{
	int64_t sum = 0;
	int wrong = 0;

	for (int call = 0; call < calls; call++)
		wrong += kit_add(client, call, 1, &sum) || sum != call + 1;
	cr_assert_eq(wrong, 0);
}

static void call_block(struct rc_client *client, int calls)
{
	struct kit_block bumped, block = { .words = { 1 } };
	int wrong = 0;

	for (int call = 0; call < calls; call++)
		wrong += kit_bump(client, &block, &bumped) || bumped.words[0] != 2;
	cr_assert_eq(wrong, 0);
}

static void call_text(struct rc_client *client, int calls)
{
	struct rc_str text = RC_STR("a text that does not fit into one slot of the ring: 64 bytes, "
				    "of which a slot gives 40 to the message");
	const struct rc_str *same;
	int wrong = 0;

	for (int call = 0; call < calls; call++) {
		wrong += kit_text(client, text, &same) || same->len != text.len ||
			 memcmp(same->ptr, text.ptr, text.len);
		rc_release(client, same);
	}
	cr_assert_eq(wrong, 0);
}

static void call_tree(struct rc_client *client, int calls)
{
	struct rc_str tags[] = { RC_STR("one"), RC_STR("two") };
	struct kit_leaf leaves[] = { { .name = RC_STR("leaf"), .tags = RC_SLICE_FROM(tags) },
				     { .name = RC_STR("other"), .on = true } };
	struct kit_branch branches[] = { { .id = 7, .leaves = RC_SLICE_FROM(leaves) } };
	struct kit_tree tree = { .name = RC_STR("tree"), .branches = RC_SLICE_FROM(branches) };
	const struct kit_tree *same;
	int wrong = 0;

	for (int call = 0; call < calls; call++) {
		wrong += kit_echo(client, &tree, &same) ||
			 same->branches.ptr[0].leaves.ptr[0].tags.ptr[1].len != 3;
		rc_release(client, same);
	}
	cr_assert_eq(wrong, 0);
}

static int completed;

static void added(void *context, int status, const int64_t *sum)
{
	(void)context;
	completed += !status && *sum == 3;
}

static void call_async(struct rc_client *client, int calls)
{
	int sent = 0;

	completed = 0;
	while (completed < calls) {
		for (; sent < calls && sent - completed < DEPTH; sent++)
			cr_assert_eq(kit_add_async(client, 1, 2, added, NULL, NULL), 0);
		cr_assert_gt(rc_wait(client, test_patience_ns()), 0);
	}
}

static void call_one_way(struct rc_client *client, int calls)
{
	for (int call = 0; call < calls; call++)
		while (kit_note(client, 1))
			rc_poll(client);
}

/* Calls from memory of rc_alloc(), which is taken and given back each time. */
static void call_from_pool(struct rc_client *client, int calls)
{
	uint64_t total = 0;
	int wrong = 0;

	for (int call = 0; call < calls; call++) {
		uint8_t *bytes = rc_alloc(client, 500);

		memset(bytes, 1, 500);
		wrong += kit_sum(client, (struct rc_bytes){ bytes, 500, 500 }, &total) ||
			 total != 500;
		rc_release(client, bytes);
	}
	cr_assert_eq(wrong, 0);
}

static uint64_t worker_mallocs(struct rc_client *client)
{
	struct kit_stats stats;

	EXPECT_OK(kit_stats(client, &stats));
	return stats.mallocs;
}

static void expect_few(uint64_t host, uint64_t worker, int calls)
{
	cr_assert_leq(host, test_in_process() ? IN_PROCESS_ALLOCS_MAX : 0,
		      "the host allocated or freed %llu times in %d calls",
		      (unsigned long long)host, calls);
	cr_assert_lt((double)worker / calls, WORKER_MALLOCS_PER_CALL_MAX,
		     "the worker allocated %llu times in %d calls", (unsigned long long)worker,
		     calls);
}

static void expect_no_allocs(const struct test_way *way, make_calls *make)
{
	struct rc_peer *peer = test_open(way, NULL);
	struct rc_client *client = test_client(peer);
	uint64_t host_before, host_after, worker_before, worker_after;

	make(client, WARM_UP_CALLS);
	worker_before = worker_mallocs(client);
	host_before = host_allocs;
	make(client, CALLS);
	host_after = host_allocs;
	worker_after = worker_mallocs(client);
	expect_few(host_after - host_before, worker_after - worker_before, CALLS);
	test_close(peer, client);
}

TEST_SPIN_PARK(allocs, of_small_calls_are_none)
{
	expect_no_allocs(way, call_small);
}

TEST_SPIN_PARK(allocs, of_calls_with_large_structs_are_none)
{
	expect_no_allocs(way, call_block);
}

TEST_SPIN_PARK(allocs, of_calls_with_strings_are_none)
{
	expect_no_allocs(way, call_text);
}

TEST_SPIN_PARK(allocs, of_calls_with_nested_slices_are_none)
{
	expect_no_allocs(way, call_tree);
}

TEST_SPIN_PARK(allocs, of_asynchronous_calls_are_none)
{
	expect_no_allocs(way, call_async);
}

TEST_SPIN_PARK(allocs, of_one_way_calls_are_none)
{
	expect_no_allocs(way, call_one_way);
}

TEST_SPIN_PARK(allocs, of_calls_from_payload_space_are_none)
{
	expect_no_allocs(way, call_from_pool);
}

/* The other way: the worker calls this program. */
TEST_SPIN_PARK(allocs, of_calls_from_the_worker_to_the_host_are_none)
{
	struct host host = { 0 };
	struct rc_peer *peer = host_open(way, NULL, &host);
	struct rc_client *client = test_client(peer);
	uint64_t sum, worker_before, worker_after, host_before, host_after;

	EXPECT_OK(back_series(client, WARM_UP_CALLS, &sum));
	EXPECT_OK(back_mallocs(client, &worker_before));
	host_before = host_allocs;
	EXPECT_OK(back_series(client, CALLS / 4, &sum));
	host_after = host_allocs;
	EXPECT_OK(back_mallocs(client, &worker_after));
	expect_few(host_after - host_before, worker_after - worker_before, CALLS / 4);
	test_close(peer, client);
}

Test(allocs, are_counted, .timeout = 240)
{
	struct rc_peer *peer = test_open(NULL, NULL);
	uint64_t host_before = host_allocs, worker_before;
	struct rc_client *client = test_client(peer);
	const struct rc_bytes *made;

	/* Both counters see what does allocate: opening a client, a handler that makes a slice. */
	cr_assert_gt(host_allocs, host_before);
	worker_before = worker_mallocs(client);
	for (int call = 0; call < 1000; call++) {
		EXPECT_OK(kit_large(client, 3000, 0, &made));
		rc_release(client, made);
	}
	cr_assert_geq(worker_mallocs(client), worker_before + 1000);
	test_close(peer, client);
}
