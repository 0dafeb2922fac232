/* SPDX-License-Identifier: MIT */
/*
 * takeover.pml - a lane is taken over from handlers that take any time; for spin.
 *
 * Memory is that of x86, as in ring.pml: stores wait in a queue of their own for each thread. The
 * poller runs a handler between two stores to RUNNING and looks at its mark; the watch marks it,
 * runs membarrier, and decides under the lock. Every handler may be left behind, and come back at
 * any step. ALWAYS_MARKED is a kernel without membarrier. What has to hold is asserted:
 *
 *   - one goroutine at a time reads requests, and every request is read once;
 *   - one goroutine at a time writes replies, each to a place of its own.
 *
 * ring/README.md says which code each name here stands for. BREAK_... takes one step away; the
 * model has to fail then.
 */
#ifndef CALLS
#define CALLS 3
#endif
#ifndef RUNNERS
#define RUNNERS 3
#endif
#define WATCH RUNNERS

/* Addresses of words. */
#define RUNNING(r) (r)
#define MARKED(r) (RUNNERS + (r))
#define REQUESTS (2 * RUNNERS)
#define REPLIES (2 * RUNNERS + 1)
#define WORDS (2 * RUNNERS + 2)

byte memory[WORDS];
chan buffered[RUNNERS + 1] = [5] of { byte, byte };

bool locked; /* the lane's mu. What follows is guarded by it. */
byte poller;
bool beside[RUNNERS];
byte count_beside;
byte runners = 1; /* that are in use */

/* What the code does not know. */
bool ran[CALLS];
bool replied[CALLS];
byte reading;
byte writing;

active proctype drain()
{
	byte side, address, value;

end:	do
	:: atomic {
		select(side: 0 .. RUNNERS);
		if
		:: nempty(buffered[side]) ->
			buffered[side]?address, value;
			memory[address] = value
		:: empty(buffered[side])
		fi
	}
	od
}

inline store(side, address, value) { buffered[side]!address, value }

/* An exchange: it waits for the stores before it. */
inline lock(side) { atomic { empty(buffered[side]) && !locked -> locked = true } }

inline unlock(side) { atomic { empty(buffered[side]) -> locked = false } }

inline membarrier()
{
#ifdef ALWAYS_MARKED
	empty(buffered[WATCH])
#else
	d_step {
		side = 0;
		do
		:: side <= RUNNERS && nempty(buffered[side]) ->
			buffered[side]?address, value;
			memory[address] = value
		:: side <= RUNNERS && empty(buffered[side]) -> side++
		:: side > RUNNERS -> break
		od;
		side = 0;
		address = 0;
		value = 0
	}
#endif
}

/* The poller alone. */
inline take()
{
	reading++;
	assert(reading == 1);
	assert(!ran[requests]);
	ran[requests] = true;
	requests++;
	store(self, REQUESTS, requests);
	reading--
}

inline publish()
{
	writing++;
	assert(writing == 1);
	assert(!replied[replies]);
	replied[replies] = true;
	replies++;
	store(self, REPLIES, replies);
	writing--
}

inline finish_marked()
{
	lock(self);
	replies = memory[REPLIES];
	publish();
	if
	:: beside[self] ->
		count_beside--;
		left = true
	:: else ->
#if defined(ALWAYS_MARKED)
		skip
#elif defined(BREAK_unmark_while_handlers_run)
		store(self, MARKED(self), 0)
#else
		if
		:: count_beside == 0 -> store(self, MARKED(self), 0)
		:: else
		fi
#endif
	fi;
	unlock(self)
}

proctype poll(byte self)
{
	byte requests, replies, look;
	bool left;

	requests = memory[REQUESTS];
	replies = memory[REPLIES];
	do
	:: !left && requests < CALLS ->
		take();
		store(self, RUNNING(self), requests);
		/* The handler runs, for as long as it likes. */
#ifdef BREAK_look_before_the_end
		look = memory[MARKED(self)];
		store(self, RUNNING(self), 0);
#else
		store(self, RUNNING(self), 0);
		look = memory[MARKED(self)];
#endif
		if
		:: look == 0 -> publish()
		:: look != 0 -> finish_marked()
		fi
	:: left || requests == CALLS -> break
	od
}

/* Leaves a runner behind. */
inline take_over()
{
	beside[runner] = true;
	count_beside++;
#ifndef BREAK_next_poller_is_not_marked
	memory[MARKED(runners)] = 1; /* seen by the goroutine that begins */
#endif
	poller = runners;
	run poll(runners);
	runners++
}

active proctype watch()
{
	byte runner, turn, side, address, value;

	atomic {
#ifdef ALWAYS_MARKED
		memory[MARKED(0)] = 1;
#endif
		run poll(0)
	};
end:	do
	:: runners < RUNNERS && memory[RUNNING(poller)] != 0 ->
		atomic {
			runner = poller;
			turn = memory[RUNNING(runner)]
		};
		if
		:: turn == 0
		:: turn != 0 ->
#ifdef BREAK_fence_before_the_mark
			membarrier();
			store(WATCH, MARKED(runner), 1);
			empty(buffered[WATCH]);
#else
			store(WATCH, MARKED(runner), 1);
#ifdef BREAK_no_fence_for_others
			empty(buffered[WATCH]);
#else
			membarrier();
#endif
#endif
			lock(WATCH);
			if
#ifdef BREAK_no_second_look
			:: true -> take_over()
#else
			:: memory[RUNNING(runner)] == turn -> take_over()
			:: memory[RUNNING(runner)] != turn
#endif
			fi;
			unlock(WATCH)
		fi
	od
}
