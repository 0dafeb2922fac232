/* SPDX-License-Identifier: MIT */
/*
 * atomic.h - the few atomic operations that ringcall uses, by name.
 *
 * Memory orders are written here and nowhere else. Each use of an acquire, a release or a fence
 * says in a comment which function it pairs with and which write must be seen before which.
 */
#ifndef RINGCALL_RING_ATOMIC_H
#define RINGCALL_RING_ATOMIC_H

#include <stdint.h>

static inline uint32_t rc__load_acquire(const uint32_t *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline uint32_t rc__load_relaxed(const uint32_t *word)
{
	return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static inline void rc__store_release(uint32_t *word, uint32_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
}

static inline void rc__store_relaxed(uint32_t *word, uint32_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELAXED);
}

static inline void rc__store_word_relaxed(uint64_t *word, uint64_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELAXED);
}

static inline void rc__store_word_release(uint64_t *word, uint64_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
}

/* Adds one to a word that several threads add to. */
static inline void rc__increment_release(uint32_t *word)
{
	__atomic_fetch_add(word, 1, __ATOMIC_RELEASE);
}

/* A counter that one thread adds to and others read. */
static inline void rc__count(uint64_t *counter)
{
	__atomic_store_n(counter, __atomic_load_n(counter, __ATOMIC_RELAXED) + 1, __ATOMIC_RELAXED);
}

static inline uint64_t rc__count_load(const uint64_t *counter)
{
	return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

static inline void *rc__load_pointer_acquire(void *const *pointer)
{
	return __atomic_load_n(pointer, __ATOMIC_ACQUIRE);
}

static inline void *rc__load_pointer_relaxed(void *const *pointer)
{
	return __atomic_load_n(pointer, __ATOMIC_RELAXED);
}

static inline void rc__store_pointer_release(void **pointer, void *value)
{
	__atomic_store_n(pointer, value, __ATOMIC_RELEASE);
}

static inline void rc__store_pointer_relaxed(void **pointer, void *value)
{
	__atomic_store_n(pointer, value, __ATOMIC_RELAXED);
}

/* Orders every earlier access of this thread before every later one. */
static inline void rc__fence(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* Keeps the compiler from moving accesses across; the other side runs membarrier(2). */
static inline void rc__compiler_fence(void)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/* Tells the CPU that this is a spin loop. On current x86 it takes some 40 ns. */
static inline void rc__cpu_relax(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ __volatile__("isb" ::: "memory");
#endif
}

/* Fetches a cache line that will be read soon. A hint, as the next one. */
static inline void rc__prefetch_read(const void *address)
{
	__builtin_prefetch(address);
}

/* Fetches a cache line that will be written soon. A hint: never faults, never waits. */
static inline void rc__prefetch_write(const void *address)
{
#if defined(__x86_64__)
	/* __builtin_prefetch() emits this only for CPUs that gcc was told of; others ignore it. */
	__asm__ __volatile__("prefetchw %0" : : "m"(*(const char *)address));
#else
	__builtin_prefetch(address, 1);
#endif
}

#endif
