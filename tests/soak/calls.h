/* SPDX-License-Identifier: MIT */
/*
 * calls.h - random calls of every kind, each checked from end to end.
 *
 * What is sent follows from a client's seed alone, so a run can be repeated.
 */
#ifndef RINGCALL_TESTS_SOAK_CALLS_H
#define RINGCALL_TESTS_SOAK_CALLS_H

#include "tests/testutil/tree.h"

enum {
	SOAK_DEPTH_MAX = 128,
	SOAK_TREES_MAX = 4
};

struct soak_client;

/* An asynchronous call and what it has to give. */
struct soak_pending {
	struct soak_client *soak;
	int64_t expected;
	int runs;
};

struct soak_tree {
	struct soak_client *soak;
	struct test_arena arena;
	struct kit_tree tree;
};

/* One thread's client. */
struct soak_client {
	struct rc_peer *peer;
	struct rc_client *client;
	struct test_random random;
	unsigned char *bytes; /* SOAK_BYTES_MAX of them */
	struct soak_pending pending[SOAK_DEPTH_MAX];
	struct soak_tree trees[SOAK_TREES_MAX];
	int completed; /* asynchronous calls of this round */

	uint64_t calls;      /* made and checked */
	uint64_t bytes_sent; /* of parts, about */
	uint64_t notes;      /* one-way calls, and the sum of what they said */
	uint64_t notes_sum;
	uint64_t late_wakes; /* of clients closed so far */
	char text[512];      /* what was wrong; empty: nothing */
};

#define SOAK_BYTES_MAX (UINT64_C(1) << 20)

void soak_client_init(struct soak_client *soak, struct rc_peer *peer, uint64_t seed);
void soak_client_fini(struct soak_client *soak);

/* Makes and checks one round of one kind: one call, or a batch. False: soak->text says why. */
bool soak_round(struct soak_client *soak);

#endif
