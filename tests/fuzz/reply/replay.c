/* SPDX-License-Identifier: MIT */
/*
 * replay.c - gives the inputs of a corpus to the fuzzer's function, with any compiler.
 *
 *	replay CORPUS           each once; what they reach is printed
 *	replay --change CORPUS  while another thread writes to the message
 *	replay --make CORPUS    writes a corpus of replies that are accepted
 *
 * A corpus is one file of inputs, each behind its length in four bytes; pack/ makes folders of it,
 * which fuzzers want, and folders to it.
 */
#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/reply/reply.h"

/* Inputs are made that have at most so many bytes, of so many seeds for each method. */
#define SEEDS_EACH 300

static const size_t input_bytes[] = { 100, 500, 1000, 2000 };

/* Reads the next input; returns its size, or SIZE_MAX at the end. */
static size_t next(FILE *corpus, uint8_t **input)
{
	uint8_t length[4];
	size_t bytes;

	if (fread(length, 1, sizeof(length), corpus) != sizeof(length))
		return SIZE_MAX;
	bytes = (size_t)length[0] | (size_t)length[1] << 8 | (size_t)length[2] << 16;
	/* Of just this size, as the message will be. */
	*input = malloc(bytes ? bytes : 1);
	if (!*input || fread(*input, 1, bytes, corpus) != bytes)
		errx(1, "the corpus ends within an input");
	return bytes;
}

static uint64_t replay(FILE *corpus, void (*try)(const uint8_t *, size_t))
{
	uint64_t count = 0;
	uint8_t *input;
	size_t bytes;

	while ((bytes = next(corpus, &input)) != SIZE_MAX) {
		try(input, bytes);
		free(input);
		count++;
	}
	return count;
}

static void write_input(FILE *corpus, const uint8_t *input, size_t bytes)
{
	const uint8_t length[4] = { (uint8_t)bytes, (uint8_t)(bytes >> 8), (uint8_t)(bytes >> 16) };

	fwrite(length, 1, sizeof(length), corpus);
	fwrite(input, 1, bytes, corpus);
}

/* Writes the method's largest of many inputs that have at most so many bytes. */
static void make_largest(FILE *corpus, size_t method, size_t bytes_max)
{
	uint8_t *largest = NULL;
	size_t largest_bytes = 0;

	for (uint64_t seed = 0; seed < SEEDS_EACH; seed++) {
		size_t bytes;
		uint8_t *input = reply_make(method, seed, &bytes);

		if (input && bytes <= bytes_max && bytes > largest_bytes) {
			free(largest);
			largest = input;
			largest_bytes = bytes;
		} else {
			free(input);
		}
	}
	if (largest)
		write_input(corpus, largest, largest_bytes);
	free(largest);
}

static void make(FILE *corpus)
{
	for (size_t method = 0; method < reply_methods(); method++)
		for (size_t i = 0; i < sizeof(input_bytes) / sizeof(input_bytes[0]); i++)
			make_largest(corpus, method, input_bytes[i]);
}

static void report(uint64_t inputs)
{
	uint64_t refused = 0;

	printf("%" PRIu64 " inputs for %zu methods\n", inputs, reply_methods());
	printf("%10" PRIu64 " accepted, %" PRIu64 " of them sent on\n", reply_counts.accepted,
	       reply_counts.sent_on);
	for (const struct reply_why *entry = reply_counts.refused; entry->why; entry++) {
		printf("%10" PRIu64 " refused: %s\n", entry->count, entry->why);
		refused += entry->count != 0;
	}
	/* What a corpus reaches must not shrink unseen. */
	if (reply_counts.accepted == 0 || refused < 6)
		errx(1, "the corpus reaches only %" PRIu64 " reasons to refuse", refused);
}

int main(int argc, char **argv)
{
	bool changes = argc == 3 && !strcmp(argv[1], "--change");
	bool makes = argc == 3 && !strcmp(argv[1], "--make");
	FILE *corpus;

	if (argc != 2 && !changes && !makes)
		errx(2, "usage: replay [--change | --make] CORPUS");
	corpus = fopen(argv[argc - 1], makes ? "we" : "re");
	if (!corpus)
		err(1, "%s", argv[argc - 1]);
	if (makes)
		make(corpus);
	else
		report(replay(corpus, changes ? reply_try_changing : reply_try));
	if (fclose(corpus))
		err(1, "%s", argv[argc - 1]);
	return 0;
}
