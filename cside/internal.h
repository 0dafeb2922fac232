/* SPDX-License-Identifier: MIT */
/*
 * internal.h - the library's own structs: the peer, its lanes, a client, a call's record.
 *
 * A peer is shared: its `lock` guards what is marked so, its `state` is read without it. A client
 * belongs to one thread; the supervisor touches only `sleep_word` of it, under the peer's lock.
 */
#ifndef RINGCALL_CSIDE_INTERNAL_H
#define RINGCALL_CSIDE_INTERNAL_H

#include <pthread.h>
#include <ringcall/generated.h>
#include <string.h>
#include <sys/types.h>

#include "arm.h"
#include "ask.h"
#include "cpu.h"
#include "gate.h"
#include "host.h"
#include "payload.h"
#include "record.h"
#include "reverse.h"
#include "ring/layout.h"
#include "ring/park.h"
#include "ring/spsc.h"
#include "spin.h"
#include "stage.h"

#define rc__likely(condition) __builtin_expect(!!(condition), 1)
#define rc__unlikely(condition) __builtin_expect(!!(condition), 0)

/* Space for the first reply of a method whose reply holds pointers, beyond its root. */
enum {
	RC__REPLY_EXTRA_BYTES = 192
};

enum rc__peer_state {
	RC__PEER_STARTING,
	RC__PEER_RUNNING,
	RC__PEER_DEAD
};

/* Where the Go side runs. */
enum rc__transport {
	RC__TRANSPORT_WORKER, /* in a process of its own */
	RC__TRANSPORT_RING,   /* in this process; calls go through the ring all the same */
	RC__TRANSPORT_CGO     /* in this process; synchronous calls go directly where they can */
};

enum rc__lane_state {
	RC__LANE_FREE,
	RC__LANE_OPEN,
	RC__LANE_CLOSING /* until the worker says that it left the lane */
};

/* One lane, as the peer knows it: guarded by the peer's lock. */
struct rc__lane {
	enum rc__lane_state state;
	uint32_t request_position; /* where the next user of the rings begins */
	uint32_t reply_position;
	uint32_t reverse_request_position;
	uint32_t reverse_reply_position;
	bool is_thread; /* it is host_thread's */
	struct rc_client *client;
};

/* A service that the worker said it has. Constant once the peer runs. */
struct rc__remote_service {
	char name[RC_NAME_BYTES];
	uint64_t digest;
	uint32_t method_base;
	uint32_t method_count;
	uint32_t description_bytes;
	char *description; /* with a NUL */
};

struct rc_peer {
	/* Constant once the peer runs. */
	enum rc__transport transport;
	char *path;             /* of the worker, or of the library to load, or "" */
	char *name;             /* in errors: worker "PATH", Go side "ring:PATH" */
	struct rc_linked_go go; /* in this process only */
	int go_key;             /* that go.start returned */
	struct rc_options options;
	struct rc_region geometry;
	unsigned char *region;
	struct rc__remote_service *services;
	uint32_t service_count;
	uint32_t method_count;
	uint32_t description_bytes; /* of all services */
	bool membarrier;
	int cpu;               /* that the worker and its clients' threads share; RC__CPU_ANY */
	struct rc__host *host; /* what the host offers to Go */

	uint32_t state; /* enum rc__peer_state; atomic */
	uint32_t pid;   /* 0 once reaped; atomic */
	int control_fd;
	int region_fd;
	int pid_fd;
	int stop_fd; /* eventfd: rc_close() tells the supervisor */

	/* Where the worker has each known service, by its link's index: see rc__place_pack().
	 * 0 when it has not been looked up, or is not there; atomic. */
	uint32_t places[RC_SERVICES_MAX];

	struct rc_client *host_client; /* of host_thread; NULL: there is none */
	pthread_t host_thread;
	pthread_t supervisor;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	/* Guarded by lock. */
	struct rc__lane *lanes;
	uint32_t clients_open;
	bool started; /* the supervisor has an outcome of the start */
	int start_status;
	bool killed;
	uint64_t stop_deadline_ns;
	char start_text[1024];
	char death_text[128]; /* "exit status 1", "signal 9 (Killed)" */
};

/* What the thread waits for that waits for the lane. */
struct rc__awaited {
	uint32_t reply;        /* position of the next reply */
	uint32_t host;         /* and of the next host call */
	uint32_t reply_before; /* what the sequences of their slots were when the wait began */
	uint32_t host_before;
	bool serves; /* the thread serves host calls */
};

/* Code of Go's, or of an exported function, that serves a frame; and how it is called. */
typedef void rc__site_function(void *frame);
typedef void rc__enter(rc__site_function *function, void *frame, int bytes, size_t context);

/* A method that was called in place, and where the Go side has it. */
struct rc__known {
	const struct rc_method *method;
	uint64_t site;
	rc__site_function *function; /* as client->enter takes it */
	uint64_t index;
};

enum {
	RC__KNOWN = 8
};

struct rc_client {
	/* Every call uses these. `head.direct` is the lane's key in the Go side of this process, by
	 * which it is called directly; 0: it is not. */
	struct rc_client_head head;
	struct rc__gate gate;

	/* What each call stores, in one line: a CPU's stores leave it one a cycle, but two that
	 * follow one another into one line leave together. */
	alignas(RC_LINE_BYTES) struct rc__ring requests;
	struct rc__ring replies;
	struct rc__record *free; /* the free record to take next, or NULL */
	uint64_t counts;         /* of records in use; << 32: of asynchronous calls whose callbacks
				  * have not run. One word, as each call changes both */

	struct rc__waker worker;
	struct rc__record *records;
	struct rc_peer *peer;
	uint32_t record_mask;  /* number of records - 1 */
	int broken;            /* 0, or what every call returns: -EPROTO, -ENOTCONN */
	uint64_t record_level; /* rc__record_word() of a record of the level of calls made now */
	uint64_t collect_end;  /* position up to which replies are collected; 0: broken */
	void *small;           /* where small.c looks its methods up; atomic */
	void *staging;         /* the same for calls that are staged in the fewest steps; atomic */
	void *callers;         /* of direct.c: which threads may call in place; atomic */
	uint64_t slot_deadline_ns; /* as slots carry it: 0 for none */
	uint32_t plain_bytes;      /* of a message that a slot without a rest is full of;
				    * RC__NONE while each has a rest, for the deadline */
	bool completing;           /* a completion callback runs */
	bool waits_on_one;         /* the kernel has no futex_waitv */

	struct rc__stage stage;       /* small requests that callbacks have made */
	struct rc_descriptor request; /* what the next slot will say, but for small calls */
	struct rc__kept *kept;        /* by record */
	uint64_t deadline_ns;
	enum rc_full full;
	uint64_t first_position; /* of the request ring, when the client opened */
	uint64_t slots_besides;  /* of the request ring since, that began no call */
	uint64_t direct_calls;   /* that took no slot */
	struct rc__known known[RC__KNOWN];
	rc__enter *enter; /* Go's crosscall2, or what does the same by an exported function */
	struct rc__ready ready[RC__READY];
	struct rc__ready plain[RC__READY]; /* those whose requests fill a slot's body */
	struct rc__pool pool;
	uint32_t *hints; /* by method: reply bytes that the last calls needed */

	uint32_t done_first; /* completed calls whose callbacks have not run */
	uint32_t done_last;
	struct rc__spin spin; /* the leader's; see wait.c */
	int event_fd;         /* of rc_client_fd(), or -1; changed under the peer's lock */
	struct rc__uring uring;
	bool armed;   /* an event loop sleeps, or is about to */
	bool parked;  /* and nobody has taken its park */
	bool leading; /* some thread waits for the lane */
	struct rc__awaited awaited;
	struct rc__ask ask;        /* of polls, and of event loops that go to sleep */
	struct rc__ask leader_ask; /* of the leader */
	uint32_t followers;        /* threads that sleep on `turn` */
	uint32_t turn;             /* changes when the leader is done, a callback is, ...; atomic */
	uint32_t nudges;           /* the leader shall look again; atomic */
	uint32_t alone;            /* the leader sleeps on the reply's slot alone; atomic */
	uint64_t calling;          /* the call whose callback runs, by rc__call_token() */
	struct rc__thread *completing_thread; /* means nothing unless completing */
	uint64_t *cancelled;                  /* words of cancelled calls, shared; see layout.h */
	struct rc_lane *lane;
	uint32_t lane_index;
	struct rc__guest *guest;          /* the thread that opened it, or NULL: see cpu.h */
	struct rc_stats stats_before;     /* the lane's counters when the client opened */
	char broken_text[256];            /* -EPROTO: what was impossible */
	uint32_t leaving;                 /* of host_thread: it shall end; atomic */
	void *sleep_word;                 /* the word this client sleeps on, or NULL; atomic */
	struct rc__private *replies_held; /* replies not yet released */
	struct rc__private *private_free[RC__PRIVATE_CLASSES];
	struct rc__reverse reverse;
};

/* error.c */
int rc__error_set(int code, enum rc_ran ran, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int rc__error_remote(int64_t application, const char *what, const char *text, uint32_t text_bytes);
/* Around a host function: what it says by rc_host_fail() is its failure's text. */
void rc__error_host_begin(void);
/* Sets the failure of a host function, with its result as the application's. -EREMOTEIO. */
int rc__error_host_end(int result);
/* The message of an errno, in static or thread storage. */
const char *rc__errno_text(int error);

/* service.c */
const struct rc_service_link *rc__service_first(void);
/* Sets the endpoint that the services of this program ask for; NULL: none does. 0; -EINVAL, with a
 * text, when two ask for different ones. */
int rc__service_endpoint(const char **endpoint);
/* Finds a service in the worker and compares it. 0 with *place set; -ENOSYS, without a text, when
 * the worker lacks it; -EPROTO when it differs; -ENOMEM. */
int rc__service_bind(struct rc_peer *peer, const struct rc_service *service, uint32_t *place);
/* The same for all that this program has. -ENOSYS, with a text, when the worker has none. */
int rc__service_bind_all(struct rc_peer *peer);

/* A service's place in the worker: the index of its first method, and how many both sides have. */
static inline uint32_t rc__place_pack(uint32_t base, uint32_t methods)
{
	return base << 16 | methods;
}

static inline uint32_t rc__place_base(uint32_t place)
{
	return place >> 16;
}

static inline uint32_t rc__place_methods(uint32_t place)
{
	return place & 0xffff;
}

_Static_assert(RC_METHODS_MAX <= 1 << 15, "a place holds indexes and counts of methods");

/* description.c: whether two descriptions fit: 0, -EPROTO with where they differ in `text`, or
 * -ENOMEM. `theirs` may hold anything; they said that it lists so many methods. */
int rc__description_compare(const char *ours, const char *theirs, uint32_t their_methods,
			    char *text, size_t text_bytes);
/* The same for a service that we serve: its requests are what we receive. */
int rc__description_compare_served(const char *ours, const char *theirs, uint32_t their_methods,
				   char *text, size_t text_bytes);

/* spawn.c: starts `path` on `cpu`, or RC__CPU_ANY; *pid and *pid_fd are set. 0 or a negative
 * errno. */
int rc__spawn(const char *path, int cpu, int control_fd, int *pid, int *pid_fd);
/* Finds `path` as execvp would. Returns a malloc'd path, or NULL with *status set. */
char *rc__spawn_resolve(const char *path, int *status);

/* inproc.c: finds the Go side in this process, or loads it. Sets peer->go. 0, or the errno
 * that rc_open() returns. */
int rc__inproc_find(struct rc_peer *peer);
/* inproc_host.c: what Go calls, of struct rc_linked_go.start. */
int rc__inproc_host_call(void *host, uint32_t number, uint32_t lane, void *request,
			 uint64_t request_bytes, void *reply, uint64_t reply_bytes);

/* handshake.c: from HELLO to READY. 0, or a negative errno with peer->start_text set. */
int rc__handshake(struct rc_peer *peer, uint64_t deadline_ns);

/* How many lanes a peer has: one is for host_thread. */
static inline uint32_t rc__lanes(const struct rc_options *options)
{
	return options->clients_max + !!options->host_thread;
}

/* region.c */
int rc__region_create(struct rc_peer *peer);
void rc__region_destroy(struct rc_peer *peer);
struct rc_lane *rc__region_lane(const struct rc_peer *peer, uint32_t lane);
struct rc_reverse *rc__region_reverse(const struct rc_peer *peer, uint32_t lane);

/* host_thread.c: does nothing where no thread was asked for. 0 or a negative errno. */
int rc__host_thread_start(struct rc_peer *peer);
void rc__host_thread_stop(struct rc_peer *peer);

/* supervisor.c: the thread's function; its argument is the peer. */
void *rc__supervisor(void *argument);
int rc__control_send_lane(struct rc_peer *peer, uint32_t kind, uint32_t lane);
/* handshake.c: sends a packet with a descriptor. 0 or a negative errno. */
int rc__control_send_fd(struct rc_peer *peer, void *packet, size_t bytes, int fd);
/* Tells the worker that a call's word of cancelled calls is set. */
void rc__control_send_cancel(struct rc_peer *peer, uint32_t lane, uint32_t call);
/* Asks the worker to look at a lane's handler; `flags`: RC_LANE_ASLEEP or 0. Never blocks. */
void rc__control_send_look(struct rc_peer *peer, uint32_t lane, uint32_t flags);

/* wait.c. All functions of a client run inside of its gate, but for these, which leave it to sleep.
 *
 * Until there may be a reply or a host call, or another thread has seen one: 0, -ETIMEDOUT,
 * -ENOTCONN when the worker is dead and all that it wrote has been read, or -ECANCELED when a
 * host_thread shall end. */
int rc__wait_reply(struct rc_client *client, uint64_t deadline_ns);
/* The same for a thread that does not serve host calls. */
int rc__wait_reply_only(struct rc_client *client, uint64_t deadline_ns);
/* Has the thread that waits for the lane look again. */
void rc__nudge(struct rc_client *client);
/* Sleeps until something has changed, by another thread: 0 or -ETIMEDOUT. */
int rc__follow(struct rc_client *client, uint64_t deadline_ns);
/* Something has changed. */
void rc__wake_followers(struct rc_client *client);
/* What a sleeper runs between saying that it sleeps and its last look. */
void rc__sleeper_barrier(const struct rc_client *client);
/* Has each thread that sleeps in the peer's lanes look again: wakes them, each again_ns, until none
 * sleeps on what it began before. `only_alone`: those that expect no host call. */
void rc__wake_sleepers(struct rc_peer *peer, bool only_alone, uint64_t again_ns);
/* Something is offered to Go: has all threads that sleep in this peer's lanes expect host calls. */
void rc__wake_for_host_calls(struct rc_peer *peer);
/* Wakes the worker for the request just committed, if it sleeps. */
void rc__wake_worker(struct rc_client *client, struct rc_slot *slot);

/* direct.c */
/* Before a thread calls any function of a Go side in this process: keeps its signal mask. */
void rc__direct_meet(const struct rc_peer *peer);
/* Lets a client call in place from now on, unless something of it speaks against that. Called when
 * one of these changes, in the gate, or while nobody else has the client. */
void rc__direct_allow(struct rc_client *client);
/* Lets it do so no more. */
void rc__direct_forbid(struct rc_client *client);
/* Runs a synchronous call, which has its record and its message, on this thread. */
int rc__direct_call(struct rc_client *client, struct rc__record *record, void *into);

/* client.c: rc_release() in the gate. */
void rc__release(struct rc_client *client, const void *memory);

/* call.c */
/* Deals with replies that are there, so that records come back. */
void rc__harvest(struct rc_client *client);
/* Makes client->request the demand for a reply that was kept. */
void rc__fetch_fill(struct rc_client *client, struct rc__record *record, bool drop);
/* Gives back what a record holds beside itself. */
void rc__record_free_extras(struct rc_client *client, struct rc__record *record);
void rc__fetch(struct rc_client *client, struct rc__record *record, bool drop);
int rc__unusable(struct rc_client *client, const char *what);
/* Waits for the reply of a synchronous call, which is submitted; see rc__call_sync(). */
int rc__await(struct rc_client *client, struct rc__record *record, void *into);
/* Of a call that has its record: runs it, or submits it; the client stays in the gate. */
int rc__run_sync(struct rc_client *client, struct rc__record *record, void *into);
void rc__submit_async(struct rc_client *client, struct rc__record *record, rc__done *done,
		      void *context, struct rc_call *call);

/* take.c */
/* Which replies rc__reply_take() hands to its caller; others wait in the list of done calls. */
enum rc__wanted {
	RC__WANTED_NONE,
	RC__WANTED_SYNC, /* of the synchronous call */
	RC__WANTED_ASYNC /* of any other call */
};
/* Makes room for a reply that did not fit. True: it can be sent; false: it has to be dropped. */
bool rc__kept_make_room(struct rc_client *client, struct rc__record *record, uint32_t bytes);
/* Reads the next reply, which is there. Returns the record of a wanted one, with its words in
 * *reply, valid until the caller advances the ring; else NULL: the reply has been dealt with and
 * its slot left, or the client is broken. */
struct rc__record *rc__reply_take(struct rc_client *client, enum rc__wanted wanted,
				  struct rc_descriptor *reply);
/* Marks the client broken and settles every call in flight, each with its own outcome. */
void rc__client_break(struct rc_client *client, int code);
/* The same because the worker wrote an impossible value. Returns -EPROTO. */
int rc__client_break_proto(struct rc_client *client, const char *what, const char *why);
int rc__error_proto(const struct rc_client *client, const char *what);
int rc__error_no_method(const struct rc_client *client, const char *what);
int rc__error_no_service(const struct rc_client *client, const char *what, const char *service);

/* reply.c */
/* Turns a reply into what the caller gets, in `into` (T * or const T **); frees the record. */
int rc__reply_finish(struct rc_client *client, struct rc__record *record,
		     const struct rc_descriptor *reply, void *into);
/* The function ran, and its reply is larger than what is left of the payload space. */
int rc__error_no_room(const struct rc_client *client, const struct rc_method *method,
		      uint64_t bytes);

/* Of the bytes that a method's last replies had: grows at once, shrinks slowly. */
static inline uint32_t rc__next_hint(uint32_t last, uint64_t needed)
{
	return needed >= last ? (uint32_t)needed : last - (last - (uint32_t)needed) / 16;
}

/* room.c: waits for a step towards room. 0: try again; -EAGAIN, without a text: there will be none;
 * -ETIMEDOUT. */
int rc__room_wait(struct rc_client *client, const struct rc_method *method);

/* poll.c */
/* What rc_poll() does in the gate. Returns how many calls completed. */
int rc__collect(struct rc_client *client);
/* Completes a call whose reply lies in its record, by its callback. */
void rc__complete_settled(struct rc_client *client, struct rc__record *record);

static inline uint32_t rc__record_index(const struct rc_client *client,
					const struct rc__record *record)
{
	return (uint32_t)(record - client->records);
}

/*
 * Whether rc_poll() will call back, the record has nothing beside itself, and a reply with such a
 * head, by rc__slot_head(), is its common one. State, extras and flags lie where the head has a
 * method, which is 0 in replies, and its flags; so one look compares all of them.
 */
static inline bool rc__record_waits_plainly(const struct rc__record *record, uint32_t head)
{
	uint32_t begin;

	memcpy(&begin, &record->state, sizeof(begin));
	return begin == (head | RC__RECORD_WAITING);
}

/* What tells a call from all others for as long as its handle may be used. */
static inline uint64_t rc__call_token(uint32_t id, uint32_t position)
{
	return (uint64_t)position << 32 | id;
}

static inline bool rc__record_is_free(const struct rc_client *client,
				      const struct rc__record *record)
{
	return (record->id & client->record_mask) != rc__record_index(client, record);
}

static inline struct rc__kept *rc__record_kept(const struct rc_client *client,
					       const struct rc__record *record)
{
	return &client->kept[rc__record_index(client, record)];
}

/* Sets the word by which the handler's context sees that its call is cancelled. */
static inline void rc__cancelled_store(struct rc_client *client, const struct rc__record *record,
				       uint32_t id)
{
	rc__store_word_relaxed(&client->cancelled[rc__record_index(client, record)],
			       UINT64_C(1) << RC_CANCEL_BIT | id);
}

/* What a record in use, and a call that is pending, add to client->counts. */
#define RC__ONE_USED UINT64_C(1)
#define RC__ONE_PENDING (UINT64_C(1) << 32)

static inline uint32_t rc__records_used(const struct rc_client *client)
{
	return (uint32_t)client->counts;
}

static inline uint32_t rc__pending(const struct rc_client *client)
{
	return (uint32_t)(client->counts >> 32);
}

/* Whether a call may be in the way of another. */
static inline bool rc__in_company(const struct rc_client *client)
{
	return rc__records_used(client) > 1;
}

/* How many requests, or replies, may come together. */
static inline uint32_t rc__stage_share(const struct rc_client *client)
{
	uint32_t share = rc__pending(client) / RC__STAGE_SHARE;

	return share < RC__STAGE_SLOTS ? share : RC__STAGE_SLOTS;
}

/* Takes client->free, which is there, and returns the id of its call. client->counts is the
 * caller's to change. */
static inline uint32_t rc__record_take(struct rc_client *client, const struct rc__record *record)
{
	client->free = record->next_free;
	return ~record->id;
}

/* Gives back a record that has nothing beside itself. `counts`: what leaves client->counts. */
static inline void rc__record_give(struct rc_client *client, struct rc__record *record, uint32_t id,
				   uint64_t counts)
{
	record->id = ~(id + client->record_mask + 1);
	record->next_free = client->free;
	client->free = record;
	client->counts -= counts;
}

static inline void rc__record_free(struct rc_client *client, struct rc__record *record)
{
	if (rc__unlikely(record->extras))
		rc__record_free_extras(client, record);
	rc__record_give(client, record, record->id, RC__ONE_USED);
}

/* The record of a call that is in flight, or NULL: `id` came from the worker. */
static inline struct rc__record *rc__record_find(const struct rc_client *client, uint32_t id)
{
	struct rc__record *record = &client->records[id & client->record_mask];

	return rc__likely(record->id == id) ? record : NULL;
}

/*
 * Fills what a record says of a method's common reply: a success, inline, of just the bytes of its
 * type, and with nothing in it that has to be checked.
 */
static inline void rc__record_expect(struct rc__record *record, const struct rc_method *method)
{
	uint32_t bytes = method->reply_bytes;

	if (bytes <= RC_BODY_BYTES && !method->reply_check)
		record->reply_flags = rc__slot_inline_flags(bytes);
	else
		record->extras = RC__EXTRA_UNCOMMON;
}

/* Whether a reply of these flags and this status is a common one of the record's method. */
static inline bool rc__reply_is_common(const struct rc__record *record, int32_t status,
				       uint16_t flags)
{
	return !status && flags == record->reply_flags && !(record->extras & RC__EXTRA_UNCOMMON);
}

/* Commits client->request, and wakes the worker if it sleeps. */
static inline void rc__commit(struct rc_client *client)
{
	struct rc_slot *slot = rc__ring_reserve(&client->requests);
	uint32_t position = (uint32_t)client->requests.position, slots;

	if (rc__unlikely(client->stage.most))
		rc__stage_end(client);
	slots = rc__ring_write(&client->requests, &client->request);
	client->slots_besides += slots - 1;
	rc__ring_commit(&client->requests, slots);
	if (rc__unlikely(rc__waker_due(&client->worker, position)))
		rc__wake_worker(client, slot);
}

/* Whether a host call is there that may be served now. */
static inline bool rc__reverse_ready(const struct rc_client *client)
{
	return rc__ring_peek(&client->reverse.requests) ||
	       (rc__unlikely(client->reverse.aside_count) && rc__reverse_aside_ready(client));
}

/* Whether a synchronous call, which has its record, may run on this thread. */
static inline bool rc__direct_may(const struct rc_client *client)
{
	return client->head.direct && rc__records_used(client) == 1 && !client->slot_deadline_ns &&
	       !client->broken;
}

/* Where the worker has the method's service; 0 when that is not known. */
static inline uint32_t rc__method_place(const struct rc_client *client,
					const struct rc_method *method)
{
	return rc__load_relaxed(&client->peer->places[method->service->link->index]);
}

static inline uint32_t rc__peer_state(const struct rc_peer *peer)
{
	/* PAIRS-WITH mark_dead in supervisor.c: the text of the death is seen with the state. */
	return rc__load_acquire(&peer->state);
}

/* Whether a call can begin at once, as far as its client goes. */
static inline bool rc__may_begin(const struct rc_client *client)
{
	return client->free && !client->broken && rc__peer_state(client->peer) == RC__PEER_RUNNING;
}

/* What all requests of a client have in their slots' flags now. */
static inline uint16_t rc__deadline_flag(const struct rc_client *client)
{
	return client->slot_deadline_ns ? RC_SLOT_DEADLINE : 0;
}

/* What a method's requests have in their slots' flags, beside where the message is. */
static inline uint16_t rc__slot_flags(const struct rc_method *method)
{
	return method->flags & (RC_METHOD_ONE_WAY | RC_METHOD_IDEMPOTENT);
}

#endif
