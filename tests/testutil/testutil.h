/* SPDX-License-Identifier: MIT */
/*
 * testutil.h - what the tests of the whole share: finding and opening workers, waiting for a
 * condition, counting what a process holds.
 *
 * Nothing here knows Criterion, so programs use it, too. A helper that cannot do its work ends the
 * process with a sentence.
 */
#ifndef RINGCALL_TESTS_TESTUTIL_H
#define RINGCALL_TESTS_TESTUTIL_H

#include <ringcall/ringcall.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#define TEST_NS_PER_MS UINT64_C(1000000)
#define TEST_NS_PER_S UINT64_C(1000000000)

/* The worker of kit.h, by its target's path. */
#define TEST_KIT_WORKER "tests/testutil/worker/worker"

/* The gate at which kit_held() counts the calls of kit_spin(). */
#define KIT_SPIN_GATE UINT64_MAX

/* How a peer waits and how its worker serves: what most tests run under. */
struct test_way {
	const char *name;
	bool park;       /* rc_options.spin_never */
	bool concurrent; /* a goroutine a call */
	bool ordered;    /* one handler of a client at a time */
};

/*
 * test_path - where a built program lies.
 *
 * target  the path of its target, as "tests/testutil/worker/worker".
 *
 * Looks in the runfiles, then next to this program and in the folders above. Returns storage of
 * this thread, valid until its next call.
 */
const char *test_path(const char *target);

/*
 * "worker:" and test_path(). For the kit's worker KIT_ENDPOINT in the environment chooses another
 * transport or build: "ring:", or a transport and the path of a target. The environment of Go code
 * in this process is that of the first call.
 */
const char *test_endpoint(const char *target);

/* Whether the kit's Go code runs in this process. */
bool test_in_process(void);

/* Whether its handlers run on the threads that call them. */
bool test_direct(void);

/* Opens the kit's worker in a way; options may be NULL. */
struct rc_peer *test_open(const struct test_way *way, const struct rc_options *options);

/* Opens a client. */
struct rc_client *test_client(struct rc_peer *peer);

/* Closes both; the worker has to leave by itself. client may be NULL. */
void test_close(struct rc_peer *peer, struct rc_client *client);

/* Absolute time so many milliseconds from now. */
uint64_t test_in_ms(uint64_t ms);

/* The end of patience with a condition: far more than any machine needs. */
uint64_t test_patience_ns(void);

/* Lets others run for a moment, between two looks at a condition. */
void test_nap(void);

/* Looks until the condition holds, or patience ends. Its value: whether it holds. */
#define TEST_UNTIL(condition)                                                                      \
	__extension__({                                                                            \
		uint64_t patience_ns_ = test_patience_ns();                                        \
		bool holds_;                                                                       \
		while (!(holds_ = (condition)) && rc_now_ns() < patience_ns_)                      \
			test_nap();                                                                \
		holds_;                                                                            \
	})

/* What a process holds that can leak. */
struct test_census {
	int descriptors;
	int threads;
	int mappings;
	int regions;  /* mappings of a ringcall memfd */
	int children; /* zombies among them */
};

void test_census_take(struct test_census *census);

/* Counts the entries of a folder, as "/proc/self/fd". */
int test_count_entries(const char *folder);

/* Whether the last error's text holds each of these words; the list ends with NULL. */
bool test_error_says(const char *word, ...) __attribute__((sentinel));

/* Whether a thread of this process sleeps, as for a call's reply. */
bool test_asleep(int thread_id);

/* CPU time that a process has used, in nanoseconds. */
uint64_t test_cpu_ns(int pid);

/* A deterministic stream of numbers. */
struct test_random {
	uint64_t state;
};

uint64_t test_random_next(struct test_random *random);

/* A number below `end`. */
uint64_t test_random_below(struct test_random *random, uint64_t end);

#endif
