/* SPDX-License-Identifier: MIT */
/*
 * ask.h - asking the worker to look whether a handler is in the way of other calls.
 *
 * A handler that blocks keeps the calls behind it waiting until the worker's watch gives the lane
 * to another goroutine. The watch has a clock, but each of its looks is a timer interrupt, for
 * which a virtual machine may stop a CPU for 50 us; so the clock is slow, and who waits in vain
 * asks. A client whose polls find nothing does so after RC__ASK_AFTER_NS, one that goes to sleep at
 * once: from then on it cannot, and the worker looks often for a while.
 *
 * One call alone is in nobody's way, so its host never asks.
 */
#ifndef RINGCALL_CSIDE_ASK_H
#define RINGCALL_CSIDE_ASK_H

#include <stdint.h>

struct rc_client;

enum {
	RC__ASK_POLLS = 32 /* in vain, between two looks at the clock */
};

#define RC__ASK_AFTER_NS UINT64_C(100000)

struct rc__ask {
	uint32_t polls;    /* in a row that found nothing */
	uint32_t position; /* of the reply that was missed when the worker was asked last */
	uint64_t since_ns; /* when the first RC__ASK_POLLS of these polls were done */
	uint64_t asked_ns;
	uint64_t again_ns; /* how long after that it may be asked again for the same reply */
};

/* The last RC__ASK_POLLS polls found nothing, and more than one call is in flight. In the gate. */
void rc__ask_polled(struct rc_client *client);
/* The thread, or its event loop, goes to sleep until the reply of a position comes. More than one
 * call is in flight. */
void rc__ask_before_sleep(struct rc_client *client, struct rc__ask *ask, uint32_t position);

#endif
