/* SPDX-License-Identifier: MIT */
/* reply.c - see reply.h. Who reads outside, and who allocates, is found by the sanitizers. */
#include "tests/fuzz/reply/reply.h"

#include <err.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "ring/layout.h"
#include "tests/fuzz/reply/stand_in.h"
#include "tests/grid/value.h"

/* A value sent on may be larger than its message, when its parts shared bytes: not much more. */
#define GROWTH_MAX 8

#define METHODS_MAX 1024

/* A method with a reply. */
struct method {
	const struct rc_method *method;
	const struct grid_type *type;
	const struct grid_root *root; /* NULL: it takes more than the value that it gives */
};

/* A message in memory of its own, and the private memory that the library would give. */
struct received {
	const struct method *method;
	unsigned char *message;
	size_t bytes;
	unsigned char *root;
	unsigned char *private;
	size_t private_bytes;
	struct rc_reader reader;
};

/* A part of the grid, which has all constructors in all pairs: more would be slower, no more. */
extern const struct grid_part grid0_part;

struct reply_counts reply_counts;

static struct method methods[METHODS_MAX];
static size_t method_count;

/* Bytes that this thread allocated since it was set to 0. */
static _Thread_local size_t allocated;

/* Of the sanitizers' library, when there is one. */
int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void *, size_t),
					      void (*on_free)(const volatile void *))
	__attribute__((weak));

static void on_malloc(const volatile void *memory, size_t bytes)
{
	(void)memory;
	allocated += bytes;
}

static void on_free(const volatile void *memory)
{
	(void)memory;
}

static const struct rc_service *service_of(const struct grid_part *part)
{
	const struct rc_service_link *link = stand_in_services();

	while (link && strcmp(link->service->name, part->name))
		link = link->next;
	if (!link)
		errx(1, "service %s is not linked", part->name);
	return link->service;
}

static void add(const struct rc_service *service, const char *kind, size_t number,
		const struct grid_type *type, const struct grid_root *root)
{
	char name[64];

	snprintf(name, sizeof(name), "%s.%s%zu", service->name, kind, number);
	for (uint32_t i = 0; i < service->method_count; i++) {
		const struct rc_method *method = &service->methods[i];

		if (strcmp(method->name, name))
			continue;
		if (method_count == METHODS_MAX)
			errx(1, "more than %d methods", METHODS_MAX);
		methods[method_count++] = (struct method){ method, type, root };
	}
}

/* The order is that of request_test.go, too. */
static void find_methods(void)
{
	const struct grid_part *part = &grid0_part;
	const struct rc_service *service;

	if (method_count)
		return;
	service = service_of(part);
	for (size_t i = 0; i < part->root_count; i++)
		add(service, "make", i, part->roots[i].type, &part->roots[i]);
	for (size_t i = 0; i < part->one_count; i++)
		add(service, "one", i, part->ones[i].type, NULL);
	if (__sanitizer_install_malloc_and_free_hooks)
		__sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
}

static unsigned char *block(size_t bytes)
{
	/* malloc(0) may be any address; nobody may use it. */
	unsigned char *memory = malloc(bytes);

	if (!memory && bytes)
		err(1, "malloc of %zu bytes", bytes);
	return memory;
}

static void refuse(const char *why)
{
	static const char of_enum[] = "is not a value of enum";
	struct reply_why *entry = reply_counts.refused;

	if (!strncmp(why, of_enum, sizeof(of_enum) - 1))
		why = of_enum; /* behind it stands its name */
	while (entry->why && strcmp(entry->why, why))
		entry++;
	if (entry == reply_counts.refused + 15)
		errx(1, "more reasons than expected: %s", why);
	entry->why = why;
	entry->count++;
}

/*
 * Makes the root and the private memory as finish_pointers() and finish_plain() of cside/reply.c
 * do. False: the library refuses a message of this size.
 *
 * This is all that a message may cost: its own size once more, and its root.
 */
static bool begin(struct received *received, const struct method *method, const void *bytes,
		  size_t count)
{
	bool pointers = method->method->flags & RC_METHOD_REPLY_POINTERS;
	size_t root_bytes = method->method->reply_bytes;

	if (count < root_bytes || (!pointers && count != root_bytes))
		return false;
	*received = (struct received){ .method = method, .bytes = count };
	received->private_bytes = pointers ? (count + 7) / 8 * 8 : 0;
	received->message = block(count);
	received->root = block(root_bytes);
	received->private = block(received->private_bytes);
	memcpy(received->message, bytes, count);
	memcpy(received->root, bytes, root_bytes);
	received->reader = (struct rc_reader){ .message = received->message,
					       .message_bytes = count,
					       .private_next = received->private,
					       .private_left = received->private_bytes,
					       .depth = RC_DEPTH_MAX };
	return true;
}

static void end(struct received *received)
{
	free(received->message);
	free(received->root);
	free(received->private);
}

/* The generated check, and what has to hold whatever it says. */
static bool check(struct received *received)
{
	const struct rc_reader *reader = &received->reader;
	const struct rc_method *method = received->method->method;
	const char *name = method->name;
	bool accepted;

	allocated = 0;
	accepted = !method->reply_check || method->reply_check(&received->reader, received->root);
	if (allocated)
		errx(1, "%s: the check allocated %zu bytes", name, allocated);
	if (accepted != !reader->fault.field || !reader->fault.field != !reader->fault.why)
		errx(1, "%s: accepted is %d, and the fault is %s", name, accepted,
		     reader->fault.field ? reader->fault.field : "none");
	if (reader->private_left > received->private_bytes ||
	    (size_t)(reader->private_next - received->private) !=
		    received->private_bytes - reader->private_left)
		errx(1, "%s: private memory is counted wrong", name);
	if (accepted && reader->depth != RC_DEPTH_MAX)
		errx(1, "%s: depth %u after the check", name, reader->depth);
	return accepted;
}

static void look(const struct received *received)
{
	const struct grid_bounds bounds = { .message = (uintptr_t)received->message,
					    .message_bytes = received->bytes,
					    .private = (uintptr_t)received->private,
					    .private_bytes = received->private_bytes };
	uint64_t sum = 0;

	if (!grid_sound(received->method->type, received->root, &bounds, &sum))
		errx(1, "%s: an accepted value is wrong", received->method->method->name);
}

/* Writes the value as a request of the same root, and reads it as a reply. */
static void send_on(const struct received *received)
{
	const struct grid_root *root = received->method->root;
	struct received again;
	unsigned char *message;
	const void *out;
	size_t bytes;

	stand_in_limit(received->bytes * GROWTH_MAX);
	if (!root || root->pass(stand_in_client(), received->root, received->root, &out))
		return;
	message = stand_in_sent(&bytes);
	if (!begin(&again, received->method, message, bytes) || !check(&again))
		errx(1, "%s: an accepted value is refused when it is sent on: %s", root->name,
		     again.reader.fault.why);
	look(&again);
	if (!grid_equal(root->type, received->root, again.root))
		errx(1, "%s: a value changed when it was sent on", root->name);
	end(&again);
	free(message);
	reply_counts.sent_on++;
}

/* The method that an input names, its header taken off. NULL: too short. */
static const struct method *method_of(const uint8_t **input, size_t *bytes)
{
	size_t number;

	find_methods();
	if (*bytes < REPLY_HEADER_BYTES)
		return NULL;
	number = (size_t)((*input)[0] | (*input)[1] << 8) % method_count;
	*input += REPLY_HEADER_BYTES;
	*bytes -= REPLY_HEADER_BYTES;
	return &methods[number];
}

void reply_try(const uint8_t *input, size_t bytes)
{
	const struct method *method = method_of(&input, &bytes);
	struct received received;

	if (!method || !begin(&received, method, input, bytes)) {
		refuse("has another size than its type");
		return;
	}
	if (check(&received)) {
		reply_counts.accepted++;
		look(&received);
		send_on(&received);
	} else {
		refuse(received.reader.fault.why);
	}
	end(&received);
}

/* What the other thread does. */
struct change {
	unsigned char *message;
	size_t words;
	const unsigned char *first;
	uint32_t stop;
};

/* Words of the message take the values of others, and what they had, again and again. */
static void *change(void *argument)
{
	struct change *change = argument;
	volatile uint64_t *words = (volatile uint64_t *)(void *)change->message;
	uint64_t state = 1;

	while (!*(volatile uint32_t *)&change->stop) {
		size_t at = grid_random(&state) % change->words;
		size_t from = grid_random(&state) % change->words;
		uint64_t value;

		memcpy(&value, change->first + from * 8, 8);
		words[at] = value + grid_random(&state) % 3 - 1;
		memcpy(&value, change->first + at * 8, 8);
		words[at] = value;
	}
	return NULL;
}

void reply_try_changing(const uint8_t *input, size_t bytes)
{
	const struct method *method = method_of(&input, &bytes);
	struct change other = { .words = bytes / 8, .first = input };
	struct received received;
	pthread_t thread;

	if (!method || other.words == 0 || !begin(&received, method, input, bytes))
		return;
	other.message = received.message;
	if (pthread_create(&thread, NULL, change, &other))
		errx(1, "pthread_create failed");
	for (int turn = 0; turn < 100; turn++) {
		const struct rc_reader reader = received.reader;

		memcpy(received.root, received.message, method->method->reply_bytes);
		if (check(&received)) {
			reply_counts.accepted++;
			look(&received);
		} else {
			refuse(received.reader.fault.why);
		}
		received.reader = reader;
	}
	*(volatile uint32_t *)&other.stop = 1;
	pthread_join(thread, NULL);
	end(&received);
}

size_t reply_methods(void)
{
	find_methods();
	return method_count;
}

uint8_t *reply_make(size_t method, uint64_t seed, size_t *bytes)
{
	const struct grid_root *root = methods[method % reply_methods()].root;
	struct grid_maker maker = { .client = NULL };
	unsigned char *message, *value;
	const void *out;
	uint8_t *input;

	if (!root)
		return NULL;
	value = block(root->type->bytes);
	grid_make(&maker, root->type, seed, value);
	stand_in_limit(SIZE_MAX);
	if (root->pass(stand_in_client(), value, value, &out))
		errx(1, "%s: a value of seed %" PRIu64 " cannot be sent", root->name, seed);
	message = stand_in_sent(bytes);
	input = block(*bytes + REPLY_HEADER_BYTES);
	input[0] = (uint8_t)method;
	input[1] = (uint8_t)(method >> 8);
	input[2] = 0;
	memcpy(input + REPLY_HEADER_BYTES, message, *bytes);
	*bytes += REPLY_HEADER_BYTES;
	free(message);
	free(value);
	grid_maker_fini(&maker);
	return input;
}
