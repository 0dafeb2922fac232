/* SPDX-License-Identifier: MIT */
/* message_test.c - that messages are sized as they are written, and that no input leads astray. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include <ringcall/idl.h>
#include <ringcall/message.h>

/* What ringgen makes of struct node { struct rc_str name; RC_SLICE of struct node; } */
struct node;
RC_SLICE(nodes, struct node);
struct node {
	struct rc_str name;
	struct nodes children;
	uint32_t version;
	bool open;
};

static uint64_t node_measure(struct rc_measure *measure, uint64_t measured, const struct node *from)
{
	rc__measure_plain(measure, &measured, from->name.ptr, from->name.len, 1, 1, "node.name");
	if (rc__measure_array(measure, &measured, from->children.ptr, from->children.len,
			      sizeof(struct node), 8, "node.children")) {
		for (size_t i = 0; i < from->children.len; i++)
			measured = node_measure(measure, measured, &from->children.ptr[i]);
		rc__measure_leave(measure);
	}
	return measured;
}

static uint64_t node_write(const struct rc_writer *writer, uint64_t written,
			   const struct node *from, struct node *to)
{
	uint64_t pointer;
	struct node *elements;

	to->name.ptr = (const char *)(uintptr_t)rc__write_plain(writer, &written, from->name.ptr,
								from->name.len, 1, 1);
	to->name.len = from->name.len;
	elements = rc__write_array(writer, &written, from->children.len, sizeof(struct node), 8,
				   &pointer);
	for (size_t i = 0; i < from->children.len; i++)
		written = node_write(writer, written, &from->children.ptr[i], &elements[i]);
	to->children.ptr = (const struct node *)(uintptr_t)pointer;
	to->children.len = to->children.cap = from->children.len;
	to->version = from->version;
	rc__write_bool(&to->open, &from->open);
	return written;
}

static bool node_check(struct rc_reader *reader, struct node *value)
{
	struct node *elements;
	const void *part;

	if (!rc__read_plain(reader, (uintptr_t)value->name.ptr, value->name.len, 1, 1, "node.name",
			    &part))
		return false;
	value->name.ptr = part;
	elements = rc__read_array(reader, (uintptr_t)value->children.ptr, value->children.len,
				  sizeof(struct node), 8, "node.children");
	if (reader->fault.field)
		return false;
	for (size_t i = 0; i < value->children.len; i++)
		if (!node_check(reader, &elements[i]))
			return false;
	if (elements)
		rc__read_leave(reader);
	value->children.ptr = elements;
	value->children.cap = value->children.len;
	return rc__read_bool(reader, &value->open, "node.open");
}

static struct rc_measure measure_new(void)
{
	return (struct rc_measure){ .depth = 3 };
}

/* A message in memory of exactly its size, so that a sanitizer sees what lies beyond. */
struct message {
	unsigned char *bytes;
	uint64_t count;
	unsigned char *private;
};

static struct message message_of(uint64_t count)
{
	struct message message = { calloc(1, count), count, malloc(count) };

	cr_assert(message.bytes && message.private);
	return message;
}

static void message_free(struct message *message)
{
	free(message->bytes);
	free(message->private);
}

static struct rc_reader reader_of(const struct message *message)
{
	return (struct rc_reader){
		.message = message->bytes,
		.message_bytes = message->count,
		.private_next = message->private,
		.private_left = message->count,
		.depth = 3,
	};
}

static struct message encode(const struct node *root)
{
	struct rc_measure measure = measure_new();
	uint64_t bytes = node_measure(&measure, sizeof(*root), root);
	struct rc_writer writer = { 0 };
	struct message message;

	cr_assert_null(measure.fault.field);
	cr_assert(!measure.too_large);
	message = message_of(bytes);
	writer.base = message.bytes;
	cr_assert_eq(node_write(&writer, sizeof(*root), root, (struct node *)(void *)message.bytes),
		     bytes);
	return message;
}

/* Checks a message whose root is a node. */
static bool decode(const struct message *message, struct node *root, struct rc_fault *fault)
{
	struct rc_reader reader = reader_of(message);
	bool is_good;

	cr_assert(message->count >= sizeof(*root));
	memcpy(root, message->bytes, sizeof(*root));
	is_good = node_check(&reader, root);
	cr_assert_eq(is_good, reader.fault.field == NULL);
	if (fault)
		*fault = reader.fault;
	return is_good;
}

static struct node leaf(const char *name)
{
	return (struct node){ .name = { name, strlen(name) }, .version = 7, .open = true };
}

/* Writes a root whose children are as given, and expects the fault. */
static void expect_children_fault(struct message *message, uint64_t pointer, uint64_t length,
				  const char *why)
{
	struct node root = { .children = { (const struct node *)(uintptr_t)pointer, length, 0 } };
	struct rc_fault fault;

	memcpy(message->bytes, &root, sizeof(root));
	cr_assert(!decode(message, &root, &fault));
	cr_assert_str_eq(fault.field, "node.children");
	cr_assert_str_eq(fault.why, why);
}

static void expect_name_fault(struct message *message, uint64_t pointer, uint64_t length)
{
	struct node root = { .name = { (const char *)(uintptr_t)pointer, length } };
	struct rc_fault fault;

	memcpy(message->bytes, &root, sizeof(root));
	cr_assert(!decode(message, &root, &fault));
	cr_assert_str_eq(fault.field, "node.name");
	cr_assert_str_eq(fault.why, "points outside of the message");
}

Test(message, nested_value_survives_the_way)
{
	struct node grandchildren[] = { leaf("a"), leaf("") };
	struct node children[] = { leaf("one"), leaf("two"), leaf("three") };
	struct node root = leaf("root");
	struct node copy;
	struct message message;

	children[1].children = (struct nodes)RC_SLICE_FROM(grandchildren);
	root.children = (struct nodes)RC_SLICE_FROM(children);
	message = encode(&root);
	cr_assert(decode(&message, &copy, NULL));
	cr_assert_eq(copy.children.len, 3);
	cr_assert_eq(copy.children.cap, 3);
	cr_assert_eq(copy.children.ptr[2].name.len, 5);
	cr_assert(!memcmp(copy.children.ptr[2].name.ptr, "three", 5));
	cr_assert_eq(copy.children.ptr[1].children.len, 2);
	cr_assert_null(copy.children.ptr[1].children.ptr[1].name.ptr);
	cr_assert_eq(copy.children.ptr[1].children.ptr[0].version, 7);
	cr_assert_null(copy.children.ptr[0].children.ptr);
	message_free(&message);
}

Test(message, strings_stay_and_arrays_are_copied)
{
	struct node children[] = { leaf("one") };
	struct node root = { .children = RC_SLICE_FROM(children) };
	struct message message = encode(&root);
	struct node copy;

	cr_assert(decode(&message, &copy, NULL));
	cr_assert_eq((const void *)copy.children.ptr, (const void *)message.private);
	cr_assert_geq((uintptr_t)copy.children.ptr->name.ptr, (uintptr_t)message.bytes);
	memset(message.bytes, 0xff, sizeof(root) + sizeof(children));
	cr_assert_eq(copy.children.ptr->name.len, 3);
	message_free(&message);
}

Test(message, empty_parts_have_pointer_0)
{
	struct node root = { .name = { "not read", 0 } };
	struct message message = encode(&root);
	const struct node *written = (const struct node *)(const void *)message.bytes;

	cr_assert_eq(message.count, sizeof(root));
	cr_assert_null(written->name.ptr);
	cr_assert_null(written->children.ptr);
	message_free(&message);
}

Test(message, parts_are_aligned_for_their_type)
{
	struct rc_measure measure = measure_new();
	uint64_t bytes = 3;

	rc__measure_plain(&measure, &bytes, "abc", 3, 1, 1, "text");
	cr_assert_eq(bytes, 6);
	rc__measure_plain(&measure, &bytes, "abcd", 1, 4, 4, "word");
	cr_assert_eq(bytes, 12);
	cr_assert(rc__measure_array(&measure, &bytes, "abcdefgh", 1, 8, 8, "array"));
	cr_assert_eq(bytes, 24);
}

Test(message, null_with_a_length_is_named)
{
	struct rc_measure measure = measure_new();
	uint64_t bytes = 0;

	rc__measure_plain(&measure, &bytes, NULL, 0, 1, 1, "empty");
	cr_assert_null(measure.fault.field);
	rc__measure_plain(&measure, &bytes, NULL, 1, 1, 1, "first");
	cr_assert(!rc__measure_array(&measure, &bytes, NULL, 1, 8, 8, "second"));
	cr_assert_str_eq(measure.fault.field, "first");
	cr_assert_str_eq(measure.fault.why, "NULL with a length");
}

Test(message, array_after_a_fault_is_not_visited)
{
	struct rc_measure measure = measure_new();
	uint64_t bytes = 0;

	rc__measure_fault(&measure, "field", "why");
	cr_assert(!rc__measure_array(&measure, &bytes, "abcdefgh", 1, 8, 8, "array"));
	cr_assert(!rc__measure_array(&measure, &bytes, "", 0, 8, 8, "array"));
}

Test(message, sum_beyond_64_bits_is_too_large)
{
	static const size_t counts[] = { SIZE_MAX, SIZE_MAX / 2 + 1, SIZE_MAX / 8,
					 (size_t)1 << 40 };

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct rc_measure plain = measure_new(), array = measure_new();
		uint64_t bytes = 16;

		rc__measure_plain(&plain, &bytes, "", counts[i], 16, 8, "plain");
		cr_assert(plain.too_large);
		cr_assert(!rc__measure_array(&array, &bytes, "", counts[i], 16, 8, "array"));
		cr_assert(array.too_large);
		rc__measure_plain(&plain, &bytes, "", 1, 1, 1, "more");
		cr_assert(plain.too_large);
	}
}

Test(message, sum_up_to_the_limit_is_not)
{
	struct rc_measure measure = measure_new();
	uint64_t bytes = 0;

	rc__measure_plain(&measure, &bytes, "", RC_MESSAGE_BYTES_END, 1, 1, "all");
	cr_assert(!measure.too_large);
	cr_assert_eq(bytes, RC_MESSAGE_BYTES_END);
	/* A plain part is added all the same; an array, and who sends it, looks at the sum. */
	rc__measure_plain(&measure, &bytes, "", 1, 1, 1, "more");
	cr_assert_eq(bytes, RC_MESSAGE_BYTES_END + 1);
	cr_assert(!rc__measure_array(&measure, &bytes, "", 1, 1, 1, "array"));
	cr_assert(measure.too_large);
}

Test(message, sum_of_the_largest_parts_does_not_wrap)
{
	struct rc_measure measure = measure_new();
	uint64_t bytes = 0;
	bool grew = true;

	/* As many as an array of the largest size has strings. */
	for (uint64_t i = 0; i < RC_MESSAGE_BYTES_END / sizeof(struct rc_str); i++) {
		uint64_t before = bytes;

		rc__measure_plain(&measure, &bytes, "", RC_MESSAGE_BYTES_END, 1, 1, "part");
		grew &= bytes > before;
	}
	cr_assert(grew);
	cr_assert(!rc__measure_array(&measure, &bytes, "", 1, 8, 8, "array"));
	cr_assert(measure.too_large);
}

Test(message, cycle_of_the_sender_ends)
{
	struct node loop[2] = { leaf("a"), leaf("b") };
	struct rc_measure measure = { .depth = 64 };

	loop[0].children = (struct nodes)RC_SLICE_FROM(loop);
	loop[1].children = loop[0].children;
	node_measure(&measure, sizeof(loop[0]), &loop[0]);
	cr_assert_str_eq(measure.fault.field, "node.children");
	cr_assert_str_eq(measure.fault.why, RC_NESTED_TOO_DEEP);
}

Test(message, payload_space_is_not_copied)
{
	static _Alignas(64) unsigned char pool[64];
	struct rc_measure measure = measure_new();
	uint64_t bytes = 0;
	struct rc_writer writer = { .pool = (uintptr_t)pool, .pool_bytes = sizeof(pool) };
	uint64_t written = 0;

	measure.pool = (uintptr_t)pool;
	measure.pool_bytes = sizeof(pool);
	rc__measure_plain(&measure, &bytes, pool, sizeof(pool), 1, 1, "all");
	rc__measure_plain(&measure, &bytes, pool + 63, 1, 1, 1, "last");
	rc__measure_plain(&measure, &bytes, pool + 8, 2, 8, 8, "words");
	cr_assert_eq(bytes, 0);
	cr_assert_eq(rc__write_plain(&writer, &written, pool, sizeof(pool), 1, 1),
		     RC_POINTER_IN_LANE);
	cr_assert_eq(rc__write_plain(&writer, &written, pool + 63, 1, 1, 1),
		     RC_POINTER_IN_LANE | 63);
	cr_assert_eq(rc__write_plain(&writer, &written, pool + 8, 2, 8, 8), RC_POINTER_IN_LANE | 8);
	cr_assert_eq(written, 0);
}

Test(message, part_that_leaves_the_payload_space_is_copied)
{
	unsigned char around[96] = { 0 };
	unsigned char *pool = around + 16;
	struct rc_measure measure = measure_new();
	uint64_t bytes = 0;

	measure.pool = (uintptr_t)pool;
	measure.pool_bytes = 64;
	rc__measure_plain(&measure, &bytes, pool - 1, 1, 1, 1, "before");
	cr_assert_eq(bytes, 1);
	rc__measure_plain(&measure, &bytes, pool + 64, 1, 1, 1, "behind");
	cr_assert_eq(bytes, 2);
	rc__measure_plain(&measure, &bytes, pool + 60, 5, 1, 1, "over the end");
	cr_assert_eq(bytes, 7);
	rc__measure_plain(&measure, &bytes, pool + 1, 1, 8, 8, "not aligned");
	cr_assert_eq(bytes, 16);
}

Test(message, any_byte_is_a_bool_when_it_is_written)
{
	unsigned char from = 2, to = 9;

	rc__write_bool((bool *)&to, (const bool *)&from);
	cr_assert_eq(to, 1);
	from = 0;
	rc__write_bool((bool *)&to, (const bool *)&from);
	cr_assert_eq(to, 0);
}

Test(message, only_0_and_1_are_bools_when_they_are_read)
{
	for (unsigned byte = 0; byte < 256; byte++) {
		struct rc_reader reader = { .depth = 1 };
		unsigned char value = (unsigned char)byte;

		cr_assert_eq(rc__read_bool(&reader, (const bool *)&value, "flag"), byte <= 1);
		cr_assert_eq(reader.fault.field != NULL, byte > 1);
	}
}

Test(message, hostile_string_is_refused)
{
	struct message message = message_of(128);

	expect_name_fault(&message, 128, 1);
	expect_name_fault(&message, 127, 2);
	expect_name_fault(&message, 0, 129);
	expect_name_fault(&message, 129, 1);
	expect_name_fault(&message, INT64_MAX, 1);
	expect_name_fault(&message, 1, UINT64_MAX);
	expect_name_fault(&message, INT64_MAX, UINT64_MAX);
	expect_name_fault(&message, RC_POINTER_IN_LANE, 1);
	expect_name_fault(&message, UINT64_MAX, 1);
	message_free(&message);
}

Test(message, string_up_to_the_end_is_taken)
{
	struct message message = message_of(128);
	struct node root = { .name = { (const char *)(uintptr_t)127, 1 } };
	struct node copy;

	memcpy(message.bytes, &root, sizeof(root));
	cr_assert(decode(&message, &copy, NULL));
	cr_assert_eq((const void *)copy.name.ptr, (const void *)(message.bytes + 127));
	message_free(&message);
}

Test(message, empty_part_is_null_whatever_its_pointer)
{
	struct message message = message_of(128);
	struct node root = { .name = { (const char *)-1, 0 },
			     .children = { (const struct node *)-1, 0, 99 } };
	struct node copy;

	memcpy(message.bytes, &root, sizeof(root));
	cr_assert(decode(&message, &copy, NULL));
	cr_assert_null(copy.name.ptr);
	cr_assert_null(copy.children.ptr);
	cr_assert_eq(copy.children.cap, 0);
	message_free(&message);
}

Test(message, hostile_array_is_refused)
{
	struct message message = message_of(2 * sizeof(struct node));
	static const char outside[] = "points outside of the message";

	expect_children_fault(&message, 2 * sizeof(struct node), 1, outside);
	expect_children_fault(&message, sizeof(struct node), 2, outside);
	expect_children_fault(&message, sizeof(struct node) + 8, 1, outside);
	expect_children_fault(&message, 0, UINT64_MAX, outside);
	expect_children_fault(&message, 0, UINT64_MAX / sizeof(struct node) + 1, outside);
	expect_children_fault(&message, INT64_MAX - 7, 1, outside);
	expect_children_fault(&message, RC_POINTER_IN_LANE, 1, outside);
	expect_children_fault(&message, 4, 1, "is not aligned");
	message_free(&message);
}

Test(message, array_that_holds_itself_is_refused)
{
	struct message message = message_of(2 * sizeof(struct node));
	struct node self = { .children = { (const struct node *)sizeof(struct node), 1, 1 } };

	memcpy(message.bytes + sizeof(self), &self, sizeof(self));
	expect_children_fault(&message, sizeof(self), 1, "shares bytes with other parts");
	message_free(&message);
}

Test(message, arrays_that_share_bytes_cannot_make_a_message_grow)
{
	struct message message = message_of(16 * sizeof(struct node));
	struct node *nodes = (struct node *)(void *)message.bytes;

	for (size_t i = 0; i < 16; i++)
		nodes[i].children = (struct nodes){ (const struct node *)sizeof(*nodes), 15, 15 };
	expect_children_fault(&message, sizeof(*nodes), 15, "shares bytes with other parts");
	message_free(&message);
}

Test(message, nesting_beyond_the_depth_is_refused)
{
	struct node levels[5] = { leaf("0"), leaf("1"), leaf("2"), leaf("3"), leaf("4") };
	struct rc_measure measure = measure_new();
	struct message message;
	struct node copy;

	for (size_t i = 0; i < 3; i++)
		levels[i].children = (struct nodes){ &levels[i + 1], 1, 1 };
	message = encode(&levels[0]);
	cr_assert(decode(&message, &copy, NULL));
	message_free(&message);

	levels[3].children = (struct nodes){ &levels[4], 1, 1 };
	node_measure(&measure, sizeof(levels[0]), &levels[0]);
	cr_assert_str_eq(measure.fault.why, RC_NESTED_TOO_DEEP);

	message = message_of(6 * sizeof(struct node));
	for (size_t i = 1; i < 5; i++) {
		struct nodes next = { (const struct node *)((i + 1) * sizeof(struct node)), 1, 1 };

		((struct node *)(void *)message.bytes)[i].children = next;
	}
	expect_children_fault(&message, sizeof(struct node), 1, RC_NESTED_TOO_DEEP);
	message_free(&message);
}

Test(message, lane_pointer_is_bounded_by_the_payload_space)
{
	_Alignas(8) unsigned char pool[64] = { 0 };
	const void *part;

	for (uint64_t pointer = 0; pointer < 80; pointer++) {
		for (size_t length = 1; length < 80; length++) {
			struct rc_reader reader = { .pool = pool, .pool_bytes = sizeof(pool) };
			bool fits = pointer + length <= sizeof(pool);

			cr_assert_eq(rc__read_plain(&reader, pointer | RC_POINTER_IN_LANE, length,
						    1, 1, "bytes", &part),
				     fits);
			cr_assert_eq(part, fits ? (const void *)(pool + pointer) : NULL);
		}
	}
}

Test(message, first_fault_wins)
{
	struct rc_reader reader = { .depth = 1 };

	cr_assert(!rc__read_fault(&reader, "first", "why"));
	cr_assert(!rc__read_fault(&reader, "second", "what"));
	cr_assert_str_eq(reader.fault.field, "first");
	cr_assert_str_eq(reader.fault.why, "why");
}

/* xorshift32: the same on every machine. */
static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Reads all that the check let through; a sanitizer sees what should not have been. */
static uint64_t touch(const struct node *node)
{
	uint64_t sum = node->version;

	for (size_t i = 0; i < node->name.len; i++)
		sum += (unsigned char)node->name.ptr[i];
	for (size_t i = 0; i < node->children.len; i++)
		sum += touch(&node->children.ptr[i]);
	return sum;
}

Test(message, random_damage_is_refused_or_harmless)
{
	struct node children[] = { leaf("one"), leaf("two"), leaf("three") };
	struct node root = leaf("root");
	struct message message;
	uint32_t state = 1;
	unsigned good = 0;

	children[1].children = (struct nodes){ &children[2], 1, 1 };
	root.children = (struct nodes)RC_SLICE_FROM(children);
	message = encode(&root);
	for (int i = 0; i < 20000; i++) {
		uint64_t at = next_random(&state) % (message.count / 8) * 8;
		uint64_t value = next_random(&state) % 400;
		uint64_t old;
		struct node copy;

		if (next_random(&state) % 4 == 0)
			value = (uint64_t)next_random(&state) << 32 | next_random(&state);
		memcpy(&old, message.bytes + at, 8);
		memcpy(message.bytes + at, &value, 8);
		if (decode(&message, &copy, NULL)) {
			touch(&copy);
			good++;
		}
		if (next_random(&state) % 2)
			memcpy(message.bytes + at, &old, 8);
		else if (next_random(&state) % 8 == 0) {
			message_free(&message);
			message = encode(&root);
		}
	}
	cr_assert_gt(good, 100);
	message_free(&message);
}
