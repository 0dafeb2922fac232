/* SPDX-License-Identifier: MIT */
/*
 * ours.c - the works of ringcall and of C by hand, and filling a slice with a work.
 *
 * An encoding is all that a call does before its slot is committed: the generated function that
 * measures, takes a record and payload space, and writes. It is static, so its source is included
 * here. Then the record is given back as after a refused call, and nothing was sent.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/clock.h"
#include "bench/codec/by_hand.h"
#include "bench/codec/content.h"
#include "bench/codec/subject.h"
#include "bench/fail.h"
#include "bench/lists.rc.c"
#include "bench/stats.h"
#include "cside/internal.h"

enum {
	MESSAGE_BYTES_MAX = 1 << 20,
	TIMES_MAX = 4096
};

static struct rc_peer *peer;
static struct rc_client *client;
static const struct content *content;
static unsigned char *buffer;   /* payload space: where messages made by hand go */
static unsigned char *expected; /* the message of the batch */
static uint64_t expected_bytes;
static unsigned char *private;   /* where a check puts its copies */
static struct rc_bytes in_place; /* the block, in payload space */

static void must(const char *what, int status)
{
	if (status)
		fail("%s: %s", what, rc_error_last()->text);
}

static void *allocate(size_t bytes)
{
	void *memory = rc_alloc(client, bytes);

	if (!memory)
		fail("%s", rc_error_last()->text);
	return memory;
}

void ours_open(const char *worker)
{
	struct rc_options options = { .spin_never = 1 };
	char endpoint[4200];

	content = content_get();
	snprintf(endpoint, sizeof(endpoint), "worker:%s", worker);
	must("rc_open", rc_open(endpoint, &options, &peer));
	must("rc_client_open", rc_client_open(peer, &client));
	buffer = allocate(2 * CONTENT_BLOCK_BYTES);
	expected = malloc(MESSAGE_BYTES_MAX);
	private = aligned_alloc(64, MESSAGE_BYTES_MAX);
	if (!expected || !private)
		fail_errno("memory for a message");
	expected_bytes = by_hand_encode(&content->batch, expected);
	in_place = content->block;
	in_place.ptr = memcpy(allocate(in_place.len), in_place.ptr, in_place.len);
}

uint64_t ours_close(void)
{
	struct rc_stats stats;

	rc_client_stats(client, &stats);
	rc_client_close(client);
	must("rc_close", rc_close(peer, RC_FOREVER));
	free(private);
	free(expected);
	return stats.host_late_wakes + stats.worker_late_wakes;
}

static void strings_by_hand(void)
{
	fail_unless_equal("strings by hand", by_hand_encode(&content->batch, buffer),
			  expected_bytes);
}

/* Gives a call back that was begun and not submitted. Returns its message. */
static unsigned char *give_back(const struct rc_send *send, uint64_t *bytes)
{
	struct rc__record *record = &client->records[send->record];

	*bytes = rc__span_unpack(client->request.body[0]).bytes;
	rc__record_free(client, record);
	return send->message;
}

static void strings_ringcall(void)
{
	struct rc_send send;
	uint64_t bytes;

	must("lists.put", lists_put__submit(client, &content->batch, &send));
	give_back(&send, &bytes);
	fail_unless_equal("strings, generated", bytes, expected_bytes);
}

static void read_ringcall(void)
{
	struct rc_reader reader = { .message = buffer,
				    .message_bytes = expected_bytes,
				    .private_next = private,
				    .private_left = MESSAGE_BYTES_MAX,
				    .depth = RC_DEPTH_MAX };
	struct lists_batch root;
	uint64_t sum = 0;

	memcpy(&root, buffer, sizeof(root));
	if (!lists_get__reply_check(&reader, &root))
		fail("the check refuses: %s %s", reader.fault.field, reader.fault.why);
	for (size_t i = 0; i < root.records.len; i++) {
		const struct lists_record *record = &root.records.ptr[i];

		sum = content_add(sum, record->key.ptr, record->key.len);
		sum = content_add(sum, record->name.ptr, record->name.len);
		sum = content_add(sum, record->text.ptr, record->text.len);
	}
	fail_unless_equal("strings that were read", sum, content->sum);
}

static void array_memcpy(void)
{
	memcpy(buffer, content->block.ptr, content->block.len);
	__asm__ volatile("" ::: "memory");
}

static void submit_array(struct rc_bytes block)
{
	const uint64_t root_bytes = sizeof(struct lists__store_args);
	uint64_t copied_bytes = block.ptr == in_place.ptr ? 0 : block.len;
	const unsigned char *message;
	struct rc_send send;

	must("lists.store", lists_store__submit(client, block, &send));
	message = send.message;
	if (copied_bytes) {
		uint64_t bytes;

		fail_unless_equal("the array's last byte", message[root_bytes + copied_bytes - 1],
				  block.ptr[block.len - 1]);
		give_back(&send, &bytes);
		fail_unless_equal("the array's message", bytes, root_bytes + copied_bytes);
	} else {
		fail_unless_equal("the array's length", ((const uint64_t *)send.message)[1],
				  block.len);
		rc__record_free(client, &client->records[send.record]);
	}
}

static void array_ringcall(void)
{
	submit_array(content->block);
}

static void array_in_place(void)
{
	submit_array(in_place);
}

static void load(bool is_in_place)
{
	static uint8_t seed;
	const struct rc_bytes *loaded;

	seed = (uint8_t)((seed + 1) % 128);
	must("lists.load", lists_load(client, CONTENT_BLOCK_BYTES, seed, is_in_place, &loaded));
	fail_unless_equal("the reply's length", loaded->len, CONTENT_BLOCK_BYTES);
	for (size_t i = 0; i < CONTENT_BLOCK_BYTES; i += 65521)
		fail_unless_equal("the reply's bytes", loaded->ptr[i], lists_pattern(seed + i));
	rc_release(client, loaded);
}

static void reply_copied(void)
{
	load(false);
}

static void reply_buffer(void)
{
	load(true);
}

/* All of a result, once a slice. */
static void verify(enum codec_subject subject)
{
	struct rc_send send;
	uint64_t bytes;

	if (subject == STRINGS_BY_HAND || subject == READ_RINGCALL) {
		if (memcmp(buffer, expected, expected_bytes))
			fail("the message made by hand changed");
	} else if (subject == STRINGS_RINGCALL) {
		must("lists.put", lists_put__submit(client, &content->batch, &send));
		if (memcmp(give_back(&send, &bytes), expected, expected_bytes))
			fail("the generated message differs from the one made by hand");
	} else if (subject == ARRAY_MEMCPY) {
		if (memcmp(buffer, content->block.ptr, content->block.len))
			fail("the array that was copied differs");
	} else if (subject == ARRAY_RINGCALL) {
		must("lists.store", lists_store__submit(client, content->block, &send));
		if (memcmp(give_back(&send, &bytes) + sizeof(struct lists__store_args),
			   content->block.ptr, content->block.len))
			fail("the array's message differs from the array");
	}
}

static double time_go(enum lists_go_work work, uint64_t slice_ns)
{
	double ns;

	must("lists.time_go", lists_time_go(client, &content->batch, work, slice_ns, &ns));
	return ns;
}

static double fill_slice(void (*work)(void), uint64_t warm_ns, uint64_t slice_ns)
{
	static double times_ns[TIMES_MAX];
	uint64_t start_ns = clock_now_ns(), now_ns;
	size_t count = 0;

	do {
		work();
		now_ns = clock_now_ns();
	} while (now_ns - start_ns < warm_ns);
	start_ns = now_ns;
	do {
		uint64_t ticks = clock_ticks();

		work();
		times_ns[count++] = (double)clock_ticks_ns(ticks, clock_ticks());
	} while (clock_now_ns() - start_ns < slice_ns && count < TIMES_MAX);
	return stats_median(times_ns, count);
}

double ours_slice_ns(enum codec_subject subject, uint64_t warm_ns, uint64_t slice_ns)
{
	static void (*const works[CODEC_SUBJECTS])(void) = {
		[STRINGS_BY_HAND] = strings_by_hand,
		[STRINGS_RINGCALL] = strings_ringcall,
		[STRINGS_FLATBUFFERS] = flatbuffers_encode_strings,
		[STRINGS_CAPNP] = capnp_encode_strings,
		[READ_RINGCALL] = read_ringcall,
		[READ_FLATBUFFERS] = flatbuffers_read_strings,
		[READ_CAPNP] = capnp_read_strings,
		[ARRAY_MEMCPY] = array_memcpy,
		[ARRAY_RINGCALL] = array_ringcall,
		[ARRAY_FLATBUFFERS] = flatbuffers_encode_array,
		[ARRAY_CAPNP] = capnp_encode_array,
		[ARRAY_IN_PLACE] = array_in_place,
		[REPLY_COPIED] = reply_copied,
		[REPLY_BUFFER] = reply_buffer,
	};
	double ns;

	fail_watch("a slice of bench/codec");
	if (subject == STRINGS_RINGCALL_GO)
		return time_go(LISTS_GO_ENCODE, slice_ns);
	if (subject == READ_RINGCALL_GO)
		return time_go(LISTS_GO_CHECK, slice_ns);
	if (subject == CLONE_RINGCALL_GO)
		return time_go(LISTS_GO_CLONE, slice_ns);
	if (subject == READ_RINGCALL)
		by_hand_encode(&content->batch, buffer);
	ns = fill_slice(works[subject], warm_ns, slice_ns);
	verify(subject);
	return ns;
}
