/* SPDX-License-Identifier: MIT */
/* criterion/parameterized.h - as Criterion has it: tests with parameters. All is in criterion.h. */
#include <criterion/criterion.h>
