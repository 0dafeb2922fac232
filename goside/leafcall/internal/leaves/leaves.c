/* SPDX-License-Identifier: MIT */
/* leaves.c - see leaves.h. Compiled by the go command, as part of package leaves. */
//go:build cgo

#include "leaves.h"

#include <alloca.h>
#include <pthread.h>

#include "_cgo_export.h"

int leaf_add(void *context, void *args)
{
	struct leaf_numbers *numbers = args;
	const int64_t *more = context;

	numbers->sum = numbers->a + numbers->b + (more ? *more : 0);
	return (int)(numbers->sum & INT32_MAX);
}

int leaf_return(void *context, void *args)
{
	(void)context;
	return *(const int *)args;
}

int leaf_multiply(void *context, void *args)
{
	struct leaf_floats *floats = args;

	(void)context;
	floats->product = floats->scale * (float)floats->x;
	floats->hypotenuse_squared = floats->x * floats->x + floats->y * floats->y;
	return 0;
}

int leaf_sum_text(void *context, void *args)
{
	const struct leaf_text *const *text = args;
	int sum = 0;

	(void)context;
	for (size_t i = 0; i < (*text)->len; i++)
		sum += (*text)->ptr[i];
	return sum;
}

int leaf_add_words(void *context, int64_t a, int64_t b, int64_t c, int64_t d, int64_t *sum)
{
	const int64_t *more = context;

	*sum = a + 10 * b + 100 * c + 1000 * d + (more ? *more : 0);
	return 0;
}

int leaf_multiply_words(void *context, double x, int64_t by, float y, double *product)
{
	(void)context;
	*product = x * (double)by * (double)y;
	return 0;
}

int leaf_return_word(void *context, int64_t result)
{
	(void)context;
	return (int)result;
}

int leaf_fault_word(void *context, int64_t value)
{
	(void)value;
	return leaf_fault(context, NULL);
}

int leaf_use_stack(void *context, void *args)
{
	const size_t bytes = *(const size_t *)args, page_bytes = 4096;
	volatile unsigned char *stack = alloca(bytes);

	(void)context;
	for (size_t i = 0; i < bytes; i += page_bytes)
		stack[i] = (unsigned char)(i / page_bytes);
	for (size_t i = 0; i < bytes; i += page_bytes)
		if (stack[i] != (unsigned char)(i / page_bytes))
			return -1;
	return 0;
}

int leaf_spin(void *context, void *args)
{
	volatile uint64_t rounds = *(const uint64_t *)args;

	(void)context;
	while (rounds)
		rounds = rounds - 1;
	return 0;
}

int leaf_fault(void *context, void *args)
{
	volatile int *volatile nowhere = NULL;

	(void)context;
	(void)args;
	*nowhere = 1;
	return 0;
}

static void *thread_main(void *unused)
{
	leavesOnThread();
	return unused;
}

int leaf_on_thread(size_t stack_bytes)
{
	pthread_attr_t attributes;
	pthread_t thread;
	int error;

	pthread_attr_init(&attributes);
	error = pthread_attr_setstacksize(&attributes, stack_bytes);
	if (!error)
		error = pthread_create(&thread, &attributes, thread_main, NULL);
	pthread_attr_destroy(&attributes);
	return error ? error : pthread_join(thread, NULL);
}
