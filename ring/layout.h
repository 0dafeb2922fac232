/* SPDX-License-Identifier: MIT */
/*
 * layout.h - every byte that the host and the worker share: slots, lanes, the region, and the
 * messages of the control socket.
 *
 * This file is the only place where these layouts are written. C includes it; ringgen reads it like
 * any other header and emits goside/internal/layout/layout_gen.go from it, and a test fails when
 * the two differ. Each word says who writes it: [host], [worker], or [creator] (the host, once,
 * before the worker can see the memory). Each word has one writer; words that one side writes
 * share no pair of cache lines with words that the other side writes, because the hardware
 * fetches lines in pairs.
 *
 * Relies on: a 64-bit little-endian target, 64-byte cache lines, 4-byte futex words.
 */
#ifndef RINGCALL_RING_LAYOUT_H
#define RINGCALL_RING_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

/* Sizes and limits. Counts have no unit, the rest say theirs. */
enum rc_limit {
	RC_LINE_BYTES = 64,        /* a cache line: rings and payload space begin at one */
	RC_SLOT_BYTES = 32,        /* of struct rc_slot, and of struct rc_slot_rest */
	RC_SLOTS_A_CALL = 2,       /* that a ring has for each call that may be in flight */
	RC_SLOT_BODY_BYTES = 16,   /* what a slot holds of a message alone */
	RC_BODY_BYTES = 40,        /* and with its rest */
	RC_BODY_SPACED_BYTES = 32, /* the same when the slot names reply space as well */
	RC_ACK_CALLS = 10,         /* one-way calls that one ack answers: 4 bytes of body each */
	RC_PART_ALIGN_MAX = 8,     /* no type in a message needs more */
	RC_RING_AHEAD = 2,         /* a producer fetches the slot so many after its next one */
	RC_RING_SLOTS_MIN = 2, /* calls in flight; a power of two, as is every number of slots */
	RC_RING_SLOTS_MAX = 1 << 16,
	RC_LANES_MAX = 1024,
	RC_METHODS_MAX = 1 << 15, /* of all services of a worker together */
	RC_SERVICES_MAX = 1024,
	RC_NAME_BYTES = 64,                  /* a service's name with its NUL */
	RC_CONTROL_BYTES_MAX = 32768,        /* one message of the control socket */
	RC_DESCRIPTION_BYTES_MAX = 16777216, /* of all services of a worker together */
	RC_DEPTH_MAX = 64,                   /* nesting of slices and optionals in a message */
	RC_NESTING_MAX = 16,                 /* host functions within each other, Go between them */
	RC_REGION_HEADER_BYTES = 96,         /* struct rc_region */
	RC_LANE_BYTES = 640,                 /* struct rc_lane */
	RC_REVERSE_BYTES = 256,              /* struct rc_reverse */
	RC_REVERSE_SLOTS_MIN = 64,           /* a reverse lane has ring_slots, or so many */
	RC_PAGE_BYTES = 4096,
	RC_CANCEL_WORD_BYTES = 8,
	RC_CANCEL_BIT = 32, /* of a word of cancelled calls */
	RC_CONTROL_FD = 3   /* the worker's end of the control socket */
};

/* A lane's payload space, a power of two. Offsets in it fit 32 bits. */
enum rc_payload_limit {
	RC_REVERSE_PAYLOAD_BYTES_MIN = 1 << 20, /* a reverse lane has payload_bytes, or so many */
	RC_PAYLOAD_UNIT_BYTES = 64,
	RC_PAYLOAD_BYTES_MIN = 4096,
	RC_PAYLOAD_BYTES_MAX = 1 << 30
};

/* Bits of rc_slot.flags. */
enum rc_slot_flag {
	RC_SLOT_INLINE = 1 << 0,     /* the body is the message, of rc_slot_inline_bytes() bytes */
	RC_SLOT_SPACE = 1 << 1,      /* request: the body's last 8 bytes are the reply space */
	RC_SLOT_ONE_WAY = 1 << 2,    /* request: no reply; credit comes back by an ack */
	RC_SLOT_FETCH = 1 << 3,      /* reply: kept by the worker, body says its size;
	                               * request: send what you kept, into this reply space */
	RC_SLOT_DROP = 1 << 4,       /* request, with FETCH: forget what you kept, answer empty */
	RC_SLOT_ACK = 1 << 5,        /* reply: to `call` one-way calls; the body holds their ids */
	RC_SLOT_IDEMPOTENT = 1 << 6, /* request: may run twice */
	RC_SLOT_NESTED = 1 << 7,     /* request of a reverse ring: `status` is the id of the host's
	                               * call whose handler makes it */
	RC_SLOT_DEADLINE = 1 << 8,   /* request: the rest has a deadline */
	RC_SLOT_INLINE_SHIFT = 10    /* bits 10 to 15: bytes of an inline message */
};

/* Where something lies in the lane's payload space, in bytes from its start. */
struct rc_span {
	uint32_t offset;
	uint32_t bytes;
};

/*
 * A descriptor is one slot of a ring, or a slot and its rest. The producer of the ring writes all
 * of it, `sequence` last and with release; the consumer polls `sequence`, and sleeps on it when it
 * sleeps.
 *
 * A small message without a deadline needs no rest, so that two such calls share a cache line: the
 * time that lines take to change hands is most of what calls in flight cost.
 *
 * Request rings: [host]. Reply rings: [worker]. Of a reverse lane the other way round: `method` is
 * then a number that the host gave to a host service's method, `call` is of the worker's table.
 */
struct rc_slot {
	uint32_t sequence; /* 2 * position + 1 once all else is there */
	uint16_t method;   /* request: index into the worker's methods; reply: 0 */
	uint16_t flags;    /* enum rc_slot_flag, and the inline bytes */
	uint32_t call;     /* index in the host's table of calls | generation << log2(its size) */
	int32_t status;    /* reply: 0 or a negative errno; request: how many replies may come
			    * together, or see RC_SLOT_NESTED */
	uint64_t body[2];  /* the first two words of the body */
};

/*
 * The rest of a slot: the slot behind it, used so. There is one if the flags say RC_SLOT_SPACE,
 * RC_SLOT_DEADLINE or RC_SLOT_ACK, or an inline message of more than RC_SLOT_BODY_BYTES.
 */
struct rc_slot_rest {
	uint64_t deadline; /* 2 * nanoseconds of CLOCK_MONOTONIC: even, so it is no sequence */
	uint64_t body[3];  /* the other words */
};

/*
 * What a slot and its rest say, in private memory. A call on the calling thread passes one by its
 * address.
 */
struct rc_descriptor {
	uint16_t method;
	uint16_t flags;
	uint32_t call;
	int32_t status;
	uint32_t reserved;
	uint64_t deadline_ns; /* 0 without RC_SLOT_DEADLINE, and below 2^63 */
	uint64_t body[5];     /* inline: the message. Else body[0] is its rc_span.
	                       * RC_SLOT_SPACE: body[4] is the rc_span of the reply space.
	                       * RC_SLOT_ACK: ids of calls, two a word. */
};

_Static_assert(2 * sizeof(struct rc_slot) == RC_LINE_BYTES, "");
_Static_assert(sizeof(struct rc_slot) == RC_SLOT_BYTES, "");
_Static_assert(sizeof(struct rc_slot_rest) == RC_SLOT_BYTES, "");
_Static_assert(sizeof(struct rc_descriptor) == 64, "");
_Static_assert(offsetof(struct rc_slot, sequence) == 0, "");
_Static_assert(offsetof(struct rc_slot, method) == 4, "");
_Static_assert(offsetof(struct rc_slot, flags) == 6, "");
_Static_assert(offsetof(struct rc_slot, call) == 8, "");
_Static_assert(offsetof(struct rc_slot, status) == 12, "");
_Static_assert(offsetof(struct rc_slot, body) == 16, "");
_Static_assert(offsetof(struct rc_slot_rest, deadline) == 0, "");
_Static_assert(offsetof(struct rc_slot_rest, body) == 8, "");
_Static_assert(offsetof(struct rc_descriptor, call) == 4, "");
_Static_assert(offsetof(struct rc_descriptor, deadline_ns) == 16, "");
_Static_assert(offsetof(struct rc_descriptor, body) == 24, "");

/* How a sleeper wants to be woken. */
enum rc_park_how {
	RC_PARK_FUTEX = 0,
	RC_PARK_FD = 1 /* by writing the lane's eventfd, which came with LANE_FD */
};

/*
 * A word that one side writes when it goes to sleep and when it wakes: 0 while it is awake, else
 * 2 * position + 1 of the slot that it waits for. It sleeps on that slot's `sequence`, a word that
 * the waker changes, so no wake-up falls between the last look and the sleep. The waker wakes it
 * when the position is the one that it has just committed, so each sleep is woken once.
 *
 * `looks` is used in worker_park of a lane alone: 1 while the worker looks at the lane's handlers
 * often, so that a host that goes to sleep need not ask it to.
 */
struct rc_park_line {
	uint32_t waiting;
	uint32_t how;   /* enum rc_park_how; means something only while it waits */
	uint32_t looks; /* see above */
	uint32_t reserved[29];
};

/* What a side counts about its own sleeping. Monotonic; for people, never for decisions. */
struct rc_count_line {
	uint64_t parks;      /* times this side slept */
	uint64_t late_wakes; /* sleeps that ended by their bound although a message was there */
	uint64_t wakes;      /* times this side woke the other */
	uint64_t reserved[13];
};

struct rc_taken_line {
	uint32_t taken; /* position up to which requests are read; the rest never ran */
	uint32_t reserved[31];
};

/* A lane's shared words. Its request ring, reply ring and payload space follow. */
struct rc_lane {
	struct rc_park_line host_park;     /* [host]   read by the worker after each reply */
	struct rc_park_line worker_park;   /* [worker] read by the host after each request */
	struct rc_taken_line worker_taken; /* [worker] read by the host when the worker is dead */
	struct rc_count_line host_count;   /* [host]   */
	struct rc_count_line worker_count; /* [worker] */
};

/*
 * The shared words of a reverse lane, by which the worker calls the host. Its request ring (worker
 * to host), reply ring (host to worker) and payload space follow. The worker owns that payload
 * space, as the host owns the lane's: who calls allocates for request and reply, the other side
 * writes only where it was told to. Sleeps and wakes are counted with those of the lane.
 */
struct rc_reverse {
	struct rc_park_line worker_park; /* [worker] read by the host after each reply */
	struct rc_park_line host_park;   /* [host]   read by the worker after each request */
};

_Static_assert(sizeof(struct rc_reverse) == RC_REVERSE_BYTES, "two pairs");
_Static_assert(sizeof(struct rc_park_line) == 128, "a pair of cache lines");
_Static_assert(sizeof(struct rc_count_line) == 128, "a pair of cache lines");
_Static_assert(sizeof(struct rc_taken_line) == 128, "a pair of cache lines");
_Static_assert(sizeof(struct rc_lane) == RC_LANE_BYTES, "five pairs");
_Static_assert(sizeof(struct rc_lane) % RC_LINE_BYTES == 0, "slots follow, aligned");

/*
 * The start of the region: [creator]. The worker gets the same by the control socket and checks
 * that both agree; it is here for tools that attach to a region.
 *
 * Lane i starts at first_lane_offset + i * lane_stride_bytes and is: struct rc_lane, a request ring
 * and a reply ring of RC_SLOTS_A_CALL * ring_slots slots each, ring_slots words of cancelled calls,
 * then at payload_offset (from the lane's start) payload_bytes.
 * Its reverse lane starts at reverse_offset (from the lane's start) and is: struct rc_reverse, two
 * rings of RC_SLOTS_A_CALL * reverse_slots slots each, then at reverse_payload_offset (from the
 * lane's start, too) reverse_payload_bytes.
 *
 * The word of a call that is cancelled, at the index in its id, is the id with bit
 * RC_CANCEL_BIT set; of any other it is another value: [host].
 */
struct rc_region {
	uint32_t magic;
	uint32_t version;
	uint32_t lanes;
	uint32_t ring_slots; /* calls that may be in flight, a power of two */
	uint64_t features;
	uint64_t region_bytes;
	uint64_t first_lane_offset;
	uint64_t lane_stride_bytes;
	uint64_t payload_offset;
	uint64_t payload_bytes;
	uint64_t reverse_offset;
	uint64_t reverse_payload_offset;
	uint32_t reverse_slots; /* the same of the reverse lane */
	uint32_t reverse_payload_bytes;
	uint32_t spin_limit_ns; /* for the worker's waits; 0: never spin */
	uint32_t park_ns;       /* what a sleep and a wake-up cost here */
};

_Static_assert(sizeof(struct rc_region) == RC_REGION_HEADER_BYTES, "");

/* "ring" and "HELO" as little-endian text. */
enum rc_magic {
	RC_REGION_MAGIC = 0x676e6972,
	RC_HELLO_MAGIC = 0x4f4c4548
};

enum rc_version {
	RC_VERSION_MIN = 3,
	RC_VERSION_MAX = 3
};

/* Both sides name what they have; the host picks the common part. */
enum rc_feature {
	RC_FEATURE_MEMBARRIER = 1 << 0 /* sleepers run membarrier, so wakers need no fence */
};

/*
 * The control socket: AF_UNIX, SOCK_SEQPACKET; one packet a message; each begins with rc_control.
 *
 *   worker: HELLO, then for each service SERVICE and its DESCRIPTION in pieces
 *   host:   REGION (with the fd), or closes the socket
 *   worker: READY, or REFUSED with a text
 *   host:   LANE_OPEN and LANE_CLOSE as clients come and go; CANCEL after it has cancelled a
 *           call; LANE_FD with an eventfd, at most once while a lane is open; LOOK when replies
 *           of a lane do not come, so that the worker looks whether a handler is in the way; STOP
 *           when it is done. A socket that closes without a STOP means that the host is dead.
 *   worker: LANE_CLOSED when it has served what the lane held and will not touch it again; after
 *           a STOP it serves what all lanes hold, and leaves
 */
enum rc_control_kind {
	RC_CONTROL_HELLO = 1,
	RC_CONTROL_SERVICE = 2,
	RC_CONTROL_DESCRIPTION = 3,
	RC_CONTROL_REGION = 4,
	RC_CONTROL_READY = 5,
	RC_CONTROL_REFUSED = 6,
	RC_CONTROL_LANE_OPEN = 7,
	RC_CONTROL_LANE_CLOSE = 8,
	RC_CONTROL_LANE_CLOSED = 9,
	RC_CONTROL_STOP = 10,
	RC_CONTROL_CANCEL = 11,
	RC_CONTROL_LANE_FD = 12,
	RC_CONTROL_LOOK = 13
};

struct rc_control {
	uint32_t kind;  /* enum rc_control_kind */
	uint32_t bytes; /* of the whole packet */
};

struct rc_control_hello_packet {
	struct rc_control control;
	uint32_t magic;
	uint32_t version_min;
	uint32_t version_max;
	uint32_t process_id;
	uint64_t features;
	uint32_t services;
	uint32_t reserved;
};

struct rc_control_service_packet {
	struct rc_control control;
	uint64_t digest;
	uint32_t methods;           /* their indices follow those of the service before */
	uint32_t description_bytes; /* in DESCRIPTION packets: control, then text */
	uint8_t name[RC_NAME_BYTES];
};

struct rc_control_region_packet {
	struct rc_control control;
	struct rc_region region;
};

/* Bits of rc_control_lane.flags. */
enum rc_lane_flag {
	RC_LANE_THREAD = 1 << 0, /* LANE_OPEN: a thread of the library serves it, and all host
				  * calls */
	RC_LANE_ASLEEP = 1 << 1  /* LOOK: who asks goes to sleep, and cannot ask again */
};

/* A lane starts where the last user of its rings stopped. */
struct rc_control_lane {
	struct rc_control control;
	uint32_t lane;
	uint32_t request_position;
	uint32_t reply_position;
	uint32_t reverse_request_position;
	uint32_t reverse_reply_position;
	uint32_t flags; /* enum rc_lane_flag */
	uint32_t call;  /* CANCEL: its id */
	uint32_t reserved;
};

_Static_assert(sizeof(struct rc_control) == 8, "");
_Static_assert(sizeof(struct rc_control_hello_packet) == 40, "");
_Static_assert(sizeof(struct rc_control_service_packet) == 88, "");
_Static_assert(sizeof(struct rc_control_region_packet) == 104, "");
_Static_assert(sizeof(struct rc_control_lane) == 40, "");

/*
 * A call of a host service names its method by a number. It asks for the numbers by a call of
 * RC_HOST_BIND: the request is struct rc_host_bind, the service's name, and its description; the
 * reply is struct rc_host_bound. Every other status than 0 comes with a struct rc_remote_error,
 * whose code is the function's own result when the status is -EREMOTEIO.
 */
enum rc_host_number {
	RC_HOST_BIND = 0xffff, /* above all methods */
	RC_HOST_FREE = 0xfffe  /* within a process: the request is what came as "kept" */
};

struct rc_host_bind {
	uint64_t digest;
	uint32_t methods;
	uint32_t name_bytes;
	uint32_t description_bytes;
	uint32_t reserved;
};

/* Within a process, the addresses of the common methods' leaf functions follow, 0 for others. */
struct rc_host_bound {
	uint32_t first;   /* the number of the service's first method */
	uint32_t methods; /* that both sides have: the first ones */
	uint64_t serving; /* 0, or within a process the first argument of the leaf functions, whose
			   * addresses follow by method: 0 for others. Then the user's context, and
			   * the addresses of the user's own functions. */
};

/* Within a process, what stands before a reply in the memory for it. */
struct rc_host_reply {
	uint64_t bytes; /* of the reply */
	uint64_t kept;  /* it did not fit: its address, to be given to RC_HOST_FREE; else 0 */
};

_Static_assert(sizeof(struct rc_host_bind) == 24, "");
_Static_assert(sizeof(struct rc_host_bound) == 16, "");
_Static_assert(sizeof(struct rc_host_reply) == 16, "");

/* What an error reply's message is: a code of the application's own, and a text. */
struct rc_remote_error {
	int64_t code;
	uint32_t text_bytes; /* the text follows this struct */
	uint32_t reserved;
};

_Static_assert(sizeof(struct rc_remote_error) == 16, "");

/* Of a frame's `status`, beside 0 and a negative errno. */
enum rc_frame_status {
	RC_FRAME_MORE = 1, /* the reply has `bytes`, more than there is room for */
	RC_FRAME_RUNS = 2  /* the call has not ended */
};

/*
 * What is handed over in a call that runs on its caller's thread, with Go code in this process.
 * There is no message: the addresses are those of the caller's own values. What did not fit is
 * asked for by a second frame, with room for it. No two words that C fills from registers lie side
 * by side: compilers would store them as one, by way of a vector register.
 */
struct rc_frame {
	uint64_t site;      /* [host] rc_site.site: the method, in this lane */
	int32_t status;     /* begins as RC_FRAME_RUNS; [worker] how the call ended */
	uint32_t fetch;     /* [host] 1: only what the last frame's call left */
	uint64_t arguments; /* [host] the address of an array of addresses, one an input */
	uint64_t bytes;     /* [host] how much there is room for; [worker] how much the reply has.
	                     * A reply without pointers, which has its type's size, leaves it. */
	uint64_t reply;     /* [host] where the reply goes */
};

_Static_assert(sizeof(struct rc_frame) == 40, "");
_Static_assert(offsetof(struct rc_frame, reply) == 32, "");

/*
 * How a method of a lane is called so, until the lane is closed: by enter(function, &frame, 0, 0),
 * two addresses of code. Where there is no enter: by rc_go_call_in_place(&frame).
 */
struct rc_site {
	uint64_t site;     /* [worker] for frames; 0: the method cannot be called so */
	uint64_t enter;    /* [worker] Go's crosscall2, or 0 */
	uint64_t function; /* [worker] Go code that takes a frame which fetches nothing */
};

_Static_assert(sizeof(struct rc_site) == 24, "");

#endif
