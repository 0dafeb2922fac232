/* SPDX-License-Identifier: MIT */
/*
 * arm.h - clients in event loops: what wakes them, and what a client knows of its io_uring.
 *
 * Functions of a client run inside of its gate, but for rc__batch_leave().
 */
#ifndef RINGCALL_CSIDE_ARM_H
#define RINGCALL_CSIDE_ARM_H

#include <ringcall/generated.h>
#include <stdbool.h>
#include <stdint.h>

#include "ring/atomic.h"

struct rc__batch;

/* A client whose event loop is on io_uring; see arm.c. */
struct rc__uring {
	enum rc__uring_way way;
	bool armed;              /* by a futex */
	bool waiting;            /* a request waits for `waits`, or will */
	bool doubtful;           /* a thread that leads was woken, and the request with it */
	bool polling;            /* a request polls the eventfd, or will */
	uint32_t alert;          /* changes to end the request; atomic */
	uint32_t stirs;          /* like `doubtful`: changes before and after; atomic */
	uint32_t stirs_before;   /* when the request was noted */
	struct rc__batch *batch; /* of a group: its request is waited for, not ours */
	/* The next reply's word, the next host call's, and `alert`. */
	struct rc_uring_wait waits[RC__URING_WAITS];
};

/* arm.c */
void rc__fd_write(int fd);
/* Has the armed event loop look again. */
void rc__armed_wake(struct rc_client *client);
/* Ends what rc_client_arm() began. */
void rc__disarm(struct rc_client *client);
/* Ends its park, for a thread that parks itself. */
void rc__unpark(struct rc_client *client);
/* Whether its worker is dead, or wrote an impossible value. */
bool rc__is_gone(const struct rc_client *client);
/* Whether rc_poll() has something to do; a client that is gone has that once. */
bool rc__has_work_left(const struct rc_client *client);
/* Writes what io_uring has to wait for: two words. */
void rc__note_words(const struct rc_client *client, struct rc_uring_wait *waits);
/* Parks a client for io_uring. A barrier and a last look have to follow. */
void rc__park_by_futex(struct rc_client *client);
/* Ends what waits for the client alone. */
void rc__uring_end_own(struct rc_client *client);
/* Ends a request that waits for this word with its present value, or will. */
void rc__alert(uint32_t *word);

static inline struct rc_uring_wait rc__uring_wait_for(const uint32_t *word)
{
	return (struct rc_uring_wait){ .value = rc__load_acquire(word),
				       .address = (uintptr_t)word,
				       .flags = RC__URING_FUTEX_32 };
}

/* Whether a word is not what io_uring waits for it to cease to be. */
static inline bool rc__uring_differs(const struct rc_uring_wait *wait)
{
	const uint32_t *word = (const uint32_t *)(uintptr_t)wait->address;

	return rc__load_acquire(word) != (uint32_t)wait->value;
}

/* uring_group.c: has the loop that waits for the group look again. */
void rc__batch_alert(struct rc__batch *batch);
/* Takes a client out of its group, if it is in one. */
void rc__batch_leave(struct rc_client *client);
/* Has the loop's next submission wake who sleeps on this word. False: it is to be done now. */
bool rc__wake_later(const struct rc_client *client, const uint32_t *word);
/* Wakes now for what this thread's loops have gathered: the thread is about to sleep. */
void rc__wake_gathered(void);

#endif
