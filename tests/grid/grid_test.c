/* SPDX-License-Identifier: MIT */
/*
 * grid_test.c - random values of all types of the grid, from C to Go to C and from Go to C to Go.
 *
 *	grid_test [--values NUMBER] [--seed NUMBER]
 *
 * Both sides make the value of a seed by themselves, so each compares what it receives with its
 * own. It prints the seed of a run, and what fails by its root and seed.
 */
#include <err.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "tests/grid/value.h"
#include "tests/testutil/testutil.h"

extern const struct grid_part grid0_part, grid1_part, grid2_part, grid3_part, grid4_part,
	grid5_part, grid6_part;

static const struct grid_part *const parts[] = { &grid0_part, &grid1_part, &grid2_part, &grid3_part,
						 &grid4_part, &grid5_part, &grid6_part };

enum {
	PARTS = sizeof(parts) / sizeof(parts[0]),
};

/* The largest values hold some tens of megabytes. */
#define PAYLOAD_BYTES (UINT64_C(1) << 28)

struct grid {
	struct rc_client *client;
	struct grid_maker maker;
	void *own; /* the value that C makes */
	void *space;
	uint64_t bytes; /* of the roots that were passed */
	uint64_t sum;
};

static void check(int status, const char *what, const char *name, uint64_t seed)
{
	if (status)
		errx(1, "%s of %s, seed %" PRIu64 ": %s", what, name, seed, rc_error_last()->text);
}

/* What came from Go is in order and is the value of the seed. */
static void compare(struct grid *grid, const char *name, const struct grid_type *type,
		    uint64_t seed, const void *received)
{
	if (!grid_sound(type, received, NULL, &grid->sum) || !grid_equal(type, received, grid->own))
		errx(1, "received a wrong value of %s, seed %" PRIu64, name, seed);
	grid->bytes += type->bytes;
}

/* A clone in C is sound and equal. */
static void compare_clone(struct grid *grid, const struct grid_root *root, uint64_t seed)
{
	void *clone = root->clone ? root->clone(grid->own) : NULL;

	if (!root->clone)
		return;
	check(clone ? 0 : rc_error_last()->code, "clone", root->name, seed);
	if (!grid_sound(root->type, clone, NULL, &grid->sum) ||
	    !grid_equal(root->type, clone, grid->own))
		errx(1, "a wrong clone of %s, seed %" PRIu64, root->name, seed);
	free(clone);
}

static void give_back(struct grid *grid, const void *received)
{
	if (received != grid->space)
		rc_release(grid->client, received);
}

/* C makes a value, Go compares it with its own and answers with it, C compares. */
static void c_to_go_to_c(struct grid *grid, const struct grid_root *root, uint64_t seed)
{
	const void *received;

	grid->maker.client = grid->client;
	grid_make(&grid->maker, root->type, seed, grid->own);
	compare_clone(grid, root, seed);
	check(root->pass(grid->client, grid->own, grid->space, &received), "pass", root->name,
	      seed);
	compare(grid, root->name, root->type, seed, received);
	give_back(grid, received);
	grid_drop(&grid->maker);
}

/* Go makes a value, C compares it with its own and sends it back as it came, Go compares. */
static void go_to_c_to_go(struct grid *grid, const struct grid_root *root, uint64_t seed)
{
	void *made_space = malloc(root->type->bytes);
	const void *made, *received;

	if (!made_space)
		err(1, "malloc");
	check(root->make(grid->client, seed, made_space, &made), "make", root->name, seed);
	grid->maker.client = NULL;
	grid_make(&grid->maker, root->type, seed, grid->own);
	compare(grid, root->name, root->type, seed, made);
	check(root->pass(grid->client, made, grid->space, &received), "pass of a reply", root->name,
	      seed);
	compare(grid, root->name, root->type, seed, received);
	give_back(grid, received);
	if (made != made_space)
		rc_release(grid->client, made);
	free(made_space);
	grid_drop(&grid->maker);
}

/* A type by itself, as a parameter and an output. */
static void one(struct grid *grid, const struct grid_one *method, uint64_t seed)
{
	const void *received;

	grid->maker.client = grid->client;
	grid_make(&grid->maker, method->type, seed, grid->own);
	check(method->pass(grid->client, seed, grid->own, grid->space, &received), "pass",
	      method->name, seed);
	compare(grid, method->name, method->type, seed, received);
	give_back(grid, received);
	grid_drop(&grid->maker);
}

/* sizeof and offsetof of every struct are the same in both languages. */
static size_t compare_layouts(struct rc_client *client, const struct grid_part *part)
{
	const struct rc_str *theirs;
	char *ours;
	size_t bytes;
	FILE *file = open_memstream(&ours, &bytes);

	if (!file)
		err(1, "open_memstream");
	grid_layout(part, file);
	fclose(file);
	check(part->layout(client, &theirs), "layout", part->name, 0);
	for (size_t i = 0; i < bytes || i < theirs->len; i++)
		if (i >= bytes || i >= theirs->len || ours[i] != theirs->ptr[i])
			errx(1, "the layouts of %s differ; C:\n%.200s\nGo:\n%.*s", part->name,
			     ours + (i > 100 ? i - 100 : 0),
			     (int)(theirs->len < i + 100 ? theirs->len - (i > 100 ? i - 100 : 0)
							 : 200),
			     theirs->ptr + (i > 100 ? i - 100 : 0));
	rc_release(client, theirs);
	free(ours);
	return bytes;
}

static size_t most_bytes(void)
{
	size_t most = 0;

	for (size_t i = 0; i < PARTS; i++)
		for (size_t j = 0; j < parts[i]->type_count; j++)
			if (parts[i]->types[j].bytes > most)
				most = parts[i]->types[j].bytes;
	return most;
}

static void run(struct grid *grid, uint64_t values, uint64_t seed)
{
	uint64_t state = seed;

	for (uint64_t i = 0; i < values; i++) {
		const struct grid_part *part = parts[i % PARTS];

		c_to_go_to_c(grid, &part->roots[i / PARTS % part->root_count], grid_random(&state));
		go_to_c_to_go(grid, &part->roots[i / PARTS % part->root_count],
			      grid_random(&state));
		one(grid, &part->ones[i / PARTS % part->one_count], grid_random(&state));
	}
}

static uint64_t random_seed(void)
{
	uint64_t seed;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		err(1, "getrandom");
	return seed % 1000000000;
}

static uint64_t number(const char *text)
{
	char *end;
	uint64_t value = strtoull(text, &end, 0);

	if (*end || end == text)
		errx(2, "\"%s\" is no number", text);
	return value;
}

int main(int argc, char **argv)
{
	static const struct option flags[] = { { "values", required_argument, NULL, 'v' },
					       { "seed", required_argument, NULL, 's' },
					       { NULL, 0, NULL, 0 } };
	const struct rc_options options = { .payload_bytes = PAYLOAD_BYTES };
	uint64_t values = 10000, seed = random_seed();
	struct grid grid = { .sum = 0 };
	struct rc_peer *peer;
	int flag;

	while ((flag = getopt_long(argc, argv, "", flags, NULL)) != -1) {
		if (flag == 'v')
			values = number(optarg);
		else if (flag == 's')
			seed = number(optarg);
		else
			return 2;
	}
	printf("grid: %" PRIu64 " values each way, --seed %" PRIu64 "\n", values, seed);
	check(rc_open(test_endpoint("tests/grid/worker/worker"), &options, &peer), "rc_open",
	      "the grid", 0);
	grid.client = test_client(peer);
	grid.own = malloc(most_bytes());
	grid.space = malloc(most_bytes());
	for (size_t i = 0; i < PARTS; i++)
		printf("grid: %s: %zu roots, %zu types, layouts of %zu bytes\n", parts[i]->name,
		       parts[i]->root_count, parts[i]->type_count,
		       compare_layouts(grid.client, parts[i]));
	run(&grid, values, seed);
	printf("grid: %" PRIu64 " bytes of roots compared, sum %" PRIx64 "\n", grid.bytes,
	       grid.sum);
	grid_maker_fini(&grid.maker);
	free(grid.own);
	free(grid.space);
	test_close(peer, grid.client);
	return 0;
}
