/* SPDX-License-Identifier: MIT */
/*
 * criterion/criterion.h - stands in for Criterion under AddressSanitizer and ThreadSanitizer.
 *
 * Criterion's processes leave without a look for leaks, and it maps memory at an address that
 * ThreadSanitizer keeps for itself. This has the part of Criterion that our tests use, with the
 * same meaning: each test runs in a process of its own, by fork(). Chosen by //tools/bazel:c.bzl
 * for --config=asan and tsan only; formats are checked against their arguments in other builds.
 */
#ifndef RINGCALL_CRITERION_STAND_IN_H
#define RINGCALL_CRITERION_STAND_IN_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The parameters of a test that runs once for each. */
struct criterion_parameters {
	unsigned char *array;
	size_t element_bytes;
	size_t count;
};

struct criterion_test {
	const char *suite;
	const char *name;
	void (*run)(void);
	/* Of a test with parameters, in place of `run`. */
	void (*run_with)(void *parameter);
	struct criterion_parameters (*parameters)(void);

	/* As the options of Test() are called. */
	void (*init)(void);
	void (*fini)(void);
	const char *description;
	double timeout; /* seconds; Bazel has one as well */
	int signal;     /* that the test has to end with */
	int exit_code;  /* that the test has to end with */
	bool disabled;

	struct criterion_test *next;
};

void criterion_register(struct criterion_test *test);

/* Says what failed, unless `ok`; then ends the test, or if not `fatal` lets it
 * go on and fail. */
void criterion_check(bool ok, bool fatal, const char *file, int line, const char *expression,
		     const char *format, ...);

#define CRITERION_REGISTER(suite_, name_, run_, ...)                                               \
	__attribute__((constructor)) static void suite_##_##name_##_register(void)                 \
	{                                                                                          \
		static struct criterion_test test = {                                              \
			.suite = #suite_, .name = #name_, .run = run_, __VA_ARGS__                 \
		};                                                                                 \
		criterion_register(&test);                                                         \
	}

#define Test(suite_, name_, ...)                                                                   \
	static void suite_##_##name_##_run(void);                                                  \
	CRITERION_REGISTER(suite_, name_, suite_##_##name_##_run, __VA_ARGS__)                     \
	static void suite_##_##name_##_run(void)

#define ParameterizedTestParameters(suite_, name_)                                                 \
	static struct criterion_parameters suite_##_##name_##_parameters(void)

#define cr_make_param_array(type, array_, count_)                                                  \
	((struct criterion_parameters){ .array = (unsigned char *)(array_),                        \
					.element_bytes = sizeof(type),                             \
					.count = (count_) })

/* `parameter_` is declared as it is written: struct way *way. */
#define ParameterizedTest(parameter_, suite_, name_, ...)                                          \
	static void suite_##_##name_##_body(parameter_);                                           \
	static void suite_##_##name_##_run_with(void *parameter)                                   \
	{                                                                                          \
		suite_##_##name_##_body(parameter);                                                \
	}                                                                                          \
	CRITERION_REGISTER(suite_, name_, NULL, .run_with = suite_##_##name_##_run_with,           \
			   .parameters = suite_##_##name_##_parameters, __VA_ARGS__)               \
	static void suite_##_##name_##_body(parameter_)

#define TestSuite(suite_, ...)                                                                     \
	CRITERION_REGISTER(suite_, of_the_suite, NULL, __VA_ARGS__)                                \
	_Static_assert(true, "wants a semicolon")

#define CRITERION_CHECK(fatal, ok, expression, ...)                                                \
	criterion_check(ok, fatal, __FILE__, __LINE__, expression, "" __VA_ARGS__)

#define CRITERION_ASSERT(ok, ...) CRITERION_CHECK(true, ok, __VA_ARGS__)
#define CRITERION_EXPECT(ok, ...) CRITERION_CHECK(false, ok, __VA_ARGS__)

#define cr_fatal(...) CRITERION_ASSERT(false, "cr_fatal", __VA_ARGS__)
#define cr_fail(...) CRITERION_EXPECT(false, "cr_fail", __VA_ARGS__)

#define cr_assert(a, ...) CRITERION_ASSERT(!!(a), #a, __VA_ARGS__)
#define cr_assert_not(a, ...) CRITERION_ASSERT(!(a), "!" #a, __VA_ARGS__)
#define cr_assert_null(a, ...) CRITERION_ASSERT(!(a), #a " is NULL", __VA_ARGS__)
#define cr_assert_not_null(a, ...) CRITERION_ASSERT(!!(a), #a " is not NULL", __VA_ARGS__)
#define cr_assert_eq(a, b, ...) CRITERION_ASSERT((a) == (b), #a " == " #b, __VA_ARGS__)
#define cr_assert_neq(a, b, ...) CRITERION_ASSERT((a) != (b), #a " != " #b, __VA_ARGS__)
#define cr_assert_lt(a, b, ...) CRITERION_ASSERT((a) < (b), #a " < " #b, __VA_ARGS__)
#define cr_assert_leq(a, b, ...) CRITERION_ASSERT((a) <= (b), #a " <= " #b, __VA_ARGS__)
#define cr_assert_gt(a, b, ...) CRITERION_ASSERT((a) > (b), #a " > " #b, __VA_ARGS__)
#define cr_assert_geq(a, b, ...) CRITERION_ASSERT((a) >= (b), #a " >= " #b, __VA_ARGS__)
#define cr_assert_float_eq(a, b, epsilon, ...)                                                     \
	CRITERION_ASSERT(fabs((a) - (b)) <= (epsilon), #a " == " #b, __VA_ARGS__)
#define cr_assert_str_eq(a, b, ...) CRITERION_ASSERT(!strcmp((a), (b)), #a " is " #b, __VA_ARGS__)
#define cr_assert_str_neq(a, b, ...)                                                               \
	CRITERION_ASSERT(!!strcmp((a), (b)), #a " is not " #b, __VA_ARGS__)
#define cr_assert_str_empty(a, ...) CRITERION_ASSERT(!*(a), #a " is empty", __VA_ARGS__)
#define cr_assert_str_not_empty(a, ...) CRITERION_ASSERT(!!*(a), #a " is not empty", __VA_ARGS__)
#define cr_assert_arr_eq(a, b, bytes, ...)                                                         \
	CRITERION_ASSERT(!memcmp((a), (b), (bytes)), #a " is " #b, __VA_ARGS__)
#define cr_assert_arr_neq(a, b, bytes, ...)                                                        \
	CRITERION_ASSERT(!!memcmp((a), (b), (bytes)), #a " is not " #b, __VA_ARGS__)

#define cr_expect(a, ...) CRITERION_EXPECT(!!(a), #a, __VA_ARGS__)
#define cr_expect_not(a, ...) CRITERION_EXPECT(!(a), "!" #a, __VA_ARGS__)
#define cr_expect_null(a, ...) CRITERION_EXPECT(!(a), #a " is NULL", __VA_ARGS__)
#define cr_expect_not_null(a, ...) CRITERION_EXPECT(!!(a), #a " is not NULL", __VA_ARGS__)
#define cr_expect_eq(a, b, ...) CRITERION_EXPECT((a) == (b), #a " == " #b, __VA_ARGS__)
#define cr_expect_neq(a, b, ...) CRITERION_EXPECT((a) != (b), #a " != " #b, __VA_ARGS__)
#define cr_expect_lt(a, b, ...) CRITERION_EXPECT((a) < (b), #a " < " #b, __VA_ARGS__)
#define cr_expect_leq(a, b, ...) CRITERION_EXPECT((a) <= (b), #a " <= " #b, __VA_ARGS__)
#define cr_expect_gt(a, b, ...) CRITERION_EXPECT((a) > (b), #a " > " #b, __VA_ARGS__)
#define cr_expect_geq(a, b, ...) CRITERION_EXPECT((a) >= (b), #a " >= " #b, __VA_ARGS__)
#define cr_expect_str_eq(a, b, ...) CRITERION_EXPECT(!strcmp((a), (b)), #a " is " #b, __VA_ARGS__)
#define cr_expect_str_neq(a, b, ...)                                                               \
	CRITERION_EXPECT(!!strcmp((a), (b)), #a " is not " #b, __VA_ARGS__)

#endif
