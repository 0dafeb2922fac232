/* SPDX-License-Identifier: MIT */
/*
 * ring.pml - one lane: calls, sleeping, and the worker's death at any step; for spin.
 *
 * Memory is that of x86: each side's stores wait in a queue of their own (`buffered`) and reach
 * `memory` in order, at any later time. A fence waits until the queue is empty; membarrier empties
 * the other side's as well. Sleeps have no bound here, so a wake-up that is lost is a deadlock,
 * which spin reports. What else has to hold is asserted:
 *
 *   - no slot is written before what it held was read, and none is read before it is written;
 *   - every call gets exactly one outcome, and a reply is the reply of its own call;
 *   - a call that is said not to have run did not run, and a reply that was sent is not lost.
 *
 * ring/README.md says which code each name here stands for. BREAK_... takes one step away; the
 * model has to fail then, or it would prove nothing.
 */
#ifndef CALLS
#define CALLS 2
#endif
#define SLOTS 2

#define HOST 0
#define WORKER 1

/* Addresses of shared words. */
#define REQUEST_CALL(position) ((position) % SLOTS)
#define REQUEST_SEQUENCE(position) (2 + (position) % SLOTS)
#define REPLY_CALL(position) (4 + (position) % SLOTS)
#define REPLY_SEQUENCE(position) (6 + (position) % SLOTS)
#define HOST_WAITING 8
#define WORKER_WAITING 9
#define TAKEN 10
#define SLEEP_WORD 11 /* an address + 1, or 0 */
#define WORDS 12

#define park_word(position) (2 * (position) + 1)

byte memory[WORDS];
chan buffered[2] = [4] of { byte, byte };

/* Who sleeps on which word. */
bool asleep[2];
byte asleep_on[2];

bool crashed;   /* the worker is dead */
bool peer_dead; /* the supervisor has said so */

/* What the code does not know. */
byte requests_read;
byte replies_read;
bool ran[CALLS];
byte outcome[CALLS];

#define OUTCOME_REPLY 1
#define OUTCOME_RESET 2  /* -ECONNRESET: it may have run */
#define OUTCOME_NOT_RUN 3 /* -ENOTCONN: it did not */

/* The memory system. */
active proctype drain()
{
	byte address, value;

end:	do
	:: atomic { buffered[HOST]?address, value -> memory[address] = value }
	:: atomic { buffered[WORKER]?address, value -> memory[address] = value }
	od
}

inline store(side, address, value) { buffered[side]!address, value }

inline fence(side) { empty(buffered[side]) }

inline membarrier(side)
{
	d_step {
		do
		:: buffered[HOST]?to, what -> memory[to] = what
		:: empty(buffered[HOST]) -> break
		od;
		do
		:: buffered[WORKER]?to, what -> memory[to] = what
		:: empty(buffered[WORKER]) -> break
		od;
		to = 0;
		what = 0
	}
}

/* After a sleeper's announcement. */
inline sleeper_barrier(side)
{
#if defined(BREAK_no_fence)
	skip
#elif defined(MEMBARRIER)
	membarrier(side)
#else
	fence(side)
#endif
}

/* Between a waker's commit and its look. */
inline waker_barrier(side)
{
#if defined(BREAK_no_fence) || defined(MEMBARRIER)
	skip
#else
	fence(side)
#endif
}

/* The kernel's part. A system call is a fence; the word is compared and the sleep begun at once. */
inline futex_wait(side, address, expected)
{
	fence(side);
	atomic {
		if
#ifdef BREAK_sleep_on_a_constant
		:: true ->
#else
		:: memory[address] == expected ->
#endif
			asleep[side] = true;
			asleep_on[side] = address
		:: memory[address] != expected
		fi
	}
}

inline futex_wake(address)
{
	atomic {
		if
		:: asleep[HOST] && asleep_on[HOST] == address -> asleep[HOST] = false
		:: else
		fi;
		if
		:: asleep[WORKER] && asleep_on[WORKER] == address -> asleep[WORKER] = false
		:: else
		fi
	}
}

/* Makes a slot visible and wakes its reader, if that sleeps for it. */
inline commit(side, sequence, position, waiting)
{
#ifdef BREAK_wake_before_publish
	waker_barrier(side);
	look = memory[waiting];
	store(side, sequence, position + 1);
#else
	store(side, sequence, position + 1);
	waker_barrier(side);
	look = memory[waiting];
#endif
	if
	:: look == park_word(position) ->
		fence(side);
		futex_wake(sequence)
#ifdef BREAK_flag_taken_by_the_waker
	:: look != 0 && look != park_word(position) ->
		store(side, waiting, 0)
#endif
	:: else
	fi
}

/* The supervisor: sees the death when all that the worker stored has reached memory. */
active proctype supervisor()
{
	byte word;

end:	atomic { crashed && empty(buffered[WORKER]) -> peer_dead = true };
	do
	:: word = memory[SLEEP_WORD];
		if
		:: word -> futex_wake(word - 1)
		:: else -> break
		fi;
#ifdef BREAK_wake_once
		break
#endif
	od
}

#ifdef CRASH
/* Kills the worker at any step, or never: a wake-up that only the death makes up for is lost. */
active proctype killer()
{
	if
	:: crashed = true
	:: true
	fi
}
#endif

/* One call's outcome. */
inline settle(call, how)
{
	atomic {
		assert(outcome[call] == 0);
		outcome[call] = how;
		done++
	}
}

inline take_reply()
{
	atomic {
		call = memory[REPLY_CALL(replies)];
		assert(call > 0);
		replies_read++;
		replies++
	};
	settle(call - 1, OUTCOME_REPLY)
}

/* The worker is dead: what it has sent counts, the rest is settled. */
inline client_break()
{
#ifndef BREAK_settle_before_reading
	do
	:: memory[REPLY_SEQUENCE(replies)] == replies + 1 -> take_reply()
	:: else -> break
	od;
#endif
	assert(memory[REPLY_SEQUENCE(replies)] != replies + 1);
	call = 0;
	do
	:: call < submitted ->
		if
		:: outcome[call] == 0 && memory[TAKEN] > call -> settle(call, OUTCOME_RESET)
		:: outcome[call] == 0 && memory[TAKEN] <= call ->
			assert(!ran[call]);
			settle(call, OUTCOME_NOT_RUN)
		:: else
		fi;
		call++
	:: else -> break
	od
}

inline sleep_for_reply()
{
	store(HOST, SLEEP_WORD, REPLY_SEQUENCE(replies) + 1);
	store(HOST, HOST_WAITING, park_word(replies));
	sleeper_barrier(HOST);
	look = memory[REPLY_SEQUENCE(replies)];
	if
#ifndef BREAK_no_last_look
	:: memory[REPLY_SEQUENCE(replies)] == replies + 1
	:: memory[REPLY_SEQUENCE(replies)] != replies + 1 && peer_dead
	:: memory[REPLY_SEQUENCE(replies)] != replies + 1 && !peer_dead ->
#else
	:: true ->
#endif
		futex_wait(HOST, REPLY_SEQUENCE(replies), look);
		!asleep[HOST]
	fi;
	store(HOST, HOST_WAITING, 0);
	store(HOST, SLEEP_WORD, 0)
}

#ifdef BREAK_no_credit
#define MAY_SUBMIT (submitted < CALLS)
#else
#define MAY_SUBMIT (submitted < CALLS && submitted - done < SLOTS)
#endif

active proctype host()
{
	byte submitted, done, replies, call, look, to, what;

	do
	:: MAY_SUBMIT && !peer_dead ->
		atomic {
			assert(submitted - requests_read < SLOTS);
			store(HOST, REQUEST_CALL(submitted), submitted + 1)
		};
		commit(HOST, REQUEST_SEQUENCE(submitted), submitted, WORKER_WAITING);
		submitted++
	:: done < submitted && memory[REPLY_SEQUENCE(replies)] == replies + 1 -> take_reply()
	:: done < submitted && memory[REPLY_SEQUENCE(replies)] != replies + 1 ->
		if
		:: peer_dead -> client_break()
		:: !peer_dead -> sleep_for_reply()
		fi
	:: done == submitted && (submitted == CALLS || peer_dead) -> break
	od
}

inline sleep_for_request()
{
	store(WORKER, WORKER_WAITING, park_word(requests));
	sleeper_barrier(WORKER);
	look = memory[REQUEST_SEQUENCE(requests)];
	if
#ifndef BREAK_no_last_look
	:: memory[REQUEST_SEQUENCE(requests)] == requests + 1
	:: memory[REQUEST_SEQUENCE(requests)] != requests + 1 ->
#else
	:: true ->
#endif
		futex_wait(WORKER, REQUEST_SEQUENCE(requests), look);
end_idle:	!asleep[WORKER]
	fi;
	store(WORKER, WORKER_WAITING, 0)
}

inline serve()
{
	atomic {
		call = memory[REQUEST_CALL(requests)];
		assert(call > 0);
		requests_read++;
		requests++
	};
#ifdef BREAK_taken_after_the_handler
	ran[call - 1] = true;
	store(WORKER, TAKEN, requests);
#else
	store(WORKER, TAKEN, requests);
	ran[call - 1] = true;
#endif
	atomic {
		assert(replies - replies_read < SLOTS);
		store(WORKER, REPLY_CALL(replies), call)
	};
	commit(WORKER, REPLY_SEQUENCE(replies), replies, HOST_WAITING);
	replies++
}

active proctype worker()
{
	byte requests, replies, call, look, to, what;

	{
		do
		:: memory[REQUEST_SEQUENCE(requests)] == requests + 1 -> serve()
		:: memory[REQUEST_SEQUENCE(requests)] != requests + 1 -> sleep_for_request()
		od
	} unless { crashed }
}
