/* SPDX-License-Identifier: MIT */
/*
 * ring.pml - one lane: calls, sleeping, and the worker's death at any step; for spin.
 *
 * Memory is that of x86: each side's stores wait in a queue of their own (`buffered`) and reach
 * `memory` in order, at any later time. A fence waits until the queue is empty; membarrier empties
 * the other side's as well. What a side sends is staged; sooner or later a flush commits all that
 * is, and looks once whether the other side sleeps. Sleeps have no bound here, so a wake-up that is
 * lost is a deadlock, which spin reports. What else has to hold is asserted:
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
#ifndef SLOTS
#define SLOTS 2
#endif

#define HOST 0
#define WORKER 1

/* Addresses of shared words. A ring has what its slots hold, and then their sequences. */
#define REQUESTS 0
#define REPLIES (2 * SLOTS)
#define HOST_WAITING (4 * SLOTS)
#define WORKER_WAITING (4 * SLOTS + 1)
#define TAKEN (4 * SLOTS + 2)
#define SLEEP_WORD (4 * SLOTS + 3) /* an address + 1, or 0 */
#define WORDS (4 * SLOTS + 4)

#define CALL(ring, position) (ring + (position) % SLOTS)
#define SEQUENCE(ring, position) (ring + SLOTS + (position) % SLOTS)

#define park_word(position) (2 * (position) + 1)
#define position_in(word) ((word) / 2)

byte memory[WORDS];
chan buffered[2] = [12] of { byte, byte };

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

/* A queue that is full would make the next store wait, and fewer orders would be looked at. */
inline store(side, address, value)
{
	atomic {
		assert(nfull(buffered[side]));
		buffered[side]!address, value
	}
}

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

/* Between the last slot that a waker commits and its look. */
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

/* Keeps what is sent in private memory. What position it will have is certain from now on. */
inline stage(next, call)
{
	atomic {
		staged[(next) % SLOTS] = call;
		next++
	}
}

/* Writes the slot of a position and makes it visible. */
inline commit(side, ring, position, read)
{
	atomic {
		assert(position - read < SLOTS);
		store(side, CALL(ring, position), staged[position % SLOTS]);
		staged[position % SLOTS] = 0
	};
	atomic {
		store(side, SEQUENCE(ring, position), position + 1);
		position++
	}
}

/* Whether a sleep announced by `word` is for a position from `first` to before `end`. */
#if defined(BREAK_look_for_the_first_only)
#define AMONG(word, first, end) (word == park_word(first))
#elif defined(BREAK_look_for_the_last_only)
#define AMONG(word, first, end) (word == park_word((end) - 1))
#else
#define AMONG(word, first, end) (word >= park_word(first) && word < park_word(end))
#endif

/* Leaves in `look` the announcement of the sleeper to wake, or 0. What is not needed any more is
 * made 0 here and elsewhere, because states that differ in it alone would all be looked at. */
inline look_among(side, first, end, waiting)
{
	atomic {
		look = memory[waiting];
		if
		:: AMONG(look, first, end) ->
#ifdef BREAK_wake_at_the_first
			look = park_word(first)
#else
			skip
#endif
#ifdef BREAK_flag_taken_by_the_waker
		:: look != 0 && !AMONG(look, first, end) ->
			store(side, waiting, 0);
			look = 0
#endif
		:: else -> look = 0
		fi;
		first = 0
	}
}

/* Commits what is staged, the positions from `sent` to before `next`, and looks once. */
inline flush(side, ring, next, read, waiting)
{
	first = sent;
#ifdef BREAK_wake_before_publish
	waker_barrier(side);
	look_among(side, first, next, waiting);
#endif
#ifdef BREAK_barrier_after_the_first
	commit(side, ring, sent, read);
	waker_barrier(side);
#endif
	do
	:: sent < next -> commit(side, ring, sent, read)
	:: else -> break
	od;
#ifndef BREAK_barrier_after_the_first
	waker_barrier(side);
#endif
#ifndef BREAK_wake_before_publish
	look_among(side, first, next, waiting);
#endif
	if
	:: look ->
		fence(side);
		atomic {
			futex_wake(SEQUENCE(ring, position_in(look)));
			look = 0
		}
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
		call = memory[CALL(REPLIES, replies)];
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
	:: memory[SEQUENCE(REPLIES, replies)] == replies + 1 -> take_reply()
	:: else -> break
	od;
#endif
	assert(memory[SEQUENCE(REPLIES, replies)] != replies + 1);
	call = 0;
	do
#ifdef BREAK_staged_not_settled
	:: call < sent ->
#else
	:: call < submitted ->
#endif
		if
		:: outcome[call] == 0 && memory[TAKEN] > call -> settle(call, OUTCOME_RESET)
		:: outcome[call] == 0 && memory[TAKEN] <= call ->
			assert(!ran[call]);
			settle(call, OUTCOME_NOT_RUN)
		:: else
		fi;
		call++
	:: else -> break
	od;
	assert(done == submitted)
}

inline sleep_for_reply()
{
	store(HOST, SLEEP_WORD, SEQUENCE(REPLIES, replies) + 1);
	store(HOST, HOST_WAITING, park_word(replies));
	sleeper_barrier(HOST);
	look = memory[SEQUENCE(REPLIES, replies)];
	if
#ifndef BREAK_no_last_look
	:: memory[SEQUENCE(REPLIES, replies)] == replies + 1
	:: memory[SEQUENCE(REPLIES, replies)] != replies + 1 && peer_dead
	:: memory[SEQUENCE(REPLIES, replies)] != replies + 1 && !peer_dead ->
#else
	:: true ->
#endif
		futex_wait(HOST, SEQUENCE(REPLIES, replies), look);
		!asleep[HOST]
	fi;
	store(HOST, HOST_WAITING, 0);
	atomic {
		store(HOST, SLEEP_WORD, 0);
		look = 0
	}
}

#ifdef BREAK_no_credit
#define MAY_SUBMIT (submitted < CALLS)
#else
#define MAY_SUBMIT (submitted < CALLS && submitted - done < SLOTS)
#endif

/* Before the host sleeps, it has sent what it has staged: it may wait for the reply to that. */
#ifdef BREAK_host_sleeps_before_flush
#define HOST_MAY_SLEEP true
#else
#define HOST_MAY_SLEEP (sent == submitted)
#endif

active proctype host()
{
	byte submitted, sent, done, replies, first, call, look, to, what;
	byte staged[SLOTS];

	do
	:: MAY_SUBMIT && !peer_dead -> stage(submitted, submitted + 1)
	:: sent < submitted -> flush(HOST, REQUESTS, submitted, requests_read, WORKER_WAITING)
	:: done < submitted && memory[SEQUENCE(REPLIES, replies)] == replies + 1 -> take_reply()
	:: done < submitted && memory[SEQUENCE(REPLIES, replies)] != replies + 1 ->
		/* A reply may come, and the worker die, between these two looks. */
		if
		:: peer_dead -> client_break()
		:: !peer_dead && HOST_MAY_SLEEP -> sleep_for_reply()
		:: !peer_dead && !HOST_MAY_SLEEP /* a flush is due */
		fi
	:: done == submitted && (submitted == CALLS || peer_dead) -> break
	od
}

inline sleep_for_request()
{
	store(WORKER, WORKER_WAITING, park_word(requests));
	sleeper_barrier(WORKER);
	look = memory[SEQUENCE(REQUESTS, requests)];
	if
#ifndef BREAK_no_last_look
	:: memory[SEQUENCE(REQUESTS, requests)] == requests + 1
	:: memory[SEQUENCE(REQUESTS, requests)] != requests + 1 ->
#else
	:: true ->
#endif
		futex_wait(WORKER, SEQUENCE(REQUESTS, requests), look);
end_idle:	!asleep[WORKER]
	fi;
	atomic {
		store(WORKER, WORKER_WAITING, 0);
		look = 0
	}
}

inline serve()
{
	atomic {
		call = memory[CALL(REQUESTS, requests)];
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
	stage(replies, call)
}

/* Before the worker sleeps, it has sent what it has staged: the host may wait for that. */
#ifdef BREAK_worker_sleeps_before_flush
#define WORKER_MAY_SLEEP true
#else
#define WORKER_MAY_SLEEP (sent == replies)
#endif

active proctype worker()
{
	byte requests, replies, sent, first, call, look, to, what;
	byte staged[SLOTS];

	{
		do
		:: memory[SEQUENCE(REQUESTS, requests)] == requests + 1 -> serve()
		:: sent < replies -> flush(WORKER, REPLIES, replies, replies_read, HOST_WAITING)
		:: memory[SEQUENCE(REQUESTS, requests)] != requests + 1 && WORKER_MAY_SLEEP ->
			sleep_for_request()
		od
	} unless { crashed }
}
