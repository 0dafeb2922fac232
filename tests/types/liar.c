/* SPDX-License-Identifier: MIT */
/*
 * liar.c - a worker that answers calls of shapes.h with optionals and maps that are wrong.
 *
 * LIAR names the way, LIAR_A and LIAR_B are its numbers. The handshake is right.
 */
#include <err.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "tests/testutil/fake.h"
#include "tests/types/shapes.h"

static uint64_t number_a;
static uint64_t number_b;

/* A pointer field of a message: an offset. */
#define AT(offset) ((void *)(uintptr_t)(offset))

/* Four nodes, the next of each at A. */
static void same_next(struct fake *fake, const struct rc_descriptor *request)
{
	struct shapes_node nodes[4];

	for (int i = 0; i < 4; i++)
		nodes[i] = (struct shapes_node){ number_b, AT(number_a) };
	fake_answer_in_space(fake, request, nodes, sizeof(nodes));
}

/* Four nodes, each pointing to the one behind, the last of them to A. */
static void ring_of_nodes(struct fake *fake, const struct rc_descriptor *request)
{
	struct shapes_node nodes[4];

	for (size_t i = 0; i < 4; i++)
		nodes[i] = (struct shapes_node){ i, AT(16 * (i + 1)) };
	nodes[3].next = AT(number_a);
	fake_answer_in_space(fake, request, nodes, sizeof(nodes));
}

/* What lies behind a struct shapes_maybe in its message. */
struct maybe_message {
	struct shapes_maybe root;
	uint64_t part[8];
};

/* A field of the root, numbered A, points to B. The part behind it is made of bytes of 1. */
static void maybe_at(struct fake *fake, const struct rc_descriptor *request)
{
	struct maybe_message message;

	memset(&message, 0, sizeof(message));
	memset(message.part, 1, sizeof(message.part));
	memcpy((unsigned char *)&message + number_a, &number_b, sizeof(number_b));
	fake_answer_in_space(fake, request, &message, sizeof(message));
}

/* The value of a checked optional, field A of the root, is all bytes of B. */
static void maybe_value(struct fake *fake, const struct rc_descriptor *request)
{
	struct maybe_message message;
	uint64_t at = offsetof(struct maybe_message, part);

	memset(&message, 0, sizeof(message));
	memset(message.part, (int)number_b, sizeof(message.part));
	memcpy((unsigned char *)&message + number_a, &at, sizeof(at));
	fake_answer_in_space(fake, request, &message, sizeof(message));
}

/* One optional of a slice points to B; the slice is field A of the root. */
static void maybe_element(struct fake *fake, const struct rc_descriptor *request)
{
	struct maybe_message message;
	uint64_t slice[3] = { offsetof(struct maybe_message, part), 2, 2 };

	memset(&message, 0, sizeof(message));
	message.part[1] = number_b;
	memcpy((unsigned char *)&message + number_a, slice, sizeof(slice));
	fake_answer_in_space(fake, request, &message, sizeof(message));
}

/* A map at A with B entries. */
static void map_at(struct fake *fake, const struct rc_descriptor *request)
{
	struct {
		struct shapes_sums root;
		uint64_t part[8];
	} message;

	memset(&message, 0, sizeof(message));
	message.root = (struct shapes_sums){ AT(number_a), number_b, 0 };
	fake_answer_in_space(fake, request, &message, sizeof(message));
}

/* A list at A of B elements without bytes. */
static void empty_at(struct fake *fake, const struct rc_descriptor *request)
{
	struct shapes_empty message;

	memset(&message, 0, sizeof(message));
	message.list = (struct shapes_nothings){ AT(number_a), number_b, 0 };
	fake_answer_in_space(fake, request, &message, sizeof(message));
}

/* What the flipping thread writes to, for as long as it lives: now A, now B. */
static void *flipped;

static void *flip(void *argument)
{
	volatile uint64_t *word;
	uint64_t turn = 0;

	(void)argument;
	for (;;) {
		word = rc__load_pointer_acquire(&flipped);
		if (word)
			*word = turn++ % 2 ? number_a : number_b;
	}
	return NULL;
}

static void start_flipping(void *word)
{
	static bool started;
	pthread_t thread;

	rc__store_pointer_release(&flipped, word);
	if (!started && pthread_create(&thread, NULL, flip, NULL))
		err(1, "liar: pthread_create");
	started = true;
}

/* The optional `yes` whose value never stays. */
static void flip_value(struct fake *fake, const struct rc_descriptor *request)
{
	struct maybe_message message;
	uint32_t bytes;

	memset(&message, 0, sizeof(message));
	message.root.yes = AT(offsetof(struct maybe_message, part));
	start_flipping(fake_space(fake, request, &bytes) + offsetof(struct maybe_message, part));
	fake_answer_in_space(fake, request, &message, sizeof(message));
}

/* The optional `note` of a note whose text's length never stays. */
static void flip_inside(struct fake *fake, const struct rc_descriptor *request)
{
	struct maybe_message message;
	uint32_t bytes;

	memset(&message, 0, sizeof(message));
	message.root.note = AT(offsetof(struct maybe_message, part));
	start_flipping(fake_space(fake, request, &bytes) + offsetof(struct maybe_message, part[1]));
	fake_answer_in_space(fake, request, &message, sizeof(message));
}

/* A list of optionals of which one never stays. */
static void flip_pointer(struct fake *fake, const struct rc_descriptor *request)
{
	struct maybe_message message;
	uint32_t bytes;

	memset(&message, 0, sizeof(message));
	message.root.points = (struct shapes_maybe_points){ AT(sizeof(message.root)), 2, 2 };
	start_flipping(fake_space(fake, request, &bytes) + offsetof(struct maybe_message, part[1]));
	fake_answer_in_space(fake, request, &message, sizeof(message));
}

#define WAY(name)                                                                                  \
	{                                                                                          \
#name, name                                                                        \
	}

static const struct {
	const char *name;
	void (*answer)(struct fake *fake, const struct rc_descriptor *request);
} ways[] = {
	WAY(same_next), WAY(ring_of_nodes), WAY(maybe_at),    WAY(maybe_value),  WAY(maybe_element),
	WAY(map_at),    WAY(flip_value),    WAY(flip_inside), WAY(flip_pointer), WAY(empty_at),
};

static uint64_t number_of(const char *variable)
{
	const char *value = getenv(variable);

	return value ? strtoull(value, NULL, 0) : 0;
}

int main(void)
{
	const char *name = getenv("LIAR");
	struct fake fake;

	number_a = number_of("LIAR_A");
	number_b = number_of("LIAR_B");
	for (size_t i = 0; name && i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (strcmp(ways[i].name, name))
			continue;
		fake_start(&fake);
		for (;;) {
			struct rc_descriptor request = fake_next(&fake);

			ways[i].answer(&fake, &request);
		}
	}
	errx(1, "liar: no way \"%s\"", name ? name : "");
}
