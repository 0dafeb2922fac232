/* SPDX-License-Identifier: MIT */
/*
 * kit.h - the interface that the tests call: one method for each thing that can happen to a call.
 *
 * worker/main.go implements it. Gates let a test hold a handler until it wants it to go on, so
 * that no test has to guess how long something takes.
 */
#ifndef RINGCALL_TESTS_KIT_H
#define RINGCALL_TESTS_KIT_H

#include <ringcall/idl.h>
#include <uchar.h>

enum kit_colour {
	KIT_RED,
	KIT_GREEN = 4,
	KIT_BLUE = -7
};

/* How the worker ends itself. */
enum kit_death {
	KIT_EXIT,  /* with status 7 */
	KIT_KILL,  /* by SIGKILL */
	KIT_FAULT, /* by a memory fault */
	KIT_PANIC  /* by a panic outside of a handler */
};

/* Every scalar. Holds a bool and an enum, so a receiver checks it. */
struct kit_scalars {
	int8_t i8;
	uint8_t u8;
	int16_t i16;
	uint16_t u16;
	int32_t i32;
	uint32_t u32;
	int64_t i64;
	uint64_t u64;
	float f32;
	double f64;
	size_t size;
	ptrdiff_t difference;
	char32_t rune;
	enum kit_colour colour;
	bool yes;
	int8_t grid[2][3];
};

/* Plain: arrays of it are sent and received in place. */
struct kit_point {
	int32_t x;
	int32_t y;
	double weight[3];
};

RC_SLICE(kit_point_slice, struct kit_point);
RC_SLICE(kit_u32_slice, uint32_t);
RC_SLICE(kit_u32_slices, struct kit_u32_slice);
RC_SLICE(kit_str_slice, struct rc_str);
RC_SLICE(kit_bool_slice, bool);
RC_SLICE(kit_colour_slice, enum kit_colour);

struct kit_leaf {
	struct rc_str name;
	struct rc_bytes blob;
	struct kit_str_slice tags;
	enum kit_colour colour;
	bool on;
};

RC_SLICE(kit_leaf_slice, struct kit_leaf);

struct kit_branch {
	uint64_t id;
	struct rc_str name;
	struct kit_leaf_slice leaves;
};

RC_SLICE(kit_branch_slice, struct kit_branch);

/* All that a message can hold. */
struct kit_tree {
	struct kit_scalars scalars;
	struct rc_str name;
	struct rc_bytes blob;
	struct kit_point_slice points;
	struct kit_u32_slices rows;
	struct kit_bool_slice switches;
	struct kit_colour_slice colours;
	struct kit_branch_slice branches;
	struct rc_str words[2];
	struct kit_leaf leaf;
};

struct kit_node;
RC_SLICE(kit_node_slice, struct kit_node);

/* Recursive, for the limit of depth. */
struct kit_node {
	uint64_t value;
	struct kit_node_slice children;
};

/* Two words: a slot's body. */
struct kit_pair {
	uint64_t first;
	uint64_t second;
};

/* Needs a slot's rest. */
struct kit_three {
	uint64_t words[3];
};

/* As much as a slot holds with its rest. */
struct kit_five {
	uint64_t words[5];
};

/* More than a slot holds, without pointers. */
struct kit_block {
	uint64_t words[32];
};

struct kit_notes {
	uint64_t count;
	uint64_t sum;
};

/* What the worker says about itself. */
struct kit_stats {
	uint64_t mallocs; /* of runtime.MemStats */
	uint64_t goroutines;
	uint64_t deadlines; /* calls of wait_done that ended by their deadline */
	uint64_t process_id;
};

/* Where Go has a tree, and what its parts point to. */
struct kit_seen {
	uint64_t tree;
	uint64_t name;
	uint64_t blob;
	uint64_t blob_capacity;
	uint64_t branches;
};

/* Calls of one client run one after the other while each is short. */
RC_SERVICE(kit)
{
	/* Does nothing. */
	int (*ping)(void);
	int (*add)(int64_t a, int64_t b, int64_t * sum);
	/* Swaps the words. */
	int (*swap)(const struct kit_pair *pair, struct kit_pair *swapped);
	/* Each word complemented; the first one; and five times the same. */
	int (*three)(const struct kit_three *words, struct kit_three *inverse);
	int (*five)(const struct kit_five *words, struct kit_five *inverse);
	int (*first)(const struct kit_five *words, uint64_t *inverse);
	int (*fill)(uint64_t word, struct kit_five * inverse);
	/* Adds one to each word. */
	int (*bump)(const struct kit_block *block, struct kit_block *bumped);
	int (*scalars)(const struct kit_scalars *scalars, struct kit_scalars *same);
	/* Takes each kind of parameter by itself. */
	int (*mixed)(bool yes, enum kit_colour colour, struct rc_str text, struct kit_pair pair,
		     struct kit_u32_slice numbers, uint8_t small, struct kit_tree *made);
	/* Gives back what it gets, without a copy of its own. */
	int (*echo)(const struct kit_tree *tree, struct kit_tree *same);
	int (*nodes)(const struct kit_node *root, struct kit_node *same);
	/* Text in, the same text out. */
	int (*text)(struct rc_str text, struct rc_str * same);
	/* So many bytes, byte i being seed + i. */
	int (*large)(uint64_t bytes, uint8_t seed, struct rc_bytes * made);
	/* The sum of the bytes. */
	int (*sum)(struct rc_bytes bytes, uint64_t * total);
	/* Puts an undeclared value into an enum of its reply. */
	int (*wrong_colour)(struct kit_scalars * scalars);

	/* Returns an error with a code and a text. */
	int (*fail)(int64_t code, struct rc_str text);
	/* Returns an error without a code. */
	int (*fail_plainly)(struct rc_str text, int64_t * never);
	int (*explode)(struct rc_str text);
	int (*explode_late)(struct rc_str text, struct kit_tree * never);
	int (*goexit)(void);
	int (*die)(enum kit_death how);

	/* Returns when the gate is open. */
	int (*hold)(uint64_t gate);
	/* How many calls stand before the gate. */
	int (*held)(uint64_t gate, uint64_t * count);
	RC_ONEWAY int (*open_gate)(uint64_t gate);
	/* Never returns, and never lets go of its CPU for long. Counted at gate UINT64_MAX. */
	int (*spin)(void);
	/* Nanoseconds to the deadline of the call; 0: it has none. */
	int (*deadline)(int64_t * left_ns);
	/* Returns when the context is done. */
	int (*wait_done)(void);

	RC_ONEWAY int (*note)(uint64_t value);
	RC_ONEWAY int (*note_text)(struct rc_str text);
	RC_ONEWAY int (*note_badly)(uint64_t value);
	int (*notes)(struct kit_notes * notes);
	/* Bytes that live on the heap of the worker, after a collection. */
	int (*heap)(uint64_t * bytes);
	int (*stats)(struct kit_stats * stats);
	/* The id of the thread that the handler runs on, as gettid() gives it. */
	int (*thread)(uint64_t * id);
	int (*seen)(const struct kit_tree *tree, struct kit_seen *seen);
};

/* Each call has a goroutine of its own. */
RC_SERVICE(kit_slow)
{
	int (*add)(int64_t a, int64_t b, int64_t * sum);
	/* Returns the value when the gate is open. */
	int (*hold)(uint64_t gate, uint64_t value, uint64_t * same);
	int (*explode)(struct rc_str text);
	int (*goexit)(void);
	RC_ONEWAY int (*note)(uint64_t value);
};

/* What a handler got of a host function that failed. */
struct kit_failure {
	struct rc_str text;
	int64_t code;    /* of the HostError, or the errno of the CallError */
	bool is_call;    /* it was a CallError */
	bool is_no_file; /* errors.Is(err, syscall.ENOENT) */
};

/* What many calls of a host function came to. */
struct kit_many {
	uint64_t sum;     /* of the results */
	uint64_t mallocs; /* of Go's memory */
};

/* What handlers of kit_calls call: a test implements it in C. */
RC_HOST_SERVICE(kit_host)
{
	int (*add)(int64_t a, int64_t b, int64_t * sum);
	int (*echo)(const struct kit_tree *tree, struct kit_tree *same);
	int (*large)(uint64_t bytes, uint8_t seed, struct rc_bytes * made);
	int (*fail)(int32_t result, struct rc_str text);
	int (*wrong_colour)(struct kit_scalars * scalars);
	/* Calls kit_calls.nest on its turn, until no level is left. */
	int (*nest)(uint32_t levels, uint32_t * reached);
	RC_ONEWAY int (*note)(uint64_t value);
	RC_LEAF int (*leaf_add)(int64_t a, int64_t b, int64_t * sum);
	RC_LEAF int (*leaf_mixed)(bool yes, enum kit_colour colour, struct rc_str text,
				  const struct kit_pair *pair, struct kit_u32_slice numbers,
				  struct kit_scalars *made);
	RC_LEAF int (*leaf_fail)(int32_t result);
};

/* Handlers that call the host's function of the same name, and give what they got. */
RC_SERVICE(kit_calls)
{
	int (*add)(int64_t a, int64_t b, int64_t * sum);
	int (*echo)(const struct kit_tree *tree, struct kit_tree *same);
	int (*large)(uint64_t bytes, uint8_t seed, struct rc_bytes * made);
	int (*fail)(int32_t result, struct rc_str text, struct kit_failure * failure);
	int (*wrong_colour)(struct kit_failure * failure);
	int (*send_wrong_colour)(struct kit_failure * failure);
	int (*nest)(uint32_t levels, uint32_t * reached);
	int (*note)(uint64_t value);
	int (*leaf_add)(int64_t a, int64_t b, int64_t * sum);
	int (*leaf_mixed)(bool yes, enum kit_colour colour, struct rc_str text,
			  const struct kit_pair *pair, struct kit_u32_slice numbers,
			  struct kit_scalars *made);
	int (*leaf_fail)(int32_t result, struct kit_failure * failure);
	/* So many calls of add, or of leaf_add. */
	int (*many)(uint64_t calls, bool leaf, struct kit_many *many);
	/* The same of echo. */
	int (*many_trees)(uint64_t calls, const struct kit_tree *tree, struct kit_many *many);
	/* Each of the goroutines adds 1 so often, by a client with a context of no call. */
	int (*gather)(uint32_t goroutines, uint32_t calls, int64_t * sum);
};

#endif
