/* SPDX-License-Identifier: MIT */
/* shapes_test.c - optionals, maps, recursion, nameless and large structs, there and back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ring/layout.h"
#include "tests/testutil/expect.h"
#include "tests/types/shapes.rc.h"

/* A message nests as many levels below its root. */
enum {
	NODES_MAX = RC_DEPTH_MAX + 1
};

static struct rc_peer *open_shapes(struct rc_client **client)
{
	const char *worker = getenv("SHAPES_WORKER");
	struct rc_options options = { .payload_bytes = 4 << 20 };
	struct rc_peer *peer;

	EXPECT_OK(rc_open(test_endpoint(worker ? worker : "tests/types/worker/worker"), &options,
			  &peer));
	*client = test_client(peer);
	return peer;
}

static bool same_str(struct rc_str a, struct rc_str b)
{
	return a.len == b.len && (!a.len || !memcmp(a.ptr, b.ptr, a.len));
}

static bool is_str(struct rc_str a, const char *text)
{
	return same_str(a, rc_str_of(text));
}

static bool same_note(const struct shapes_note *a, const struct shapes_note *b)
{
	if (!a || !b)
		return a == b;
	return same_str(a->text, b->text) && a->kind == b->kind && a->loud == b->loud;
}

static bool same_point(const struct shapes_point *a, const struct shapes_point *b)
{
	if (!a || !b)
		return a == b;
	return a->x == b->x && a->y == b->y;
}

/* One of each kind. */
static const int64_t number = -5;
static const double weight = 2.5;
static const bool yes = true;
static const enum shapes_kind kind = SHAPES_FLAT;
static const struct shapes_point point = { 3, -4 };
static const struct shapes_note notes[] = {
	{ RC_STR("one"), SHAPES_SQUARE, true },
	{ RC_STR(""), SHAPES_ROUND, false },
};
static const struct rc_str text = RC_STR("text");
static const struct shapes_notes note_slice = RC_SLICE_FROM(notes);
static const struct shapes_point *const points[] = { NULL, &point, NULL, &point };
static const struct shapes_note *const maybe_notes[] = { &notes[1], NULL, &notes[0] };

static const struct shapes_maybe nothing;
static const struct shapes_maybe everything = {
	.number = &number,
	.weight = &weight,
	.yes = &yes,
	.kind = &kind,
	.point = &point,
	.note = &notes[0],
	.text = &text,
	.notes = &note_slice,
	.corners = { NULL, &point },
	.points = RC_SLICE_FROM(points),
	.maybe_notes = RC_SLICE_FROM(maybe_notes),
};

#define SAME_VALUE(a, b) ((a) && (b) ? *(a) == *(b) : (a) == (b))

static void expect_same_maybe(const struct shapes_maybe *a, const struct shapes_maybe *b)
{
	cr_assert(SAME_VALUE(a->number, b->number));
	cr_assert(SAME_VALUE(a->weight, b->weight));
	cr_assert(SAME_VALUE(a->yes, b->yes));
	cr_assert(SAME_VALUE(a->kind, b->kind));
	cr_assert(same_point(a->point, b->point));
	cr_assert(same_note(a->note, b->note));
	cr_assert(a->text && b->text ? same_str(*a->text, *b->text) : a->text == b->text);
	cr_assert_eq(!a->notes, !b->notes);
	cr_assert(!a->notes || a->notes->len == b->notes->len);
	for (size_t i = 0; a->notes && i < a->notes->len; i++)
		cr_assert(same_note(&a->notes->ptr[i], &b->notes->ptr[i]));
	for (size_t i = 0; i < 2; i++)
		cr_assert(same_point(a->corners[i], b->corners[i]));
	cr_assert_eq(a->points.len, b->points.len);
	for (size_t i = 0; i < a->points.len; i++)
		cr_assert(same_point(a->points.ptr[i], b->points.ptr[i]));
	cr_assert_eq(a->maybe_notes.len, b->maybe_notes.len);
	for (size_t i = 0; i < a->maybe_notes.len; i++)
		cr_assert(same_note(a->maybe_notes.ptr[i], b->maybe_notes.ptr[i]));
}

Test(shapes, optionals_are_what_they_were_in_go, .timeout = 240)
{
	struct rc_client *client;
	struct rc_peer *peer = open_shapes(&client);
	const struct rc_str *printed;

	EXPECT_OK(shapes_print(client, &everything, &printed));
	cr_assert(is_str(*printed, "-5 2.5 true Flat {3 -4} {one Square true} text "
				   "[{one Square true} { Round false}] -,{3 -4} "
				   "-,{3 -4},-,{3 -4} { Round false},-,{one Square true}"),
		  "%.*s", RC_STR_ARG(*printed));
	rc_release(client, printed);
	EXPECT_OK(shapes_print(client, &nothing, &printed));
	cr_assert(is_str(*printed, "- - - - - - - - -,-  "), "%.*s", RC_STR_ARG(*printed));
	rc_release(client, printed);
	test_close(peer, client);
}

Test(shapes, optionals_come_back, .timeout = 240)
{
	const struct shapes_maybe *same, *values[] = { &everything, &nothing };
	struct rc_client *client;
	struct rc_peer *peer = open_shapes(&client);
	struct shapes_maybe lone = { .note = &notes[1] };

	for (int call = 0; call < 300; call++) {
		const struct shapes_maybe *value = call % 3 == 2 ? &lone : values[call % 3];

		EXPECT_OK(shapes_maybe(client, value, call % 2, &same));
		expect_same_maybe(value, same);
		rc_release(client, same);
	}
	test_close(peer, client);
}

/* Each call's message lies where that of the call before lay. */
Test(shapes, clones_outlive_their_request, .timeout = 240)
{
	static const int64_t other_number = 6;
	static const double other_weight = 0.5;
	static const bool no = false;
	static const enum shapes_kind other_kind = SHAPES_ROUND;
	static const struct shapes_point other_point = { -1, -2 };
	static const struct shapes_note other_notes[] = {
		{ RC_STR("ten"), SHAPES_ROUND, false },
		{ RC_STR(""), SHAPES_FLAT, true },
	};
	static const struct rc_str other_text = RC_STR("TEXT");
	static const struct shapes_notes other_slice = RC_SLICE_FROM(other_notes);
	static const struct shapes_point *const others[] = { NULL, &other_point, NULL, &point };
	static const struct shapes_note *const other_maybes[] = { &other_notes[1], NULL,
								  &other_notes[0] };
	static const struct shapes_maybe another = {
		.number = &other_number,
		.weight = &other_weight,
		.yes = &no,
		.kind = &other_kind,
		.point = &other_point,
		.note = &other_notes[0],
		.text = &other_text,
		.notes = &other_slice,
		.corners = { NULL, &other_point },
		.points = RC_SLICE_FROM(others),
		.maybe_notes = RC_SLICE_FROM(other_maybes),
	};
	const struct shapes_maybe *before;
	struct rc_client *client;
	struct rc_peer *peer = open_shapes(&client);

	EXPECT_OK(shapes_keep(client, &everything, &before));
	expect_same_maybe(&nothing, before);
	rc_release(client, before);
	for (int call = 0; call < 20; call++) {
		EXPECT_OK(shapes_keep(client, call % 2 ? &everything : &another, &before));
		expect_same_maybe(call % 2 ? &another : &everything, before);
		rc_release(client, before);
	}
	test_close(peer, client);
}

Test(shapes, optionals_in_payload_space_are_sent_from_there, .timeout = 240)
{
	struct rc_client *client;
	struct rc_peer *peer = open_shapes(&client);
	struct shapes_maybe maybe = { .point = &point };
	const struct shapes_maybe *same;
	int64_t *mine = rc_alloc(client, sizeof(*mine));

	cr_assert_not_null(mine);
	*mine = 99;
	maybe.number = mine;
	EXPECT_OK(shapes_maybe(client, &maybe, false, &same));
	expect_same_maybe(&maybe, same);
	rc_release(client, same);
	rc_release(client, mine);
	test_close(peer, client);
}

Test(shapes, wrong_values_behind_optionals_are_refused_by_name, .timeout = 240)
{
	static const enum shapes_kind undeclared = (enum shapes_kind)77;
	static const struct shapes_note silent = { .text = { NULL, 4 } };
	static const struct shapes_note odd = { .kind = (enum shapes_kind)1 };
	const struct shapes_note *const list[] = { &notes[0], &odd };
	const struct shapes_maybe *same;
	struct rc_client *client;
	struct rc_peer *peer = open_shapes(&client);
	struct shapes_maybe bad;

	bad = (struct shapes_maybe){ .kind = &undeclared };
	EXPECT_FAILS(shapes_maybe(client, &bad, false, &same), -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("shapes_maybe.kind", "is not a value of enum shapes_kind");
	bad = (struct shapes_maybe){ .note = &silent };
	EXPECT_FAILS(shapes_maybe(client, &bad, false, &same), -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("shapes_note.text", "NULL");
	bad = (struct shapes_maybe){ .maybe_notes = RC_SLICE_FROM(list) };
	EXPECT_FAILS(shapes_maybe(client, &bad, false, &same), -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("shapes_note.kind");
	EXPECT_FAILS(shapes_maybe(client, NULL, false, &same), -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("maybe", "NULL");
	test_close(peer, client);
}

Test(shapes, lists_up_to_the_limit_of_depth_come_back, .timeout = 240)
{
	static struct shapes_node list[NODES_MAX + 1];
	const struct shapes_node *same, *node;
	struct rc_client *client;
	struct rc_peer *peer = open_shapes(&client);
	uint64_t nodes = 0;

	for (size_t i = 0; i < NODES_MAX; i++)
		list[i] = (struct shapes_node){ i, i + 1 < NODES_MAX ? &list[i + 1] : NULL };
	EXPECT_OK(shapes_list(client, list, &same));
	for (node = same; node; node = node->next)
		cr_assert_eq(node->value, nodes++);
	cr_assert_eq(nodes, NODES_MAX);
	rc_release(client, same);
	EXPECT_OK(shapes_rest(client, list, &same));
	cr_assert_eq(same->next->value, 2);
	rc_release(client, same);

	list[NODES_MAX - 1].next = &list[NODES_MAX];
	EXPECT_FAILS(shapes_list(client, list, &same), -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("shapes_node.next", "is nested deeper than 64 levels");
	list[0].next = list; /* a ring of one */
	EXPECT_FAILS(shapes_list(client, list, &same), -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("shapes_node.next", "is nested deeper than 64 levels");
	list[0].next = NULL;
	EXPECT_FAILS(shapes_rest(client, list, &same), -EREMOTEIO, RC_RAN_YES);
	test_close(peer, client);
}

Test(shapes, reply_beyond_the_limit_of_depth_is_the_calls_error, .timeout = 240)
{
	static struct shapes_room rooms[RC_DEPTH_MAX];
	static struct shapes_house houses[RC_DEPTH_MAX];
	const struct shapes_house *outer;
	struct rc_client *client;
	struct rc_peer *peer = open_shapes(&client);
	size_t levels = RC_DEPTH_MAX / 2;

	for (size_t i = 0; i < levels; i++) {
		rooms[i] = (struct shapes_room){ &houses[i + 1], false };
		houses[i].rooms = (struct shapes_rooms){ &rooms[i], 1, 1 };
	}
	EXPECT_FAILS(shapes_enclose(client, houses, &outer), -EREMOTEIO, RC_RAN_YES);
	EXPECT_SAYS("shapes_", "is nested deeper than 64 levels");
	rooms[levels - 2].house = NULL;
	EXPECT_OK(shapes_enclose(client, houses, &outer));
	cr_assert(outer->rooms.len == 1 && outer->rooms.ptr[0].dark);
	cr_assert(is_str(outer->name, "around "));
	cr_assert(outer->rooms.ptr[0].house->rooms.ptr[0].house->rooms.len == 1);
	rc_release(client, outer);
	test_close(peer, client);
}

Test(shapes, trees_of_optionals_keep_their_order, .timeout = 240)
{
	static const struct shapes_tree leaves[] = { { .name = RC_STR("a") },
						     { .name = RC_STR("c") },
						     { .name = RC_STR("e") } };
	const struct shapes_tree left = { RC_STR("b"), &leaves[0], &leaves[1] };
	const struct shapes_tree root = { RC_STR("d"), &left, &leaves[2] };
	const struct shapes_tree *mirrored;
	const struct rc_str *names;
	struct rc_client *client;
	struct rc_peer *peer = open_shapes(&client);

	EXPECT_OK(shapes_names(client, &root, &names));
	cr_assert(is_str(*names, "abcde"));
	rc_release(client, names);
	EXPECT_OK(shapes_mirror(client, &root, &mirrored));
	cr_assert(is_str(mirrored->left->name, "e") && !mirrored->left->left);
	cr_assert(is_str(mirrored->right->right->name, "a"));
	rc_release(client, mirrored);
	/* What two share is sent twice. */
	EXPECT_OK(shapes_names(client, &(struct shapes_tree){ RC_STR("-"), &left, &left }, &names));
	cr_assert(is_str(*names, "abc-abc"));
	rc_release(client, names);
	test_close(peer, client);
}

static const struct shapes_ages_entry ages_entries[] = {
	{ RC_STR("ann"), 30 },
	{ RC_STR("bob"), 7 },
	{ RC_STR(""), 30 },
	{ RC_STR("bob"), 8 },
};
static const struct shapes_ages ages = RC_SLICE_FROM(ages_entries);

static void expect_same_ages(struct shapes_ages a, struct shapes_ages b)
{
	cr_assert_eq(a.len, b.len);
	for (size_t i = 0; i < a.len; i++) {
		cr_assert(same_str(a.ptr[i].key, b.ptr[i].key));
		cr_assert_eq(a.ptr[i].value, b.ptr[i].value);
	}
}

Test(shapes, maps_come_back, .timeout = 240)
{
	static const struct shapes_index_entry index[] = { { SHAPES_FLAT, RC_SLICE_FROM(notes) },
							   { SHAPES_ROUND, { 0 } } };
	static const struct shapes_nested_entry nested[] = {
		{ 5, RC_SLICE_FROM(ages_entries) },
		{ UINT64_MAX, { 0 } },
	};
	static const struct shapes_switches_entry switches[] = { { true, &point },
								 { false, NULL } };
	static const struct shapes_sums_entry sums[] = { { 1, 2 }, { 3, 4 } };
	const struct shapes_maps all = { .ages = ages,
					 .index = RC_SLICE_FROM(index),
					 .nested = RC_SLICE_FROM(nested),
					 .switches = RC_SLICE_FROM(switches),
					 .sums = RC_SLICE_FROM(sums),
					 .other = &ages };
	const struct shapes_maps *same;
	struct rc_client *client;
	struct rc_peer *peer = open_shapes(&client);

	for (int clone = 0; clone < 2; clone++) {
		EXPECT_OK(shapes_maps(client, &all, clone, &same));
		expect_same_ages(same->ages, ages);
		expect_same_ages(*same->other, ages);
		cr_assert(same->index.len == 2 && same->index.ptr[0].key == SHAPES_FLAT);
		cr_assert(
			same_note(&shapes_index_get(same->index, SHAPES_FLAT)->ptr[0], &notes[0]));
		cr_assert_eq(shapes_index_get(same->index, SHAPES_ROUND)->len, 0);
		expect_same_ages(*shapes_nested_get(same->nested, 5), ages);
		cr_assert_null(shapes_nested_get(same->nested, 6));
		cr_assert(same_point(*shapes_switches_get(same->switches, true), &point));
		cr_assert_null(*shapes_switches_get(same->switches, false));
		cr_assert_eq(*shapes_sums_get(same->sums, 3), 4);
		rc_release(client, same);
	}
	test_close(peer, client);
}

Test(shapes, clones_of_maps_outlive_their_request, .timeout = 240)
{
	static const struct shapes_ages_entry other_entries[] = {
		{ RC_STR("ada"), 1 },
		{ RC_STR("bea"), 2 },
		{ RC_STR(""), 3 },
		{ RC_STR("bob"), 4 },
	};
	static const struct shapes_ages other_ages = RC_SLICE_FROM(other_entries);
	static const struct shapes_sums_entry sums[] = { { 1, 2 } }, other_sums[] = { { 3, 4 } };
	const struct shapes_maps maps[] = {
		{ .ages = ages, .sums = RC_SLICE_FROM(sums), .other = &other_ages },
		{ .ages = other_ages, .sums = RC_SLICE_FROM(other_sums), .other = &ages },
	};
	const struct shapes_maps *before;
	struct rc_client *client;
	struct rc_peer *peer = open_shapes(&client);

	for (int call = 0; call < 20; call++) {
		EXPECT_OK(shapes_keep_maps(client, &maps[call % 2], &before));
		if (call > 0) {
			const struct shapes_maps *last = &maps[1 - call % 2];

			expect_same_ages(before->ages, last->ages);
			expect_same_ages(*before->other, *last->other);
			cr_assert_eq(before->sums.ptr[0].key, last->sums.ptr[0].key);
		}
		rc_release(client, before);
	}
	test_close(peer, client);
}

Test(shapes, maps_are_looked_up_alike_on_both_sides, .timeout = 240)
{
	static const char *const names[] = { "ann", "bob", "", "ana", "an", "annn" };
	const struct shapes_sums *counts;
	struct rc_client *client;
	struct rc_peer *peer = open_shapes(&client);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const uint32_t *here = shapes_ages_get(ages, rc_str_of(names[i]));
		uint32_t there = 0;
		int status = shapes_age(client, ages, rc_str_of(names[i]), &there);

		cr_assert_eq(status, here ? 0 : -EREMOTEIO);
		cr_assert(!here || *here == there);
	}
	cr_assert_eq(*shapes_ages_get(ages, rc_str_of("bob")), 7, "not the first of two");
	cr_assert_null(shapes_ages_get((struct shapes_ages){ 0 }, rc_str_of("")));
	EXPECT_OK(shapes_count(client, ages, &counts));
	cr_assert_eq(counts->len, 3);
	for (size_t i = 1; i < 3; i++)
		cr_assert_lt(counts->ptr[i - 1].key, counts->ptr[i].key, "not sorted");
	cr_assert_eq(*shapes_sums_get(*counts, 30), 2);
	rc_release(client, counts);
	EXPECT_OK(shapes_count(client, (struct shapes_ages){ 0 }, &counts));
	cr_assert_eq(counts->len, 0);
	rc_release(client, counts);
	test_close(peer, client);
}

Test(shapes, nameless_structs_come_back, .timeout = 240)
{
	const struct shapes_outer outer = {
		.before = 1,
		.a = UINT64_MAX,
		.b = 2,
		.inner = { RC_STR("inner"), { { true, 80 }, { false, UINT16_MAX } } },
		.level = SHAPES_LOW,
	};
	const struct shapes_outer *same;
	struct rc_client *client;
	struct rc_peer *peer = open_shapes(&client);

	EXPECT_OK(shapes_outer(client, &outer, &same));
	cr_assert(same->before == 1 && same->a == UINT64_MAX && same->b == 2);
	cr_assert(is_str(same->inner.text, "inner"));
	cr_assert(same->inner.deep[0].on && same->inner.deep[0].port == 80);
	cr_assert(!same->inner.deep[1].on && same->inner.deep[1].port == UINT16_MAX);
	cr_assert_eq(same->level, SHAPES_LOW);
	rc_release(client, same);
	EXPECT_FAILS(shapes_outer(client, &(struct shapes_outer){ .level = 3 }, &same), -EINVAL,
		     RC_RAN_NO);
	EXPECT_SAYS("shapes_outer.level", "is not a value of enum shapes_outer.level");
	test_close(peer, client);
}

static void nothing_done(void *context, int status, const struct shapes_nothing *same)
{
	int *outcome = context;

	*outcome = status ? status : same != NULL;
}

Test(shapes, structs_without_bytes_come_back, .timeout = 240)
{
	static const struct shapes_nothing none;
	static const struct shapes_nothing *const maybes[] = { &none, NULL, &none };
	static const struct shapes_set_entry set[] = { { .key = RC_STR("a") },
						       { .key = RC_STR("b") } };
	const struct shapes_empty empty = { .list = { &none, 1000, 1000 },
					    .maybes = RC_SLICE_FROM(maybes),
					    .set = RC_SLICE_FROM(set),
					    .here = &none,
					    .number = 7,
					    .more = 9 };
	const struct shapes_empty *more;
	struct rc_client *client;
	struct rc_peer *peer = open_shapes(&client);
	struct shapes_nothing same;
	int outcome = -1;

	cr_assert_eq(sizeof(same), 0);
	EXPECT_OK(shapes_nothing(client, none, &same));
	EXPECT_OK(shapes_nothing_async(client, none, nothing_done, &outcome, NULL));
	cr_assert_eq(rc_wait(client, test_patience_ns()), 1);
	cr_assert_eq(outcome, 1);
	for (int clone = 0; clone < 2; clone++) {
		EXPECT_OK(shapes_empty(client, &empty, clone, &more));
		cr_assert(more->number == 1007 && more->more == 9);
		cr_assert(more->list.ptr && more->list.len == 1000);
		cr_assert(more->maybes.len == 3 && more->maybes.ptr[0] && !more->maybes.ptr[1]);
		cr_assert(shapes_set_get(more->set, rc_str_of("b")) != NULL);
		cr_assert_null(shapes_set_get(more->set, rc_str_of("c")));
		cr_assert(more->here && !more->absent);
		rc_release(client, more);
	}
	test_close(peer, client);
}

Test(shapes, lengths_without_bytes_are_bounded, .timeout = 240)
{
	static const struct shapes_nothing none;
	const struct shapes_empty *more;
	struct rc_client *client;
	struct rc_peer *peer = open_shapes(&client);
	struct shapes_empty empty = { .list = { &none, (size_t)1 << 63, 0 } };

	EXPECT_FAILS(shapes_empty(client, &empty, false, &more), -EMSGSIZE, RC_RAN_NO);
	empty.list.len = SIZE_MAX;
	EXPECT_FAILS(shapes_empty(client, &empty, false, &more), -EMSGSIZE, RC_RAN_NO);
	empty.list.len = 5 << 20; /* more than the payload space has bytes */
	EXPECT_FAILS(shapes_empty(client, &empty, false, &more), -EMSGSIZE, RC_RAN_NO);
	empty.list = (struct shapes_nothings){ NULL, 1, 1 };
	EXPECT_FAILS(shapes_empty(client, &empty, false, &more), -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("shapes_empty.list", "NULL");
	test_close(peer, client);
}

Test(shapes, structs_beyond_64_KiB_come_back, .timeout = 240)
{
	static struct shapes_large large, more;
	static struct shapes_large_checked list[3];
	const struct shapes_larges *reversed;
	struct rc_client *client;
	struct rc_peer *peer = open_shapes(&client);

	for (size_t i = 0; i < 9000; i++)
		large.words[i] = i * i;
	large.head = 200;
	large.tail = 100;
	EXPECT_OK(shapes_large(client, &large, &more));
	cr_assert(more.head == 200 && more.tail == 100);
	for (size_t i = 0; i < 9000; i++)
		cr_assert_eq(more.words[i], i * i + 1);
	for (size_t i = 0; i < 3; i++) {
		list[i].large = large;
		list[i].large.tail = (uint8_t)i;
		list[i].name = rc_str_of(&"abc"[i]);
		list[i].flags[69999 - i] = true;
	}
	EXPECT_OK(shapes_larges(client, (struct shapes_larges)RC_SLICE_FROM(list), &reversed));
	cr_assert_eq(reversed->len, 3);
	for (size_t i = 0; i < 3; i++) {
		const struct shapes_large_checked *element = &reversed->ptr[2 - i];

		cr_assert(!memcmp(&element->large, &list[i].large, sizeof(list[i].large)));
		cr_assert(!memcmp(element->flags, list[i].flags, sizeof(list[i].flags)));
		cr_assert(same_str(element->name, list[i].name));
	}
	rc_release(client, reversed);
	test_close(peer, client);
}
