/* SPDX-License-Identifier: MIT */
/*
 * ringcall/ringcall.h - call Go from C through shared memory.
 *
 * The life of a call: rc_open() starts a peer, rc_client_open() gives a thread its handle, a
 * function generated from your header makes the call, rc_release() gives its reply back.
 *
 * Every function returns 0, or a count, or a negative errno; rc_error_last() says the rest.
 * Deadlines are absolute CLOCK_MONOTONIC nanoseconds. A peer may be used by all threads, a
 * client by one thread at a time, but its calls may be cancelled and waited for by others.
 */
#ifndef RINGCALL_RINGCALL_H
#define RINGCALL_RINGCALL_H

#ifdef __cplusplus
#pragma GCC system_header /* what is written for C does not keep the rules for C++ */
#endif

#include <ringcall/idl.h>

#ifdef __cplusplus
#define RC__LINKAGE extern "C"
extern "C" {
#else
#define RC__LINKAGE extern
#endif

/* How these are padded is the compiler's affair. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpadded"

/* A Go side: a worker process, or the Go code in this one. */
struct rc_peer;

/* One thread's handle on a peer. */
struct rc_client;

/* A deadline that never comes. */
#define RC_FOREVER UINT64_MAX

/* Which CPUs a worker and the threads of its clients run on. */
enum rc_cpu {
	RC_CPU_ANY,     /* those on which the system puts them */
	RC_CPU_SHARED,  /* one for all of them: that on which rc_open() was called */
	RC_CPU_MEASURED /* RC_CPU_SHARED where rc_open() finds that handing over to a sleeper takes
	                 * at most half as long on one CPU as from one to another, which is so
	                 * where virtual CPUs are slow to wake; else RC_CPU_ANY */
};

/* How rc_open() sets a peer up. Zero in any field means its default. */
struct rc_options {
	uint32_t clients_max;      /* clients open at once; default 64, at most 1024 */
	uint32_t ring_slots;       /* calls in flight a client; a power of two; default 512 */
	uint64_t payload_bytes;    /* payload space a client; a power of two; default 16 MiB.
	                            * Memory is used only for what has been touched. */
	uint64_t start_timeout_ns; /* for the worker to start and answer; default 10 s */
	uint64_t spin_ns;          /* longest spin before a wait sleeps; default: measured */
	uint32_t spin_never;       /* not 0: waits sleep at once, and spin_ns is ignored */
	uint32_t host_thread;      /* not 0: a thread of the library runs the host functions that a
	                            * worker calls, and no thread of yours does */
	uint32_t cpu;              /* enum rc_cpu. For a host that makes now and then a call and
	                            * waits for it; see rc_client_open(). With RC_CPU_SHARED waits
	                            * sleep at once. Go code in this process is not concerned. */
};

/* Whether the Go function of a failed call ran. */
enum rc_ran {
	RC_RAN_NO,
	RC_RAN_PERHAPS,
	RC_RAN_YES
};

/* What is known of a thread's last failure. */
struct rc_error {
	int code;            /* the negative errno that was returned */
	enum rc_ran ran;     /* whether the Go function ran */
	int64_t application; /* -EREMOTEIO: the code that the Go error carried, or 0 */
	const char *text;    /* what failed, on what, why, and what to do about it */
};

/* The handle of a call in flight, in the caller's storage, to be copied as one likes. It names no
 * other call when its own has ended. Not to be used when the client is closed. */
struct rc_call {
	struct rc_client *client;
	uint32_t id;
	uint32_t position;
};

/* What a client has done; see rc_client_stats(). */
struct rc_stats {
	uint64_t calls;           /* submitted by this client */
	uint64_t host_parks;      /* times a wait of this client slept */
	uint64_t host_late_wakes; /* sleeps ended by their bound although a reply was there */
	uint64_t host_wakes;      /* times this client woke the worker */
	uint64_t worker_parks;    /* the same four, of the worker's side of the lane */
	uint64_t worker_late_wakes;
	uint64_t worker_wakes;
	uint32_t in_flight; /* calls now */
	uint32_t reserved;
};

/*
 * rc_open - start a peer and wait until it answers.
 *
 * endpoint  "worker:PATH" starts the executable PATH as a worker process. A PATH without a slash
 *           is looked up in $PATH.
 *           "ring:" uses the Go code that this program is linked with; see RC_LINK_GO.
 *           "ring:PATH.so" loads Go code, built with -buildmode=c-shared, for the rest of the
 *           program's life. PATH is looked up as dlopen(3) says.
 *           "cgo:" and "cgo:PATH.so" are the same, but a synchronous call runs its Go function on
 *           the calling thread, by a direct cgo call, when the client has no deadline and no other
 *           call in flight; it sees the arguments where they lie. All other calls take the ring.
 *           NULL: the environment variable RC_ENDPOINT is the endpoint; without it, what
 *           RC_TRANSPORT in the interface says. RC_ENDPOINT never overrides an endpoint that is
 *           passed, and a set-user-ID program does not read it.
 * options   NULL for the defaults.
 * peer      set on success; yours until rc_close().
 *
 * Returns:   0; -EINVAL for a bad or missing endpoint, or a bad option; the errno of execve
 *            (-ENOENT, -EACCES, -ENOEXEC) when PATH cannot be started; -ENOENT when there is no
 *            Go code in this process, or it cannot be loaded; -ETIMEDOUT when it does not answer
 *            in time;
 *            -ENOTCONN when it exits before it answers; -EPROTO when it answers something else
 *            than this library's protocol, or was built from another header: the text names the
 *            first struct and field that differ; -ENOSYS when it has none of the services that
 *            this program has; -ENOMEM, -EMFILE, ... from the system.
 * Blocks:    until the worker answered, at most options->start_timeout_ns.
 * Threads:   any. Starts one thread of the library's own, which watches the worker.
 * If the worker dies: later calls return -ENOTCONN; the peer has still to be closed.
 */
int rc_open(const char *endpoint, const struct rc_options *options, struct rc_peer **peer);

/* What Go code in a process offers to it; RC_LINK_GO fills it in. */
struct rc_linked_go {
	int (*start)(int control_fd, uintptr_t host, uintptr_t host_call);
	int (*lane)(int peer, uint32_t lane);
	void (*call)(int lane, void *request, void *reply);
	void (*site)(int lane, uint32_t method, void *site);
	void (*call_in_place)(void *frame);
};

/*
 * RC_LINK_GO - take the Go code of a c-archive into this program.
 *
 * Written once, outside of any function, in a program that is linked with a Go library whose main
 * package imports ringcall/goside/inproc. It is what makes the linker take the library's code: a
 * linker leaves out of an archive what nothing refers to. A shared library is found without it
 * unless it is linked with --as-needed.
 */
#define RC_LINK_GO                                                                                 \
	RC__LINKAGE int rc_go_start(int control_fd, uintptr_t host, uintptr_t host_call);          \
	RC__LINKAGE int rc_go_lane(int peer, uint32_t lane);                                       \
	RC__LINKAGE void rc_go_call(int lane, void *request, void *reply);                         \
	RC__LINKAGE void rc_go_site(int lane, uint32_t method, void *site);                        \
	RC__LINKAGE void rc_go_call_in_place(void *frame);                                         \
	RC__LINKAGE const struct rc_linked_go rc_linked_go;                                        \
	const struct rc_linked_go rc_linked_go = { rc_go_start, rc_go_lane, rc_go_call,            \
						   rc_go_site, rc_go_call_in_place }

/*
 * rc_close - stop a peer and free it.
 *
 * deadline_ns  until when the worker may finish by itself; then it is killed. RC_FOREVER waits.
 *              Go code in this process cannot be killed: what still runs then goes on.
 *
 * Close all clients first; a client that is still open is a programmer's error (-EBUSY, and the
 * peer stays). NULL is allowed.
 *
 * Returns:   0; -EBUSY; -ETIMEDOUT when the worker had to be killed (the peer is freed).
 * Blocks:    until the worker has left, or the deadline.
 * Threads:   any, once.
 * If the worker dies: returns 0 at once.
 */
int rc_close(struct rc_peer *peer, uint64_t deadline_ns);

/* The worker's process id, for logs and debuggers. 0 once it is known to be dead. Of Go code in
 * this process: its own id. */
int rc_peer_pid(const struct rc_peer *peer);

/* The CPU that the worker shares with its clients' threads, or -1: see rc_options.cpu. */
int rc_peer_cpu(const struct rc_peer *peer);

/*
 * rc_client_open - give the calling thread a handle on the peer.
 *
 * If the peer shares a CPU with its clients (rc_peer_cpu()), the thread runs on that one only, and
 * so do threads that it starts meanwhile. When the last client that it opened is closed, it may
 * run again where it did before. It stays when a client moves to another thread, which does not go
 * there.
 *
 * Returns:   0; -ENOTCONN when the worker is dead; -EAGAIN when options.clients_max clients are
 *            open, or a closed one's lane is still busy with its last call; -ENOMEM; -EINVAL when
 *            the thread may not run on the peer's CPU.
 * Blocks:    no.
 * Threads:   any. The client may move to another thread while no function of it runs.
 */
int rc_client_open(struct rc_peer *peer, struct rc_client **client);

/*
 * rc_client_close - give a client back, and with it every reply not yet released.
 *
 * Calls in flight are given up: their callbacks run with -ECANCELED, from here. NULL is allowed.
 *
 * Blocks:    no. The lane is used again when the worker has finished what it had taken.
 * Threads:   the client's thread only. Not from a completion callback.
 */
void rc_client_close(struct rc_client *client);

/*
 * rc_client_set_deadline - set the deadline of the calls that follow.
 *
 * deadline_ns  absolute CLOCK_MONOTONIC time, or RC_FOREVER, with which a client begins.
 *
 * A synchronous call returns -ETIMEDOUT when the deadline has passed; the Go function may run
 * all the same, and sees the deadline in its context.Context.
 */
void rc_client_set_deadline(struct rc_client *client, uint64_t deadline_ns);

/* What a call does when the lane is full: when as many calls are in flight as it has slots, or
 * payload space is short. */
enum rc_full {
	RC_FULL_FAIL,         /* returns -EAGAIN; a client begins with this */
	RC_FULL_WAIT,         /* waits for room */
	RC_FULL_WAIT_DEADLINE /* waits until the client's deadline, then returns -ETIMEDOUT */
};

/*
 * rc_client_set_full - set what the calls that follow do when the lane is full.
 *
 * A call of any kind that waits for room completes others as rc_poll() does: their callbacks run
 * from within it, before it is sent, and no rc_poll() counts them. It returns -EAGAIN all the same
 * where no room would ever come: from a completion callback, or when all that is held are replies
 * not released, memory of rc_alloc(), and calls that only this thread could wait for.
 *
 * If the worker dies: a call that waits returns -ENOTCONN.
 */
void rc_client_set_full(struct rc_client *client, enum rc_full full);

/*
 * rc_poll - run the callbacks of the calls that have completed, and the host functions that a
 * worker called.
 *
 * A host function runs on this thread, may use this client, and must not close it. With Go code in
 * this process, host functions run on Go's threads instead.
 *
 * Returns:   how many completed or ran, or 0; -EPROTO when the worker wrote an impossible value:
 *            then every call in flight has completed with -EPROTO and the client is of no more
 *            use.
 * Blocks:    never.
 * Threads:   the client's thread only. From a completion callback it returns 0.
 * If the worker dies: its calls complete, with -ECONNRESET where it had taken the call, else
 *            with -ENOTCONN.
 */
int rc_poll(struct rc_client *client);

/*
 * rc_flush - send at once the calls that completion callbacks have made.
 *
 * Small calls that callbacks make go to the worker together: when up to eight have come together,
 * when a callback makes a call of another kind or waits for one, and when rc_poll() or rc_wait()
 * is done with the completions that are there. So none is left behind when they return. Only a
 * callback that makes a call, and then computes for long or waits by other means for what the call
 * does, has to say that it goes. Calls made elsewhere are on their way when they return.
 *
 * Blocks:    never.
 * Threads:   any.
 * If the worker dies: calls not yet sent complete with -ENOTCONN, as others that it did not take.
 */
void rc_flush(struct rc_client *client);

/*
 * rc_wait - block until a call of this client has completed, or a worker called a host function,
 * and run what rc_poll() would run.
 *
 * deadline_ns  absolute CLOCK_MONOTONIC time, or RC_FOREVER.
 *
 * Returns:   how many completed or ran, at least 1; 0 when no call is in flight; -ETIMEDOUT;
 *            -EPROTO as rc_poll().
 * Blocks:    until a completion, a host function, the deadline, or the peer's death, which
 *            completes calls.
 * Threads:   the client's thread only. From a completion callback it returns 0.
 * If the worker dies: as rc_poll(); never hangs.
 */
int rc_wait(struct rc_client *client, uint64_t deadline_ns);

/*
 * rc_serve - rc_wait() for a thread that serves host functions: waits for one also when no call is
 * in flight.
 *
 * deadline_ns  absolute CLOCK_MONOTONIC time, or RC_FOREVER.
 *
 * Returns:   how many completed or ran, at least 1; -ETIMEDOUT; -ENOTCONN when the worker is dead
 *            and all that it wrote has been dealt with; -EPROTO as rc_poll().
 * Blocks:    until a completion, a host function, the deadline, or the peer's death. Go code in
 *            this process calls host functions on its own threads: they do not end it.
 * Threads:   the client's thread only. From a completion callback it returns 0.
 * If the worker dies: returns, and so does each later call.
 */
int rc_serve(struct rc_client *client, uint64_t deadline_ns);

/*
 * rc_client_fd - the client's descriptor for epoll, poll, libuv and the like.
 *
 * It becomes readable when there is something for rc_poll(), but only while it is armed: the
 * worker writes it in place of waking a sleeping thread, so a loop that is busy costs no system
 * call. The library reads it; wait for it with level triggering, for reading, and do no more. So a
 * loop is:
 *
 *     for (;;) {
 *             while (rc_poll(client) > 0)
 *                     ;
 *             if (rc_client_arm(client))
 *                     continue;
 *             epoll_wait(...);       - and serve the other descriptors, making calls as you like
 *     }
 *
 * libuv: a uv_poll_t for the descriptor, and rc_client_arm() in a uv_prepare_t.
 *
 * Returns:   the descriptor, the same each time, yours until rc_client_close(); -ENOTCONN; -EMFILE
 *            and the like from the system.
 * Blocks:    no.
 * Threads:   the client's thread only.
 * If the worker dies: it becomes readable, and rc_poll() completes the calls.
 */
int rc_client_fd(struct rc_client *client);

/*
 * rc_client_arm - have the descriptor of rc_client_fd() become readable at the next completion.
 *
 * To be called each time just before the loop sleeps. What reads replies disarms.
 *
 * Returns:   0: go to sleep; 1: there is something for rc_poll() now; -EINVAL when the client has
 *            no descriptor yet.
 * Blocks:    never.
 * Threads:   the client's thread only.
 * If the worker dies: 1.
 */
int rc_client_arm(struct rc_client *client);

/*
 * rc_call_cancel - end a call in flight without its result.
 *
 * 0 is then the call's only outcome: its callback never runs, rc_call_wait() returns -ECANCELED.
 * The handler, if it runs or will run, sees it by its context.Context. What was passed by
 * rc_alloc() is still read by the worker: see rc_call_release(). Slot and payload space are free
 * when its reply has come and was read, by any function that reads replies.
 *
 * Returns:   0; -EALREADY when the call has ended: its callback has run, or it was waited for, or
 *            cancelled before.
 * Blocks:    while the call's callback runs on another thread, so that afterwards it has run or
 *            never will; not from the callback itself.
 * Threads:   any, at any moment until the client is closed.
 * If the worker dies: a call that was not polled for is cancelled all the same.
 */
int rc_call_cancel(struct rc_call *call);

/*
 * rc_call_wait - wait for a call that was made with a handle and without a callback.
 *
 * What is generated for a method NAME has NAME_wait() as well, which knows the type of `reply`.
 *
 * reply        where a synchronous call of the method puts its reply: struct T *, or
 *              const struct T ** for rc_release(). NULL: the reply is not wanted.
 * deadline_ns  absolute CLOCK_MONOTONIC time, or RC_FOREVER.
 *
 * Such a call is neither completed nor counted by rc_poll() and rc_wait(): it holds its slot and
 * its reply until it is waited for or cancelled. Replies of other calls that come meanwhile are
 * kept for who wants them. rc_error_last() then speaks of this thread.
 *
 * Returns:   what a synchronous call returns, but -ETIMEDOUT leaves the call in flight: wait for
 *            it again, or cancel it; -ECANCELED when it was cancelled, or waited for before;
 *            -EINVAL when it has a callback, or another thread waits for it.
 * Blocks:    until the reply, the deadline, or the peer's death.
 * Threads:   any. The client's own thread may use the client meanwhile, or not.
 * If the worker dies: -ECONNRESET where it had taken the call, else -ENOTCONN; never hangs.
 */
int rc_call_wait(struct rc_call *call, void *reply, uint64_t deadline_ns);

/*
 * rc_call_release - give memory back when a call has ended and the worker reads it no more.
 *
 * memory  from rc_alloc(), passed to the call; the library's from here on.
 *
 * However the call ends, also when it is cancelled or the worker dies, the memory is released then
 * as by rc_release(); at once if it has ended already.
 *
 * Returns:   0; -EBUSY when the call has memory to release already: the memory stays yours.
 * Blocks:    never.
 * Threads:   any.
 * If the worker dies: the memory is released with the call.
 */
int rc_call_release(struct rc_call *call, const void *memory);

/*
 * rc_alloc - take payload space, in which strings and plain arrays are sent without a copy.
 *
 * bytes  0 is allowed.
 *
 * A call that passes such memory sends where it lies, wherever the pointer stands: in a string, a
 * slice or an optional, also inside of elements of others. Copied all the same are arrays whose
 * elements hold pointers, bools or enums (what they point to is not), and what is not aligned for
 * its type. The library only reads the memory: pointers become offsets in the message's own copy
 * of a struct, never in yours. So it may be passed again, by several calls at once, and in part.
 *
 * Returns:   memory aligned to 64 bytes, yours until rc_release() or rc_client_close(), or NULL
 *            with rc_error_last() at -EMSGSIZE (never fits) or -ENOMEM (does not fit now).
 *            Do not write to it while a call that passes it is in flight.
 * Blocks:    never.
 * Threads:   the client's thread only.
 * If the worker dies: the memory stays yours.
 */
void *rc_alloc(struct rc_client *client, size_t bytes);

/*
 * rc_release - give back a reply, or what rc_alloc() gave. NULL is allowed.
 *
 * Threads:   any, because replies of rc_call_wait() may be another thread's.
 */
void rc_release(struct rc_client *client, const void *memory);

/*
 * rc_client_stats - read a client's counters.
 *
 * The worker's side of a park that is going on is counted when it ends.
 *
 * Threads:   the client's thread only.
 */
void rc_client_stats(const struct rc_client *client, struct rc_stats *stats);

/*
 * rc_error_last - what the calling thread's last failed function of this library reported.
 *
 * Never NULL. Valid until the thread's next failure. A success does not change it.
 */
const struct rc_error *rc_error_last(void);

/*
 * rc_client_current - the client by whose thread a host function is run.
 *
 * For host functions that call Go: the call may be made on any client of the thread, and this is
 * one. With rc_options.host_thread it is the only one that the function may use.
 *
 * Returns:   the client; NULL outside of a host function, and where Go code in this process has
 *            called it, on a thread of Go's.
 * Threads:   the one that runs the host function.
 */
struct rc_client *rc_client_current(void);

/*
 * rc_host_fail - say why a function of a host service fails.
 *
 *	return rc_host_fail(-ENOENT, "no user %u", id);
 *
 * code    what the function is going to return: not 0. Go gets it as HostError.Code, and for a
 *         negative errno errors.Is(err, syscall.ENOENT) holds.
 * format  as for printf; of the text, Go gets what fits 2 KiB.
 *
 * A function that returns other than 0 without it gives Go the text of the errno. Go calls RC_LEAF
 * functions in its own process without this text.
 *
 * Returns:   code.
 * Blocks:    never.
 * Threads:   the one that runs the host function.
 */
int rc_host_fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * rc_host_alloc - memory for what the output of the running host function points to.
 *
 * It is freed when the function has returned and its output is on its way. Not for RC_LEAF
 * functions, whose output points to nothing.
 *
 * Returns:   zeroed memory, aligned for every type; NULL when there is none, and outside of a host
 *            function.
 * Blocks:    never.
 * Threads:   the one that runs the host function.
 */
void *rc_host_alloc(size_t bytes);

/* A struct rc_str of a C string that outlives it. NULL gives an empty one. */
struct rc_str rc_str_of(const char *text);

/* The time now, for deadlines: CLOCK_MONOTONIC in nanoseconds. */
uint64_t rc_now_ns(void);

#pragma GCC diagnostic pop

#ifdef __cplusplus
}
#endif

#endif
