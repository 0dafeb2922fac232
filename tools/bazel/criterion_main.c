/* SPDX-License-Identifier: MIT */
/*
 * criterion_main.c - runs the Criterion tests of a program, and fails when there are none.
 *
 * Criterion's own main takes a program without tests for a success. Criterion finds tests by a
 * section of the program that nothing refers to, so a linker may leave it out unnoticed.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	struct criterion_test_set *tests = criterion_initialize();
	const char *filter = getenv("TESTBRIDGE_TEST_ONLY"); /* bazel test --test_filter */
	int status = 0;

	if (!tests->tests) {
		fprintf(stderr, "this program has no tests: did the linker drop them?\n");
		return 1;
	}
	if (filter)
		criterion_options.pattern = filter;
	if (criterion_handle_args(argc, argv, true))
		status = !criterion_run_all_tests(tests);
	criterion_finalize(tests);
	return status;
}
