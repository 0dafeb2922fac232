/* SPDX-License-Identifier: MIT */
/*
 * liar.c - a worker that answers calls with what no worker may write.
 *
 * LIAR names the way, LIAR_A and LIAR_B are its numbers. The handshake is right.
 */
#include <err.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/testutil/fake.h"
#include "tests/testutil/kit.h"

static uint64_t number_a;
static uint64_t number_b;

/* A pointer field of a message: an offset. */
#define AT(offset) ((void *)(uintptr_t)(offset))

/* Whose call is answered; the first ones are answered rightly. */
static int calls;

static void answer_sum(struct fake *fake, const struct rc_descriptor *request)
{
	struct rc_descriptor *slot = fake_reply(fake, request);
	int64_t arguments[2];

	memcpy(arguments, fake_message(fake, request), sizeof(arguments));
	arguments[0] += arguments[1];
	memcpy(slot->body, arguments, sizeof(*arguments));
	slot->flags = rc__slot_inline_flags(sizeof(*arguments));
}

static void id(struct fake *fake, const struct rc_descriptor *request)
{
	answer_sum(fake, request);
	fake->reply.call = request->call + (uint32_t)number_a;
	fake_commit(fake);
}

static void id_of_the_call_before(struct fake *fake, const struct rc_descriptor *request)
{
	static uint32_t before;

	answer_sum(fake, request);
	if (calls > 1)
		fake->reply.call = before;
	before = request->call;
	fake_commit(fake);
}

static void twice(struct fake *fake, const struct rc_descriptor *request)
{
	answer_sum(fake, request);
	fake_commit(fake);
	answer_sum(fake, request);
	fake_commit(fake);
}

static void status(struct fake *fake, const struct rc_descriptor *request)
{
	answer_sum(fake, request);
	fake->reply.status = (int32_t)number_a;
	fake_commit(fake);
}

/* A: flags; B: the first word of the body. */
static void flags(struct fake *fake, const struct rc_descriptor *request)
{
	struct rc_descriptor *slot = fake_reply(fake, request);

	slot->flags = (uint16_t)number_a;
	slot->body[0] = number_b;
	fake_commit(fake);
}

/* An error reply: A bytes of body, its text B bytes long. */
static void error(struct fake *fake, const struct rc_descriptor *request)
{
	struct rc_descriptor *slot = fake_reply(fake, request);
	struct rc_remote_error said = { .code = 5, .text_bytes = (uint32_t)number_b };

	memcpy(slot->body, &said, sizeof(said));
	slot->flags = rc__slot_inline_flags((uint32_t)number_a);
	slot->status = -121; /* EREMOTEIO */
	fake_commit(fake);
}

/* An ack of A calls, of which the first is the caller's id plus B. */
static void ack(struct fake *fake, const struct rc_descriptor *request)
{
	struct rc_descriptor *slot = fake_reply(fake, request);
	uint32_t *ids = (uint32_t *)(void *)slot->body;

	for (uint32_t i = 0; i < RC_ACK_CALLS; i++)
		ids[i] = request->call + (uint32_t)number_b;
	slot->flags = RC_SLOT_ACK;
	slot->call = (uint32_t)number_a;
	fake_commit(fake);
}

/* Says for ever that the reply has A bytes and more room is needed; B more each time. */
static void fetch(struct fake *fake, const struct rc_descriptor *request)
{
	struct rc_descriptor *slot = fake_reply(fake, request);

	fake->is_fast = true;
	slot->flags = RC_SLOT_FETCH;
	slot->body[0] = rc__span_pack(0, (uint32_t)number_a);
	number_a += number_b;
	fake_commit(fake);
}

/* Marks slots as written that were not: A further on than the next one, B of them. */
static void sequence(struct fake *fake, const struct rc_descriptor *request)
{
	struct rc__ring ahead = fake->replies;

	(void)request;
	for (uint64_t i = 0; i < number_b; i++) {
		rc__store_release(&rc__ring_slot(&ahead)->sequence,
				  rc__sequence_of(fake->replies.position + number_a + i));
		ahead.position++;
	}
}

static void silence(struct fake *fake, const struct rc_descriptor *request)
{
	(void)fake;
	(void)request;
}

/* Neither answers nor dies nor listens. */
static void stop(struct fake *fake, const struct rc_descriptor *request)
{
	(void)fake;
	(void)request;
	raise(SIGSTOP);
}

/* Closes the control socket, and lives on. */
static void hang_up(struct fake *fake, const struct rc_descriptor *request)
{
	(void)fake;
	(void)request;
	close(RC_CONTROL_FD);
	for (;;)
		pause();
}

/* Leaves a child behind, which goes on writing into the region for as long as the host lives. */
static void orphan(struct fake *fake, const struct rc_descriptor *request)
{
	uint32_t slots = fake->replies.mask + 1;
	struct rc_slot answer = { .call = request->call };

	if (fork())
		_exit(0);
	answer.flags = rc__slot_inline_flags(sizeof(int64_t));
	/* A is the host's process. */
	while (!kill((pid_t)number_a, 0)) {
		for (uint32_t i = 0; i < slots; i++) {
			answer.call++;
			answer.sequence = rc__sequence_of(fake->replies.position + i);
			fake->replies.slots[i] = answer;
		}
	}
	_exit(0);
}

/* Says that it has taken A more calls than it has, and dies. */
static void taken(struct fake *fake, const struct rc_descriptor *request)
{
	(void)request;
	rc__store_release(&fake->lane->worker_taken.taken,
			  (uint32_t)(fake->requests.position + number_a));
	_exit(9);
}

/* Fills what is the host's to write: its words, the request ring, all payload. */
static void scribble(struct fake *fake, const struct rc_descriptor *request)
{
	unsigned char fill = (unsigned char)(number_a + (uint64_t)calls);

	memset(fake->region, fill, sizeof(struct rc_region));
	memset(&fake->lane->host_park, fill, sizeof(fake->lane->host_park));
	memset(&fake->lane->host_count, fill, sizeof(fake->lane->host_count));
	memset(fake->payload, fill, fake->geometry.payload_bytes);
	answer_sum(fake, request);
	for (uint32_t i = 0; i <= fake->requests.mask; i++)
		if (i != (fake->requests.position & fake->requests.mask))
			memset(&fake->requests.slots[i], fill, sizeof(struct rc_slot));
	fake_commit(fake);
}

/* Tells the host by the control socket that lane A is closed, at position B. */
static void lane_closed(struct fake *fake, const struct rc_descriptor *request)
{
	struct rc_control_lane packet = {
		.control = { RC_CONTROL_LANE_CLOSED, sizeof(packet) },
		.lane = (uint32_t)number_a,
		.request_position = (uint32_t)number_b,
		.reply_position = (uint32_t)number_b,
	};

	for (int turn = 0; turn < 10; turn++)
		fake_send(&packet, sizeof(packet));
	answer_sum(fake, request);
	fake_commit(fake);
}

static void control_garbage(struct fake *fake, const struct rc_descriptor *request)
{
	static unsigned char garbage[4096];

	for (uint32_t bytes = 1; bytes < 200; bytes += 13) {
		memset(garbage, (int)bytes, sizeof(garbage));
		fake_send(garbage, bytes);
	}
	answer_sum(fake, request);
	fake_commit(fake);
}

/* A reply of one string: A its pointer, B its length. In the slot. */
static void text(struct fake *fake, const struct rc_descriptor *request)
{
	struct rc_descriptor *slot = fake_reply(fake, request);

	slot->body[0] = number_a;
	slot->body[1] = number_b;
	slot->flags = rc__slot_inline_flags(40);
	fake_commit(fake);
}

/* The same in the reply space. */
static void text_in_space(struct fake *fake, const struct rc_descriptor *request)
{
	uint64_t message[8] = { number_a, number_b };

	fake_answer_in_space(fake, request, message, sizeof(message));
}

/* A tree with one thing wrong, named by A. */
static void tree(struct fake *fake, const struct rc_descriptor *request)
{
	struct {
		struct kit_tree tree;
		uint64_t part[8];
	} message;
	struct kit_tree *root = &message.tree;
	size_t at = offsetof(__typeof__(message), part);
	unsigned char two = 2;

	memset(&message, 0, sizeof(message));
	memset(message.part, 1, sizeof(message.part));
	switch (number_a) {
	case 0:
		memcpy(&root->scalars.yes, &two, 1);
		break;
	case 1:
		root->scalars.colour = (enum kit_colour)99;
		break;
	case 2:
		message.part[1] = UINT64_C(0x0100000001020000);
		root->switches = (struct kit_bool_slice){ AT(at), 16, 16 };
		break;
	case 3:
		root->colours = (struct kit_colour_slice){ AT(at), 3, 3 };
		break;
	case 4: /* not aligned for doubles */
		root->points = (struct kit_point_slice){ AT(at + 4), 1, 1 };
		break;
	case 5:
		root->branches = (struct kit_branch_slice){ AT(at), SIZE_MAX / 48, 0 };
		break;
	case 6: /* one row that ends a byte beyond the message */
		message.part[0] = sizeof(message) - 4;
		message.part[1] = 2;
		root->rows = (struct kit_u32_slices){ AT(at), 1, 1 };
		break;
	case 7: /* an array whose own end wraps */
		root->rows = (struct kit_u32_slices){ AT(UINT64_MAX - 7), 1, 1 };
		break;
	case 8: /* checked arrays must not lie in the payload space at large */
		root->rows = (struct kit_u32_slices){ AT(UINT64_C(1) << 63), 1, 1 };
		break;
	case 9: /* two arrays that share their bytes: the copies would be larger than the message */
		root->rows = (struct kit_u32_slices){ AT(0), sizeof(*root) / 24, 1 };
		root->branches = (struct kit_branch_slice){ AT(0), sizeof(*root) / 48, 1 };
		break;
	case 10:
		root->leaf.tags = (struct kit_str_slice){ AT(at + 1), 2, 2 };
		break;
	case 11:
		root->blob = (struct rc_bytes){ AT(8), SIZE_MAX, SIZE_MAX };
		break;
	case 12:
		root->words[1] = (struct rc_str){ AT(sizeof(message)), 1 };
		break;
	}
	fake_answer_in_space(fake, request, &message, sizeof(message));
}

/* A node that is its own child: A children, each of them the root. */
static void node(struct fake *fake, const struct rc_descriptor *request)
{
	struct kit_node nodes[4];

	for (int i = 0; i < 4; i++)
		nodes[i] = (struct kit_node){ 1, { AT(0), number_a, number_a } };
	fake_answer_in_space(fake, request, nodes, sizeof(nodes));
}

/* What the flipping thread writes to, for as long as it lives. */
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

/* A text in the reply space whose length is now A, now B, and never stays. */
static void flip_length(struct fake *fake, const struct rc_descriptor *request)
{
	static bool started;
	uint64_t message[8] = { 16, number_a };
	uint32_t bytes;
	pthread_t thread;

	rc__store_pointer_release(&flipped, fake_space(fake, request, &bytes) + 8);
	if (!started && pthread_create(&thread, NULL, flip, NULL))
		err(1, "liar: pthread_create");
	started = true;
	fake_answer_in_space(fake, request, message, sizeof(message));
}

/* The same with the length of an array of checked elements, two of which fit. */
static void flip_array(struct fake *fake, const struct rc_descriptor *request)
{
	static bool started;
	struct {
		struct kit_tree tree;
		uint64_t part[6];
	} message;
	uint32_t bytes;
	pthread_t thread;

	memset(&message, 0, sizeof(message));
	message.tree.rows = (struct kit_u32_slices){ AT(sizeof(struct kit_tree)), number_a, 0 };
	rc__store_pointer_release(&flipped, fake_space(fake, request, &bytes) +
						    offsetof(struct kit_tree, rows.len));
	if (!started && pthread_create(&thread, NULL, flip, NULL))
		err(1, "liar: pthread_create");
	started = true;
	fake_answer_in_space(fake, request, &message, sizeof(message));
}

/* The next request to the host: method A's low 16 bits, flags the next 16, B the words of spans. */
static struct rc_descriptor host_request(void)
{
	return (struct rc_descriptor){ .method = (uint16_t)number_a,
				       .flags = (uint16_t)(number_a >> 16),
				       .status = (int32_t)(number_a >> 32),
				       .body = { [0] = number_b, [4] = number_b } };
}

/* Writes it, and wakes the host whether it sleeps or not. */
static void host_commit(struct fake *fake, const struct rc_descriptor *request)
{
	struct rc_slot *slot = rc__ring_slot(&fake->host_requests);

	rc__ring_commit(&fake->host_requests, rc__ring_write(&fake->host_requests, request));
	syscall(SYS_futex, &slot->sequence, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

/* Calls the host, and answers with the sum less the status that the host replied with. */
static void host_call(struct fake *fake, const struct rc_descriptor *request)
{
	struct rc_descriptor asked = host_request();
	const struct rc_slot *reply;
	int64_t sum;

	asked.call = (uint32_t)calls;
	host_commit(fake, &asked);
	while (!(reply = rc__ring_peek(&fake->host_replies)))
		fake_obey(fake);
	answer_sum(fake, request);
	memcpy(&sum, fake->reply.body, sizeof(sum));
	sum -= reply->status;
	memcpy(fake->reply.body, &sum, sizeof(sum));
	rc__ring_advance(&fake->host_replies, rc__slots_of(reply->flags));
	fake_commit(fake);
}

/* Calls the host without end, and never answers. */
static void host_flood(struct fake *fake, const struct rc_descriptor *request)
{
	const struct rc_descriptor asked = host_request();
	const struct rc_slot *reply;

	(void)request;
	for (;;) {
		host_commit(fake, &asked);
		while (!(reply = rc__ring_peek(&fake->host_replies)))
			fake_obey(fake);
		rc__ring_advance(&fake->host_replies, rc__slots_of(reply->flags));
	}
}

#define WAY(name)                                                                                  \
	{                                                                                          \
#name, name                                                                        \
	}

static const struct {
	const char *name;
	void (*answer)(struct fake *fake, const struct rc_descriptor *request);
} ways[] = {
	WAY(id),
	WAY(id_of_the_call_before),
	WAY(twice),
	WAY(status),
	WAY(flags),
	WAY(error),
	WAY(ack),
	WAY(fetch),
	WAY(sequence),
	WAY(silence),
	WAY(stop),
	WAY(hang_up),
	WAY(orphan),
	WAY(taken),
	WAY(scribble),
	WAY(lane_closed),
	WAY(control_garbage),
	WAY(text),
	WAY(text_in_space),
	WAY(tree),
	WAY(node),
	WAY(flip_length),
	WAY(flip_array),
	WAY(host_call),
	WAY(host_flood),
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

			calls++;
			ways[i].answer(&fake, &request);
		}
	}
	errx(1, "liar: no way \"%s\"", name ? name : "");
}
