/* SPDX-License-Identifier: MIT */
/*
 * record.h - a client's records: what is known of each call in flight.
 *
 * A record belongs to its client, and is used inside of its gate.
 */
#ifndef RINGCALL_CSIDE_RECORD_H
#define RINGCALL_CSIDE_RECORD_H

#include <ringcall/generated.h>
#include <string.h>

#include "payload.h"
#include "ring/layout.h"

/* No record, no block. */
#define RC__NONE UINT32_MAX

/* What fits a record's level. */
#define RC__LEVELS UINT32_C(0xffff)

/* What a record in use is for. */
enum rc__record_state {
	RC__RECORD_BEGUN,     /* between rc__send_begin and submission, or being finished */
	RC__RECORD_ONE_WAY,   /* credit comes back by an ack */
	RC__RECORD_WAITING,   /* rc_poll() will call back */
	RC__RECORD_SYNC,      /* rc__call_sync() looks for it */
	RC__RECORD_OUTER,     /* the same, while it serves a host call */
	RC__RECORD_JOINABLE,  /* rc_call_wait() looks for it */
	RC__RECORD_ABANDONED, /* nobody waits; kept until the reply arrives */
	RC__RECORD_DONE,     /* settled, or reply seen in passing; in the list of completed calls */
	RC__RECORD_DROPPED,  /* the same, but cancelled since */
	RC__RECORD_ANSWERED, /* was SYNC, OUTER or JOINABLE; its reply is kept */
};

/* What a record has beside itself; 0 for most calls. */
enum rc__record_extra {
	RC__EXTRA_BLOCKS = 1,    /* payload space */
	RC__EXTRA_FETCHED = 2,   /* the worker announced the reply; the next one is the reply */
	RC__EXTRA_CANCELLED = 4, /* its word of cancelled calls is set */
	RC__EXTRA_PAYLOAD = 8,   /* memory of the caller's is released with it */
	RC__EXTRA_JOINED = 16,   /* a thread is in rc_call_wait() for it */
	RC__EXTRA_UNCOMMON = 32, /* none of its method's replies is common; see reply_flags */
};

/*
 * A call in flight: one cache line.
 *
 * The id is index | generation << log2(slots) while the record is in use, and the complement of
 * its next id while it is free: that has another index, so it equals no id that a worker can send
 * and that leads to this record.
 */
struct rc__record {
	uint32_t id;          /* with the position it is the call's token */
	uint32_t position;    /* of the request's slot */
	uint8_t state;        /* enum rc__record_state; means nothing while free */
	uint8_t extras;       /* enum rc__record_extra */
	uint16_t reply_flags; /* of the slot of a common reply: see rc__record_expect() */
	uint16_t hint_index;  /* the worker's method index */
	uint16_t level;       /* host functions within which the call was made */
	const struct rc_method *method;
	rc__done *done;
	void *context;
	union {
		uint32_t next;                /* in the list of completed calls */
		struct rc__record *next_free; /* while it is free */
	};
	struct rc__block request; /* payload space of the request, if any */
	struct rc__block space;   /* payload space of the reply, if any */
};

_Static_assert(sizeof(struct rc__record) == 64, "one cache line");

/* rc__record_waits_plainly() compares these with a slot's method and flags. */
_Static_assert(offsetof(struct rc__record, reply_flags) == offsetof(struct rc__record, state) +
								   offsetof(struct rc_slot, flags) -
								   offsetof(struct rc_slot, method),
	       "");

/* What lies in a record from its state to its level: what is kept of a method's calls. */
static inline uint64_t rc__record_word(const struct rc__record *record)
{
	uint64_t word;

	memcpy(&word, &record->state, sizeof(word));
	return word;
}

/* What is kept of a call's reply until its callback runs. */
struct rc__kept {
	struct rc_descriptor reply; /* as read, or flags and status of a call that was settled */
	uint32_t too_large_bytes;   /* of a reply for which there was no room, else 0 */
	const void *payload;        /* RC__EXTRA_PAYLOAD */
};

/*
 * What a client keeps of a small method that it has called: what all its calls begin with. Looking
 * it up takes loads one after the other, putting it together takes longer than the rest of a call.
 */
struct rc__ready {
	const struct rc_method *method; /* NULL: none */
	uint64_t record;                /* rc__record_word() of a waiting one, of level 0 */
	uint64_t head;                  /* of a slot: sequence 0, method and flags */
	uint32_t request_bytes;
	uint32_t reserved; /* a size that is a power of two: each call looks one up */
};

enum {
	RC__READY = 16 /* a power of two */
};

#endif
