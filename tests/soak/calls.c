/* SPDX-License-Identifier: MIT */
/* calls.c - see calls.h. */
#include "tests/soak/calls.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/testutil/kit.rc.h"

static bool wrong(struct soak_client *soak, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Keeps the first thing that was wrong. Returns false. */
static bool wrong(struct soak_client *soak, const char *format, ...)
{
	va_list arguments;

	if (soak->text[0])
		return false;
	va_start(arguments, format);
	vsnprintf(soak->text, sizeof(soak->text), format, arguments);
	va_end(arguments);
	return false;
}

static bool failed(struct soak_client *soak, const char *what, int status)
{
	return wrong(soak, "%s: %d: %s", what, status, rc_error_last()->text);
}

/* 0 to SOAK_BYTES_MAX, most of them small: the smaller of two exponents. */
static size_t random_bytes(struct soak_client *soak)
{
	uint64_t exponent = 20;

	for (int draw = 0; draw < 2; draw++) {
		uint64_t drawn = test_random_below(&soak->random, 21);

		exponent = drawn < exponent ? drawn : exponent;
	}
	return (size_t)test_random_below(&soak->random, (UINT64_C(1) << exponent) + 1);
}

static bool add(struct soak_client *soak)
{
	int64_t a = (int64_t)(test_random_next(&soak->random) >> 2);
	int64_t sum = 0;
	int status = kit_add(soak->client, a, 7, &sum);

	if (status)
		return failed(soak, "kit_add", status);
	soak->calls++;
	return sum == a + 7 || wrong(soak, "kit_add: a wrong sum");
}

static bool bump(struct soak_client *soak)
{
	struct kit_block bumped, block;
	int status;

	for (int i = 0; i < 32; i++)
		block.words[i] = test_random_next(&soak->random);
	status = kit_bump(soak->client, &block, &bumped);
	if (status)
		return failed(soak, "kit_bump", status);
	for (int i = 0; i < 32; i++)
		if (bumped.words[i] != block.words[i] + 1)
			return wrong(soak, "kit_bump: word %d is wrong", i);
	soak->calls++;
	return true;
}

static bool scalars(struct soak_client *soak)
{
	struct kit_scalars same, sent = test_scalars_make(&soak->random);
	int status = kit_scalars(soak->client, &sent, &same);
	const char *difference;

	if (status)
		return failed(soak, "kit_scalars", status);
	difference = test_scalars_difference(&sent, &same);
	soak->calls++;
	return !difference || wrong(soak, "kit_scalars: %s differs", difference);
}

static bool text(struct soak_client *soak)
{
	size_t bytes = random_bytes(soak);
	size_t start = (size_t)test_random_below(&soak->random, SOAK_BYTES_MAX - bytes + 1);
	struct rc_str sent = { (const char *)soak->bytes + start, bytes };
	const struct rc_str *same;
	int status = kit_text(soak->client, sent, &same);
	bool is_same;

	if (status)
		return failed(soak, "kit_text", status);
	is_same = same->len == bytes && (!bytes || !memcmp(same->ptr, sent.ptr, bytes));
	rc_release(soak->client, same);
	soak->calls++;
	soak->bytes_sent += bytes;
	return is_same || wrong(soak, "kit_text: a text of %zu bytes differs", bytes);
}

static bool large(struct soak_client *soak)
{
	size_t bytes = random_bytes(soak);
	uint8_t seed = (uint8_t)test_random_next(&soak->random);
	const struct rc_bytes *made;
	int status = kit_large(soak->client, bytes, seed, &made);
	bool is_right;

	if (status)
		return failed(soak, "kit_large", status);
	is_right = made->len == bytes && made->cap == bytes;
	for (size_t i = 0; is_right && i < bytes; i++)
		is_right = made->ptr[i] == (uint8_t)(seed + i);
	rc_release(soak->client, made);
	soak->calls++;
	return is_right || wrong(soak, "kit_large: %zu bytes are wrong", bytes);
}

/* Half of the time from memory of rc_alloc(). */
static bool sum(struct soak_client *soak)
{
	size_t bytes = random_bytes(soak);
	uint8_t *pool = test_random_below(&soak->random, 2) ? rc_alloc(soak->client, bytes) : NULL;
	const uint8_t *sent = soak->bytes;
	uint64_t total = 0, expected = 0;
	int status;

	if (pool) {
		memcpy(pool, soak->bytes, bytes);
		sent = pool;
	}
	for (size_t i = 0; i < bytes; i++)
		expected += soak->bytes[i];
	status = kit_sum(soak->client, (struct rc_bytes){ sent, bytes, bytes }, &total);
	rc_release(soak->client, pool);
	if (status)
		return failed(soak, "kit_sum", status);
	soak->calls++;
	soak->bytes_sent += bytes;
	return total == expected || wrong(soak, "kit_sum: the sum of %zu bytes is wrong", bytes);
}

static bool tree(struct soak_client *soak)
{
	struct soak_tree *slot = &soak->trees[0];
	size_t bytes = random_bytes(soak);
	const struct kit_tree *same;
	const char *difference;
	int status;

	test_tree_make(&soak->random, &slot->arena, bytes, &slot->tree);
	status = kit_echo(soak->client, &slot->tree, &same);
	if (status)
		return failed(soak, "kit_echo", status);
	difference = test_tree_difference(&slot->tree, same);
	rc_release(soak->client, same);
	soak->calls++;
	soak->bytes_sent += bytes;
	return !difference || wrong(soak, "kit_echo: %s of %zu bytes differs", difference, bytes);
}

static bool fail(struct soak_client *soak)
{
	int64_t code = (int64_t)test_random_next(&soak->random);
	int status = kit_fail(soak->client, code, (struct rc_str)RC_STR("as it should"));

	soak->calls++;
	if (status != -EREMOTEIO || rc_error_last()->application != code ||
	    !strstr(rc_error_last()->text, "as it should"))
		return failed(soak, "kit_fail", status);
	return true;
}

static bool note(struct soak_client *soak)
{
	uint64_t count = 1 + test_random_below(&soak->random, 40);

	for (uint64_t i = 0; i < count; i++) {
		uint64_t value = test_random_below(&soak->random, 1 << 20);
		int status;

		while ((status = kit_note(soak->client, value)) == -EAGAIN)
			rc_poll(soak->client);
		if (status)
			return failed(soak, "kit_note", status);
		soak->notes++;
		soak->notes_sum += value;
		soak->calls++;
	}
	return true;
}

static void added(void *context, int status, const int64_t *sum)
{
	struct soak_pending *pending = context;

	pending->runs++;
	pending->soak->completed++;
	if (status)
		failed(pending->soak, "kit_add_async", status);
	else if (*sum != pending->expected)
		wrong(pending->soak, "kit_add_async: a wrong sum");
}

static bool collect(struct soak_client *soak, int count)
{
	while (soak->completed < count) {
		int status = rc_wait(soak->client, test_patience_ns());

		if (status <= 0)
			return failed(soak, "rc_wait", status);
	}
	soak->calls += (uint64_t)count;
	return !soak->text[0];
}

static bool add_async(struct soak_client *soak)
{
	int depth = 1 + (int)test_random_below(&soak->random, SOAK_DEPTH_MAX);

	soak->completed = 0;
	for (int i = 0; i < depth; i++) {
		int64_t a = (int64_t)(test_random_next(&soak->random) >> 2);
		int status;

		soak->pending[i] = (struct soak_pending){ soak, a + i, 0 };
		status = kit_add_async(soak->client, a, i, added, &soak->pending[i], NULL);
		/* One-way calls before may still hold some of the ring. */
		if (status == -EAGAIN) {
			rc_poll(soak->client);
			i--;
		} else if (status) {
			return failed(soak, "kit_add_async", status);
		}
	}
	if (!collect(soak, depth))
		return false;
	for (int i = 0; i < depth; i++)
		if (soak->pending[i].runs != 1)
			return wrong(soak, "callback %d ran %d times", i, soak->pending[i].runs);
	return true;
}

static void tree_came(void *context, int status, const struct kit_tree *same)
{
	struct soak_tree *slot = context;
	const char *difference;

	slot->soak->completed++;
	if (status) {
		failed(slot->soak, "kit_echo_async", status);
		return;
	}
	difference = test_tree_difference(&slot->tree, same);
	if (difference)
		wrong(slot->soak, "kit_echo_async: %s differs", difference);
	rc_release(slot->soak->client, same);
}

static bool tree_async(struct soak_client *soak)
{
	int count = 1 + (int)test_random_below(&soak->random, SOAK_TREES_MAX);

	soak->completed = 0;
	for (int i = 0; i < count; i++) {
		size_t bytes = random_bytes(soak);
		int status;

		test_tree_make(&soak->random, &soak->trees[i].arena, bytes, &soak->trees[i].tree);
		status = kit_echo_async(soak->client, &soak->trees[i].tree, tree_came,
					&soak->trees[i], NULL);
		if (status)
			return failed(soak, "kit_echo_async", status);
		soak->bytes_sent += bytes;
	}
	return collect(soak, count);
}

static void take_late_wakes(struct soak_client *soak)
{
	struct rc_stats stats;

	rc_client_stats(soak->client, &stats);
	soak->late_wakes += stats.host_late_wakes + stats.worker_late_wakes;
}

static bool reopen(struct soak_client *soak)
{
	int status;

	take_late_wakes(soak);
	rc_client_close(soak->client);
	while ((status = rc_client_open(soak->peer, &soak->client)) == -EAGAIN)
		test_nap();
	return !status || failed(soak, "rc_client_open", status);
}

/* Kinds and how often each comes, of the sum of all. */
static const struct {
	bool (*run)(struct soak_client *soak);
	uint32_t weight;
} kinds[] = {
	{ add, 20000 }, { bump, 4000 },      { scalars, 2000 },   { text, 2000 },
	{ large, 400 }, { sum, 600 },        { tree, 1000 },      { fail, 200 },
	{ note, 1000 }, { add_async, 4000 }, { tree_async, 200 }, { reopen, 1 },
};

bool soak_round(struct soak_client *soak)
{
	uint64_t all = 0, drawn;
	size_t kind = 0;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		all += kinds[i].weight;
	drawn = test_random_below(&soak->random, all);
	while (drawn >= kinds[kind].weight)
		drawn -= kinds[kind++].weight;
	return kinds[kind].run(soak) && !soak->text[0];
}

void soak_client_init(struct soak_client *soak, struct rc_peer *peer, uint64_t seed)
{
	memset(soak, 0, sizeof(*soak));
	soak->peer = peer;
	soak->random.state = seed;
	soak->client = test_client(peer);
	soak->bytes = malloc(SOAK_BYTES_MAX);
	for (uint64_t i = 0; soak->bytes && i < SOAK_BYTES_MAX; i++)
		soak->bytes[i] = (unsigned char)test_random_next(&soak->random);
	for (int i = 0; i < SOAK_TREES_MAX; i++) {
		soak->trees[i].soak = soak;
		soak->trees[i].arena = test_arena_create(SOAK_BYTES_MAX);
	}
}

void soak_client_fini(struct soak_client *soak)
{
	take_late_wakes(soak);
	rc_client_close(soak->client);
	for (int i = 0; i < SOAK_TREES_MAX; i++)
		test_arena_destroy(&soak->trees[i].arena);
	free(soak->bytes);
}
