/* SPDX-License-Identifier: MIT */
/*
 * position.c - position write|read FILE SEED: a message that leaves the process it was made in.
 *
 * `write` encodes the box that a seed gives, moves the message elsewhere, and writes it to a file.
 * `read` takes a message from a file to several places, checks it at each, and expects that box.
 * Boxes are compared by encoding them again: equal boxes give equal bytes.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* The generated functions that make and check messages are static. */
#include "ring/layout.h"
#include "tests/position/parcel.rc.c"

enum {
	PARTS_MAX = 6,
	DEPTH_MAX = 3,
	PLACES = 9
};

struct message {
	unsigned char *bytes;
	size_t count;
};

static void fail(const char *what)
{
	fprintf(stderr, "position: %s\n", what);
	exit(1);
}

/* All memory is taken for good: the program ends soon. */
static void *take(size_t bytes)
{
	static struct block {
		struct block *before;
		_Alignas(16) unsigned char memory[];
	} * last;
	struct block *block = calloc(1, sizeof(*block) + bytes);

	if (!block)
		fail("no memory");
	block->before = last;
	last = block;
	return block->memory;
}

static uint64_t next(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *seed >> 33;
}

static void fill(uint64_t *seed, void *memory, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		((unsigned char *)memory)[i] = (unsigned char)next(seed);
}

static struct rc_str make_text(uint64_t *seed)
{
	size_t bytes = next(seed) % 40;
	char *text = take(bytes);

	fill(seed, text, bytes);
	return (struct rc_str){ text, bytes };
}

static struct parcel_stamp make_stamp(uint64_t *seed)
{
	return (struct parcel_stamp){ (double)next(seed) / 7, next(seed) % 2 };
}

static struct parcel_box make_box(uint64_t *seed, int depth)
{
	size_t counts[5];
	struct parcel_stamp *stamps, *best;
	struct parcel_box *inner;
	struct rc_str *names;
	unsigned char *content;
	uint64_t *words;

	for (size_t i = 0; i < 5; i++)
		counts[i] = next(seed) % PARTS_MAX;
	counts[4] = depth < DEPTH_MAX ? counts[4] : 0;
	content = take(counts[0]);
	words = take(counts[1] * sizeof(*words));
	stamps = take(counts[2] * sizeof(*stamps));
	names = take(counts[3] * sizeof(*names));
	inner = take(counts[4] * sizeof(*inner));
	best = take(sizeof(*best));
	*best = make_stamp(seed);
	fill(seed, content, counts[0]);
	fill(seed, words, counts[1] * sizeof(*words));
	for (size_t i = 0; i < counts[2]; i++)
		stamps[i] = make_stamp(seed);
	for (size_t i = 0; i < counts[3]; i++)
		names[i] = make_text(seed);
	for (size_t i = 0; i < counts[4]; i++)
		inner[i] = make_box(seed, depth + 1);
	return (struct parcel_box){
		.label = make_text(seed),
		.content = { content, counts[0], counts[0] },
		.words = { words, counts[1], counts[1] },
		.stamps = { stamps, counts[2], counts[2] },
		.best = next(seed) % 2 ? best : NULL,
		.names = { names, counts[3], counts[3] },
		.inner = { inner, counts[4], counts[4] },
		.kind = next(seed) % 2 ? PARCEL_HEAVY : PARCEL_LIGHT,
	};
}

static struct message encode(const struct parcel_box *box)
{
	struct rc_measure measure = { .depth = RC_DEPTH_MAX };
	struct rc_writer writer = { 0 };
	struct message message;

	message.count = parcel_box__measure(&measure, sizeof(*box), box);
	if (measure.fault.field || measure.too_large)
		fail("the box cannot be measured");
	message.bytes = take(message.count);
	writer.base = message.bytes;
	if (parcel_box__write(&writer, sizeof(*box), box, (void *)message.bytes) != message.count)
		fail("another size was written than was measured");
	return message;
}

/* Checks the message where it lies; what it gives is valid as long as that. */
static struct parcel_box decode(const unsigned char *message, size_t bytes)
{
	struct rc_reader reader = { .message = message,
				    .message_bytes = bytes,
				    .private_next = take(bytes),
				    .private_left = bytes,
				    .depth = RC_DEPTH_MAX };
	struct parcel_box box;

	if (bytes < sizeof(box))
		fail("the message is shorter than its root");
	memcpy(&box, message, sizeof(box));
	if (!parcel_box__check(&reader, &box))
		fail(reader.fault.field);
	return box;
}

static struct message read_file(const char *path)
{
	struct message message = { take(1 << 20), 0 };
	FILE *file = fopen(path, "rb");

	if (!file)
		fail("the file cannot be read");
	message.count = fread(message.bytes, 1, 1 << 20, file);
	fclose(file);
	return message;
}

static void write_file(const char *path, const unsigned char *bytes, size_t count)
{
	FILE *file = fopen(path, "wb");

	if (!file || fwrite(bytes, 1, count, file) != count || fclose(file))
		fail("the file cannot be written");
}

static void expect_box(const unsigned char *bytes, size_t count, const struct message *wanted)
{
	struct parcel_box box = decode(bytes, count);
	struct message again = encode(&box);

	if (again.count != wanted->count || memcmp(again.bytes, wanted->bytes, again.count))
		fail("the box is another one");
}

int main(int argument_count, char **arguments)
{
	uint64_t seed = argument_count == 4 ? strtoull(arguments[3], NULL, 10) : 0;
	struct parcel_box box = make_box(&seed, 0);
	struct message made = encode(&box), message = made;

	if (argument_count != 4)
		fail("usage: position write|read FILE SEED");
	if (!strcmp(arguments[1], "read"))
		message = read_file(arguments[2]);
	for (size_t place = 0; place < PLACES; place++) {
		unsigned char *memory = take(message.count + 8 * place);

		memcpy(memory + 8 * place, message.bytes, message.count);
		expect_box(memory + 8 * place, message.count, &made);
		if (!strcmp(arguments[1], "write"))
			write_file(arguments[2], memory + 8 * place, message.count);
	}
	return 0;
}
