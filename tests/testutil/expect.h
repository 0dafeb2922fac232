/* SPDX-License-Identifier: MIT */
/* expect.h - assertions about calls, and tests that run in every way; for Criterion tests. */
#ifndef RINGCALL_TESTS_EXPECT_H
#define RINGCALL_TESTS_EXPECT_H

#include <criterion/criterion.h>
#include <errno.h>

#include "tests/testutil/testutil.h"

/* A call returns 0. */
#define EXPECT_OK(call) cr_assert_eq((call), 0, "%s: %s", #call, rc_error_last()->text)

/* A call fails with this code, and says whether the Go function ran. */
#define EXPECT_FAILS(call, code_, ran_)                                                            \
	do {                                                                                       \
		int status_ = (call);                                                              \
		cr_assert_eq(status_, (code_), "%s returned %d: %s", #call, status_,               \
			     status_ ? rc_error_last()->text : "success");                         \
		cr_assert_eq(rc_error_last()->code, (code_), "the code of the text differs");      \
		cr_assert_eq(rc_error_last()->ran, (ran_), "ran is %d: %s",                        \
			     (int)rc_error_last()->ran, rc_error_last()->text);                    \
	} while (0)

/* The text of the last error holds all of these words. */
#define EXPECT_SAYS(...)                                                                           \
	cr_assert(test_error_says(__VA_ARGS__, NULL), "the text is: %s", rc_error_last()->text)

/* The condition comes true. */
#define EXPECT_UNTIL(condition) cr_assert(TEST_UNTIL(condition), "never came true: %s", #condition)

#define TEST_IN_WAY_(suite_, name_, way_, ...)                                                     \
	Test(suite_, name_##_##way_, .timeout = 240)                                               \
	{                                                                                          \
		static const struct test_way way = { .name = #way_, __VA_ARGS__ };                 \
		suite_##_##name_(&way);                                                            \
	}

/* A test that runs spinning and parking. The body gets `const struct test_way *way`. */
#define TEST_SPIN_PARK(suite_, name_)                                                              \
	static void suite_##_##name_(const struct test_way *way);                                  \
	TEST_IN_WAY_(suite_, name_, spin, .park = false)                                           \
	TEST_IN_WAY_(suite_, name_, park, .park = true)                                            \
	static void suite_##_##name_(const struct test_way *way)

/* The same, and with a goroutine a call: for what does not depend on the order of calls. */
#define TEST_ALL_WAYS(suite_, name_)                                                               \
	static void suite_##_##name_(const struct test_way *way);                                  \
	TEST_IN_WAY_(suite_, name_, spin, .park = false)                                           \
	TEST_IN_WAY_(suite_, name_, park, .park = true)                                            \
	TEST_IN_WAY_(suite_, name_, concurrent, .concurrent = true)                                \
	static void suite_##_##name_(const struct test_way *way)

#endif
