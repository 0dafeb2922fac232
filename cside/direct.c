/* SPDX-License-Identifier: MIT */
/*
 * direct.c - a synchronous call on the calling thread, by cgo.
 *
 * In place, Go gets the addresses of the caller's own values and writes a reply without pointers to
 * where the caller wants it; one with pointers it encodes into memory that rc_release() takes back.
 * Where Go's own code for entering it may be called, that is what is called, without the exported
 * function around it.
 *
 * Values that Go cannot take as they are come by a message: what a request's slot would say lies on
 * our stack. Go copies it, runs the handler, and writes beside it what the reply's slot would. So
 * the message, its checks, and replies that need more space are those of the ring.
 *
 * A call does not overtake short ones that were made before it, so it goes directly only when no
 * other is in flight; and one with a deadline takes the ring, because a thread that is inside of Go
 * cannot stop waiting.
 */
#include <signal.h>

#include "internal.h"
#include "sys.h"

/* The Go side that has seen this thread last: the address of its rc_go_call(). */
static _Thread_local const void *met;

/* Of rc_client.callers: no thread has met this. */
static char nobody;

/* What `met` is in a thread that has met the peer's Go side. */
static inline void *side_of(const struct rc_peer *peer)
{
	return (void *)(uintptr_t)peer->go.call;
}

/* The first call of a thread into a Go runtime, of any kind, unblocks signals and leaves them so
 * until the thread exits. So it is one that does nothing, and the mask is put back after it. */
static __attribute__((noinline)) void meet(const struct rc_peer *peer)
{
	sigset_t mask;

	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	peer->go.lane(0, 0); /* there is no peer 0 */
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	met = side_of(peer);
}

void rc__direct_meet(const struct rc_peer *peer)
{
	if (rc__unlikely(met != side_of(peer)))
		meet(peer);
}

/* Other threads may use the client while the handler runs: it has no other call in flight. */
static inline void call(struct rc_client *client, struct rc_descriptor *answer)
{
	struct rc_descriptor request = client->request;

	rc__gate_leave();
	client->peer->go.call(client->head.direct, &request, answer);
	rc__gate_enter(&client->gate);
}

int rc__direct_call(struct rc_client *client, struct rc__record *record, void *into)
{
	struct rc_descriptor answer;

	rc__direct_meet(client->peer);
	record->state = RC__RECORD_SYNC;
	client->direct_calls++;
	call(client, &answer);
	if (rc__likely(rc__reply_is_common(record, answer.status, answer.flags))) {
		rc__copy_words(into, answer.body, record->method->reply_bytes);
		rc__record_free(client, record);
		return 0;
	}
	if (answer.flags & RC_SLOT_FETCH) {
		uint32_t bytes = rc__span_unpack(answer.body[0]).bytes;

		rc__fetch_fill(client, record, !rc__kept_make_room(client, record, bytes));
		call(client, &answer);
	}
	return rc__reply_finish(client, record, &answer, into);
}

void rc__direct_forbid(struct rc_client *client)
{
	rc__store_pointer_relaxed(&client->callers, &nobody);
}

void rc__direct_allow(struct rc_client *client)
{
	const struct rc_peer *peer = client->peer;

	if (!client->head.direct || client->slot_deadline_ns || client->broken) {
		rc__direct_forbid(client);
		return;
	}
	rc__store_pointer_relaxed(&client->callers, side_of(peer));
	/* PAIRS-WITH mark_dead in supervisor.c: our word is written before we look at the state. */
	rc__fence();
	if (rc__peer_state(peer) != RC__PEER_RUNNING)
		rc__direct_forbid(client);
}

/*
 * Whether a call of a method that the Go side has may run here now. Outside of the gate: that no
 * call is in flight stays so until this thread makes one; that the client is broken is seen soon.
 */
static inline bool may_be_in_place(const struct rc_client *client)
{
	return rc__load_pointer_relaxed(&client->callers) == met &&
	       !(uint32_t)rc__count_load(&client->counts);
}

/* Where the client remembers a method's site: looking it up takes loads one after the other. */
static inline struct rc__known *known_at(struct rc_client *client, const struct rc_method *method)
{
	return &client->known[((uintptr_t)method >> 4) % RC__KNOWN];
}

/* Whether a message of so many bytes would have room: the same calls work on all transports. */
static __attribute__((noinline)) bool has_room(struct rc_client *client, uint64_t bytes)
{
	bool has;

	rc__gate_enter(&client->gate);
	has = bytes <= rc__pool_left(&client->pool);
	rc__gate_leave();
	return has;
}

/* Does what Go's crosscall2 does, by an exported function. */
static void enter_plainly(rc__site_function *function, void *frame, int bytes, size_t context)
{
	(void)bytes;
	(void)context;
	function(frame);
}

static inline void begin(struct rc_client *client, const struct rc__known *known,
			 const void *const *arguments, void *into, struct rc_frame *frame)
{
	client->direct_calls++;
	frame->site = known->site;
	frame->arguments = (uintptr_t)arguments;
	frame->reply = (uintptr_t)into;
}

/* Not in the gate. */
static inline void run(const struct rc_client *client, const struct rc__known *known,
		       struct rc_frame *frame)
{
	frame->status = RC_FRAME_RUNS;
	frame->fetch = 0;
	client->enter(known->function, frame, 0, 0);
}

/* What the last frame's call has left goes to `reply`. */
static void run_fetch(const struct rc_client *client, struct rc_frame *frame, void *reply)
{
	frame->status = RC_FRAME_RUNS;
	frame->fetch = 1;
	frame->reply = (uintptr_t)reply;
	client->peer->go.call_in_place(frame);
}

/* The handler's error, which Go has kept. `site` is that of the call's frame. */
static __attribute__((noinline)) int fail(const struct rc_client *client,
					  const struct rc_method *method, uint64_t site)
{
	struct {
		struct rc_remote_error header;
		char text[4096]; /* more than rc_error_last() keeps */
	} error = { 0 };
	struct rc_frame frame = { .site = site, .bytes = sizeof(error) };

	run_fetch(client, &frame, &error);
	if (error.header.text_bytes > sizeof(error.text))
		error.header.text_bytes = sizeof(error.text);
	return rc__error_remote(error.header.code, method->name, error.text,
				error.header.text_bytes);
}

static int no_memory(const struct rc_method *method, enum rc_ran ran)
{
	return rc__error_set(-ENOMEM, ran, "ringcall: %s: no memory for the reply", method->name);
}

static struct rc__private *take_room(struct rc_client *client, uint64_t bytes)
{
	struct rc__private *private;

	rc__gate_enter(&client->gate);
	private = rc__private_take(client, bytes);
	rc__gate_leave();
	return private;
}

static void give_room(struct rc_client *client, struct rc__private *private)
{
	rc__gate_enter(&client->gate);
	rc__private_give(client, private);
	rc__gate_leave();
}

/* Gets a reply that has frame->bytes, if there is room for it. Frees what there was. */
static __attribute__((noinline)) int fetch(struct rc_client *client, const struct rc_method *method,
					   struct rc_frame *frame, struct rc__private **private)
{
	struct rc__private *larger;

	if (!has_room(client, frame->bytes))
		return rc__error_no_room(client, method, frame->bytes);
	larger = take_room(client, frame->bytes);
	if (!larger)
		return no_memory(method, RC_RAN_YES);
	run_fetch(client, frame, larger + 1);
	/* Parts of the reply may have lain in it. */
	give_room(client, *private);
	*private = larger;
	return 0;
}

static __attribute__((noinline)) int call_for_pointers(struct rc_client *client,
						       const struct rc__known *known,
						       struct rc_frame *frame, const void **into)
{
	const struct rc_method *method = known->method; /* calls from the handler change *known */
	uint32_t *hints = &client->hints[known->index];
	uint64_t hint = *hints;
	struct rc__private *private;
	int status = 0;

	frame->bytes = method->reply_bytes + RC__REPLY_EXTRA_BYTES;
	if (frame->bytes < hint)
		frame->bytes = hint;
	private = take_room(client, frame->bytes);
	if (!private)
		return no_memory(method, RC_RAN_NO);
	frame->reply = (uintptr_t)(private + 1);
	run(client, known, frame);
	while (rc__unlikely(frame->status == RC_FRAME_MORE) && !status)
		status = fetch(client, method, frame, &private);
	if (rc__unlikely(!status && frame->status))
		status = fail(client, method, frame->site);
	if (rc__unlikely(status)) {
		give_room(client, private);
		return status;
	}
	*hints = rc__next_hint((uint32_t)hint, frame->bytes);
	*into = private + 1;
	return 0;
}

/* Asks Go where it has a method. False: the method cannot be called in place. */
static bool learn(struct rc_client *client, const struct rc_method *method, uint32_t index)
{
	const struct rc_linked_go *go = &client->peer->go;
	struct rc_site site;

	go->site(client->head.direct, index, &site);
	if (!site.site)
		return false;
	client->enter = site.enter ? (rc__enter *)(uintptr_t)site.enter : enter_plainly;
	*known_at(client, method) = (struct rc__known){
		.method = method,
		.site = site.site,
		.function = site.enter ? (rc__site_function *)(uintptr_t)site.function
				       : go->call_in_place,
		.index = index,
	};
	return true;
}

/* rc__call_in_place() of what may be large. */
static __attribute__((noinline)) int call_large(struct rc_client *client,
						const struct rc_method *method, uint64_t measured,
						const void *const *arguments, void *into)
{
	const struct rc__known *known = known_at(client, method);
	struct rc_frame frame;

	if (measured > RC_BODY_BYTES && !has_room(client, measured))
		return RC_BY_MESSAGE;
	begin(client, known, arguments, into, &frame);
	if (method->flags & RC_METHOD_REPLY_POINTERS)
		return call_for_pointers(client, known, &frame, into);
	run(client, known, &frame);
	return rc__likely(!frame.status) ? 0 : fail(client, method, frame.site);
}

/* rc__call_in_place() where something is out of the ordinary. */
static __attribute__((noinline)) int call_slowly(struct rc_client *client,
						 const struct rc_method *method, uint64_t measured,
						 const void *const *arguments, void *into)
{
	uint32_t place = rc__method_place(client, method);

	rc__direct_meet(client->peer);
	/* Calls that are done shall not keep this one from running here. */
	rc__gate_enter(&client->gate);
	rc__harvest(client);
	rc__gate_leave();
	if (method->index >= rc__place_methods(place) || !may_be_in_place(client))
		return RC_BY_MESSAGE;
	if (known_at(client, method)->method != method &&
	    !learn(client, method, rc__place_base(place) + method->index))
		return RC_BY_MESSAGE;
	return rc__call_in_place(client, method, measured, arguments, into);
}

int rc__call_in_place(struct rc_client *client, const struct rc_method *method, uint64_t measured,
		      const void *const *arguments, void *into)
{
	const struct rc__known *known = known_at(client, method);
	/* What fail() needs lies beside the frame, so that no register is saved for it. */
	struct {
		struct rc_frame frame;
		struct rc_client *client;
		const struct rc_method *method;
	} call;

	if (rc__unlikely(known->method != method || !may_be_in_place(client)))
		return call_slowly(client, method, measured, arguments, into);
	if (rc__unlikely(measured > RC_BODY_BYTES || method->flags & RC_METHOD_REPLY_POINTERS))
		return call_large(client, method, measured, arguments, into);
	call.client = client;
	call.method = method;
	begin(client, known, arguments, into, &call.frame);
	run(client, known, &call.frame);
	return rc__likely(!call.frame.status) ? 0 : fail(call.client, call.method, call.frame.site);
}
