/* SPDX-License-Identifier: MIT */
/* reply_fuzzer.c - what libFuzzer calls; see fuzz.sh. */
#include "tests/fuzz/reply/reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t bytes)
{
	reply_try(input, bytes);
	return 0;
}
