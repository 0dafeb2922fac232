/* SPDX-License-Identifier: MIT */
/*
 * back.h - what the worker of these tests calls back, and the calls that make it do so.
 */
#ifndef RINGCALL_TESTS_BACK_H
#define RINGCALL_TESTS_BACK_H

#include "tests/testutil/kit.h"

/* How a call of the host ended: what Go saw of it. */
struct back_end {
	int32_t code;       /* of HostError, or 0 */
	int32_t error;      /* errno of CallError, or 0 */
	struct rc_str text; /* of either */
};

/* What the host offers. */
RC_HOST_SERVICE(back_host)
{
	int (*add)(int64_t a, int64_t b, int64_t * sum);
	int (*echo)(const struct kit_tree *tree, struct kit_tree *same);
	int (*bump)(const struct kit_block *block, struct kit_block *bumped);
	int (*text)(struct rc_str text, struct rc_str * same);
	int (*fail)(int32_t code, struct rc_str text);
	/* Calls back.dive with one level less. */
	int (*dive)(uint32_t levels, uint32_t * reached);
	/* Does what the test says. */
	int (*act)(void);
	RC_ONEWAY int (*note)(uint64_t value);
};

/* What the host does not offer. */
RC_HOST_SERVICE(back_missing)
{
	int (*ping)(void);
};

/* Each calls back_host in its handler. */
RC_SERVICE(back)
{
	int (*ping)(void);
	int (*add)(int64_t a, int64_t b, int64_t * sum);
	int (*echo)(const struct kit_tree *tree, struct kit_tree *same);
	int (*bump)(const struct kit_block *block, struct kit_block *bumped);
	int (*text)(struct rc_str text, struct rc_str * same);
	int (*fail)(int32_t code, struct rc_str text, struct back_end * end);
	int (*missing)(struct back_end * end);
	/* Calls back_host.dive with one level less, until there is none. */
	int (*dive)(uint32_t levels, uint32_t * reached);
	/* So many goroutines of the handler make so many calls each; 0: as many as all of them. */
	int (*crowd)(uint32_t goroutines, uint32_t calls, uint64_t * sum);
	/* The same one after the other, by the handler. */
	int (*series)(uint32_t calls, uint64_t * sum);
	int (*notes)(uint32_t count);
	/* Calls back_host.act, and gives up after so many nanoseconds, or is cancelled then. */
	int (*act)(uint64_t timeout_ns, bool cancel, struct back_end *end);
	/* A goroutine that belongs to no handler calls back_host.add so many times. */
	RC_ONEWAY int (*start)(uint32_t calls);
	/* What such goroutines have got. */
	int (*done)(uint64_t * sum);
	/* How many calls of act have ended. */
	int (*acted)(uint64_t * count);
	/* Allocations of Go until now. */
	int (*mallocs)(uint64_t * count);
};

#endif
