/* SPDX-License-Identifier: MIT */
/*
 * cgo_helper.c - the program that times bare cgo calls, when its standard input says so.
 *
 * One command, one result, until the benchmark closes the pipe. The calls go straight to a function
 * that Go exports: no ring, no generated code.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/cgo_command.h"
#include "bench/clock.h"
#include "bench/libcgo_export.h"

/* Calls between two looks at the clock. */
enum {
	BATCH = 256
};

/* Calls for so long; counts into *result. */
static void run(uint64_t slice_ns, struct cgo_result *result)
{
	static uint64_t number;
	uint64_t start_ns = clock_now_ns();

	*result = (struct cgo_result){ 0 };
	do {
		for (uint32_t count = 0; count < BATCH; count++) {
			struct point in, out = { 0, 0 };

			number++;
			in = (struct point){ number, ~number };
			BenchSwap(&in, &out);
			result->wrong += out.x != in.y || out.y != in.x;
		}
		result->calls += BATCH;
		result->elapsed_ns = clock_now_ns() - start_ns;
	} while (result->elapsed_ns < slice_ns);
}

int main(void)
{
	struct cgo_command command;
	struct cgo_result result;

	while (read(STDIN_FILENO, &command, sizeof(command)) == sizeof(command)) {
		run(command.warm_ns, &result);
		run(command.slice_ns, &result);
		if (write(STDOUT_FILENO, &result, sizeof(result)) != sizeof(result))
			return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
