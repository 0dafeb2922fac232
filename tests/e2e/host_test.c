/* SPDX-License-Identifier: MIT */
/* host_test.c - Go calls functions of the host, on each transport. */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"
#include "tests/testutil/tree.h"

/* What the host functions know. */
struct host {
	struct rc_peer *peer;
	_Atomic uint64_t noted;
};

static int add(void *context, int64_t a, int64_t b, int64_t *sum)
{
	(void)context;
	cr_assert_eq(*sum, 0);
	*sum = a + b;
	return 0;
}

static int echo(void *context, const struct kit_tree *tree, struct kit_tree *same)
{
	(void)context;
	*same = *tree;
	return 0;
}

static int large(void *context, uint64_t bytes, uint8_t seed, struct rc_bytes *made)
{
	unsigned char *memory = rc_host_alloc(bytes);

	(void)context;
	if (!memory)
		return rc_host_fail(-ENOMEM, "no memory");
	for (uint64_t i = 0; i < bytes; i++)
		memory[i] = (unsigned char)(seed + i);
	*made = (struct rc_bytes){ memory, bytes, bytes };
	return 0;
}

static int fail(void *context, int32_t result, struct rc_str text)
{
	(void)context;
	return text.len ? rc_host_fail(result, "%.*s", RC_STR_ARG(text)) : result;
}

static int wrong_colour(void *context, struct kit_scalars *scalars)
{
	const int32_t undeclared = 77;

	(void)context;
	memcpy(&scalars->colour, &undeclared, sizeof(undeclared));
	return 0;
}

/* By a client of its own: of a Go side in this process, this is not the first client's thread. */
static int nest(void *context, uint32_t levels, uint32_t *reached)
{
	const struct host *host = context;
	struct rc_client *client;
	int status;

	if (rc_client_open(host->peer, &client))
		return rc_host_fail(-EAGAIN, "%s", rc_error_last()->text);
	status = kit_calls_nest(client, levels, reached);
	if (status)
		rc_host_fail(status, "%s", rc_error_last()->text);
	rc_client_close(client);
	++*reached;
	return status;
}

static int note(void *context, uint64_t value)
{
	struct host *host = context;

	host->noted += value;
	return -EIO; /* which nobody hears */
}

static int leaf_mixed(void *context, bool yes, enum kit_colour colour, struct rc_str text,
		      const struct kit_pair *pair, struct kit_u32_slice numbers,
		      struct kit_scalars *made)
{
	(void)context;
	made->yes = yes;
	made->colour = colour;
	made->u64 = text.len + (text.len ? (unsigned char)text.ptr[0] : 0);
	made->i64 = (int64_t)(pair->first - pair->second);
	for (size_t i = 0; i < numbers.len; i++)
		made->u32 += numbers.ptr[i];
	made->size = numbers.cap;
	made->u8 = !numbers.ptr;
	return 0;
}

static int leaf_fail(void *context, int32_t result)
{
	(void)context;
	return result;
}

static const struct kit_host_functions functions = {
	.add = add,
	.echo = echo,
	.large = large,
	.fail = fail,
	.wrong_colour = wrong_colour,
	.nest = nest,
	.note = note,
	.leaf_add = add,
	.leaf_mixed = leaf_mixed,
	.leaf_fail = leaf_fail,
};

static struct rc_client *serve(const struct test_way *way, struct host *host)
{
	*host = (struct host){ .peer = test_open(way, NULL) };
	EXPECT_OK(kit_host_serve(host->peer, &functions, host));
	return test_client(host->peer);
}

TEST_SPIN_PARK(host, functions_are_called)
{
	struct host host;
	struct rc_client *client = serve(way, &host);
	int64_t sum = 0;

	for (int64_t i = 0; i < 100; i++) {
		EXPECT_OK(kit_calls_add(client, i, -2 * i, &sum));
		cr_assert_eq(sum, -i);
		EXPECT_OK(kit_calls_leaf_add(client, i, -2 * i, &sum));
		cr_assert_eq(sum, -i);
	}
	test_close(host.peer, client);
}

Test(host, leaf_functions_get_and_give_what_they_are_passed)
{
	static const struct test_way way = { .name = "spin" };
	uint32_t numbers[] = { 1, 20, 300 };
	struct kit_u32_slice slice = RC_SLICE_FROM(numbers), none = { 0 };
	struct kit_pair pair = { 5, 7 };
	struct kit_scalars made;
	struct host host;
	struct rc_client *client = serve(&way, &host);

	EXPECT_OK(kit_calls_leaf_mixed(client, true, KIT_BLUE, (struct rc_str)RC_STR("\x05xy"),
				       &pair, slice, &made));
	cr_assert(made.yes && made.colour == KIT_BLUE && made.u64 == 8 && made.i64 == -2 &&
		  made.u32 == 321 && made.size == 3 && made.u8 == 0);
	EXPECT_OK(kit_calls_leaf_mixed(client, false, KIT_RED, (struct rc_str)RC_STR(""), &pair,
				       none, &made));
	cr_assert(!made.yes && made.colour == KIT_RED && made.u64 == 0 && made.u32 == 0 &&
		  made.size == 0 && made.u8 == 1);
	test_close(host.peer, client);
}

TEST_SPIN_PARK(host, all_that_a_message_holds_comes_back)
{
	struct test_random random = { 7 };
	struct test_arena arena = test_arena_create(1 << 20);
	const struct kit_tree *same;
	struct kit_tree tree;
	struct host host;
	struct rc_client *client = serve(way, &host);

	for (size_t bytes = 0; bytes < 200000; bytes = bytes * 3 + 100) {
		test_tree_make(&random, &arena, bytes, &tree);
		EXPECT_OK(kit_calls_echo(client, &tree, &same));
		cr_assert_null(test_tree_difference(&tree, same), "%s",
			       test_tree_difference(&tree, same));
		rc_release(client, same);
	}
	test_arena_destroy(&arena);
	test_close(host.peer, client);
}

Test(host, replies_of_any_size_come)
{
	static const struct test_way way = { .name = "spin" };
	static const uint64_t sizes[] = { 0, 1, 40, 256, 257, 70000, 3000000, 10, 70000 };
	const struct rc_bytes *made;
	uint64_t wrong = 0;
	struct host host;
	struct rc_client *client = serve(&way, &host);

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		EXPECT_OK(kit_calls_large(client, sizes[i], (uint8_t)i, &made));
		cr_assert_eq(made->len, sizes[i]);
		for (uint64_t at = 0; at < sizes[i]; at++)
			wrong += made->ptr[at] != (uint8_t)(i + at);
		cr_assert_eq(wrong, 0);
		rc_release(client, made);
	}
	test_close(host.peer, client);
}

static void expect_failure(const struct kit_failure *failure, int64_t code, bool is_call,
			   const char *word)
{
	cr_assert_eq(failure->code, code, "%.*s", RC_STR_ARG(failure->text));
	cr_assert_eq(failure->is_call, is_call);
	cr_assert_eq(failure->is_no_file, !is_call && code == -ENOENT);
	cr_assert(memmem(failure->text.ptr, failure->text.len, word, strlen(word)), "%.*s",
		  RC_STR_ARG(failure->text));
}

TEST_SPIN_PARK(host, errors_arrive_with_code_and_text)
{
	static const struct {
		int32_t result;
		const char *text;
		const char *shown;
	} errors[] = {
		{ -ENOENT, "no such user", "ringcall: kit_host.fail: no such user" },
		{ -ENOENT, "", "No such file or directory" },
		{ 5, "", "the host function failed" },
		{ -70000, "far", "far" },
	};
	const struct kit_failure *failure;
	struct host host;
	struct rc_client *client = serve(way, &host);

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		EXPECT_OK(kit_calls_fail(client, errors[i].result, rc_str_of(errors[i].text),
					 &failure));
		expect_failure(failure, errors[i].result, false, errors[i].shown);
		rc_release(client, failure);
	}
	EXPECT_OK(kit_calls_leaf_fail(client, -ENOENT, &failure));
	expect_failure(failure, -ENOENT, false, "kit_host.leaf_fail: ");
	rc_release(client, failure);
	EXPECT_OK(kit_calls_wrong_colour(client, &failure));
	expect_failure(failure, EINVAL, true, "kit_scalars.colour is not a value of enum");
	rc_release(client, failure);
	EXPECT_OK(kit_calls_send_wrong_colour(client, &failure));
	expect_failure(failure, EINVAL, true, "kit_leaf.colour is not a value of enum");
	rc_release(client, failure);
	test_close(host.peer, client);
}

Test(host, what_is_not_served_is_enosys)
{
	static const struct test_way way = { .name = "spin" };
	struct rc_peer *peer = test_open(&way, NULL);
	struct rc_client *client = test_client(peer);
	const struct kit_failure *failure;
	struct host host = { .peer = peer };
	int64_t sum;

	EXPECT_OK(kit_calls_fail(client, -1, rc_str_of("x"), &failure));
	expect_failure(failure, ENOSYS, true, "kit_host_serve()");
	rc_release(client, failure);
	EXPECT_OK(kit_host_serve(peer, &functions, &host));
	EXPECT_OK(kit_calls_add(client, 1, 2, &sum));
	cr_assert_eq(sum, 3);
	test_close(peer, client);
}

Test(host, serving_wrongly_is_refused)
{
	static const struct test_way way = { .name = "spin" };
	struct kit_host_functions some = functions;
	struct rc_peer *peer = test_open(&way, NULL);
	struct host host = { .peer = peer };

	EXPECT_FAILS(kit_host_serve(NULL, &functions, &host), -EINVAL, RC_RAN_NO);
	EXPECT_FAILS(kit_host_serve(peer, NULL, &host), -EINVAL, RC_RAN_NO);
	some.nest = NULL;
	EXPECT_FAILS(kit_host_serve(peer, &some, &host), -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("kit_host.nest");
	EXPECT_OK(kit_host_serve(peer, &functions, &host));
	EXPECT_FAILS(kit_host_serve(peer, &functions, &host), -EEXIST, RC_RAN_NO);
	cr_assert_null(rc_host_alloc(1));
	test_close(peer, NULL);
}

TEST_SPIN_PARK(host, calls_nest_sixteen_deep)
{
	uint32_t reached = 0;
	struct host host;
	struct rc_client *client = serve(way, &host);

	EXPECT_OK(kit_calls_nest(client, 16, &reached));
	cr_assert_eq(reached, 16);
	EXPECT_FAILS(kit_calls_nest(client, 17, &reached), -EREMOTEIO, RC_RAN_YES);
	EXPECT_SAYS("nested deeper than 16");
	EXPECT_OK(kit_calls_nest(client, 3, &reached));
	cr_assert_eq(reached, 3);
	test_close(host.peer, client);
}

Test(host, one_way_calls_come)
{
	static const struct test_way way = { .name = "spin" };
	struct host host;
	struct rc_client *client = serve(&way, &host);

	for (uint64_t i = 1; i <= 100; i++)
		EXPECT_OK(kit_calls_note(client, i));
	EXPECT_UNTIL((rc_poll(client), host.noted == 5050));
	test_close(host.peer, client);
}

Test(host, goroutines_call_at_once)
{
	const uint32_t goroutines = 8, calls = 200;
	static const struct test_way way = { .name = "spin" };
	int64_t sum;
	struct host host;
	struct rc_client *client = serve(&way, &host);

	EXPECT_OK(kit_calls_gather(client, goroutines, calls, &sum));
	cr_assert_eq(sum, goroutines * calls);
	test_close(host.peer, client);
}

Test(host, calls_allocate_nothing_and_leak_nothing)
{
	static const struct test_way way = { .name = "spin" };
	/* A million show a leak of one byte a call; across processes a call takes longer. */
	const uint64_t calls = test_in_process() ? 1000000 : 20000, trees = calls / 100;
	/* Of the runtime itself, and what a collection takes from pools. A call from a worker may
	 * have to wait, which takes memory of Go. */
	const uint64_t few = 200, bytes_few = 100000;
	struct test_random random = { 7 };
	struct test_arena arena = test_arena_create(1 << 16);
	struct kit_tree tree;
	struct kit_many many;
	struct host host;
	struct rc_client *client = serve(&way, &host);
	size_t before, after;

	test_tree_make(&random, &arena, 2000, &tree);
	EXPECT_OK(kit_calls_many(client, 100, false, &many));
	EXPECT_OK(kit_calls_many_trees(client, 100, &tree, &many));
	before = mallinfo2().uordblks;
	EXPECT_OK(kit_calls_many(client, calls, true, &many));
	cr_assert_eq(many.sum, calls * (calls + 1) / 2);
	cr_assert(!test_in_process() || many.mallocs <= few, "leaf: %llu",
		  (unsigned long long)many.mallocs);
	EXPECT_OK(kit_calls_many(client, calls, false, &many));
	cr_assert_eq(many.sum, calls * (calls + 1) / 2);
	cr_assert(!test_in_process() || many.mallocs <= few, "%llu",
		  (unsigned long long)many.mallocs);
	EXPECT_OK(kit_calls_many_trees(client, trees, &tree, &many));
	cr_assert_eq(many.sum, trees * tree.branches.len);
	after = mallinfo2().uordblks;
	cr_assert_leq(after, before + bytes_few, "%zu bytes more", after - before);
	test_arena_destroy(&arena);
	test_close(host.peer, client);
}
