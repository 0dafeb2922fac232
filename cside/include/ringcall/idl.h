/* SPDX-License-Identifier: MIT */
/*
 * ringcall/idl.h - the words in which an interface header is written.
 *
 * An interface is a plain C header: structs for what is passed, and for each service a struct of
 * function pointers. ringgen reads it; so does any C compiler, for which the annotations below
 * are nothing. docs/idl.md is the language's reference.
 */
#ifndef RINGCALL_IDL_H
#define RINGCALL_IDL_H

#ifdef __cplusplus
#pragma GCC system_header /* what is written for C does not keep the rules for C++ */
#endif

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __clang__
#define RC__ANNOTATE(text) __attribute__((annotate("ringcall:" text)))
#else
#define RC__ANNOTATE(text)
#endif

/* A service that Go implements. Methods return int; the one output, if any, is the last
 * parameter and a pointer to non-const. */
#define RC_SERVICE(name) struct RC__ANNOTATE("service") name

/* A service that the host implements and Go calls. */
#define RC_HOST_SERVICE(name) struct RC__ANNOTATE("host-service") name

/* Behind the brace of a service: its version, 1 where nothing is said. Both sides must have the
 * same: raise it when the meaning changes and the layout does not show it. */
#define RC_VERSION(number) RC__VERSION(number)
#define RC__VERSION(number) RC__ANNOTATE("version:" #number)

/* Behind the brace of a service: the endpoint that rc_open() opens when it gets NULL and the
 * environment says nothing, as RC_TRANSPORT("cgo:"). */
#define RC_TRANSPORT(endpoint) RC__ANNOTATE("transport:" endpoint)

/* On a method: the caller does not wait, and there is no reply. */
#define RC_ONEWAY RC__ANNOTATE("oneway")

/* On a method: the handler is short and never blocks. */
#define RC_INLINE RC__ANNOTATE("inline")

/* On a method: it may run twice. Both sides have to say so. The library repeats no call by
 * itself. */
#define RC_IDEMPOTENT RC__ANNOTATE("idempotent")

/* On a method of a host service: short, does not block and does not call back. */
#define RC_LEAF RC__ANNOTATE("leaf")

/* On a method: the Go handler takes its structs by value, not by pointer. */
#define RC_BY_VALUE RC__ANNOTATE("by-value")

/* On a field: its tag in the Go struct, as RC_TAG("json:\"id,omitempty\""). */
#define RC_TAG(text) RC__ANNOTATE("tag:" text)

/* Text: `len` bytes at `ptr`, without a NUL at the end. A Go string. */
struct rc_str {
	const char *ptr;
	size_t len;
};

/* Declares a slice of T: `len` elements at `ptr`. A Go []T. Set `cap` to `len`, or use
 * RC_SLICE_FROM(). */
#define RC_SLICE(name, T)                                                                          \
	struct RC__ANNOTATE("slice") name {                                                        \
		T const *ptr;                                                                      \
		size_t len;                                                                        \
		size_t cap;                                                                        \
	}

/* Declares a map from K to V: a slice of struct NAME_entry { K key; V value; }. A Go type with Get
 * and All. K is a scalar, an enum or struct rc_str; a key should stand in it once. */
#define RC_MAP(name, K, V)                                                                         \
	struct name##_entry {                                                                      \
		K key;                                                                             \
		V value;                                                                           \
	};                                                                                         \
	struct RC__ANNOTATE("map") name {                                                          \
		struct name##_entry const *ptr;                                                    \
		size_t len;                                                                        \
		size_t cap;                                                                        \
	}

/* A Go []byte. */
RC_SLICE(rc_bytes, uint8_t);

/* Initialisers: of a struct rc_str from a literal, of any slice from an array. */
#define RC_STR(literal)                                                                            \
	{                                                                                          \
		"" literal, sizeof(literal) - 1                                                    \
	}
#define RC_SLICE_FROM(array)                                                                       \
	{                                                                                          \
		(array), sizeof(array) / sizeof((array)[0]), sizeof(array) / sizeof((array)[0])    \
	}

/* The two arguments of "%.*s". Text of more than INT_MAX bytes is cut. */
#define RC_STR_ARG(s) (int)((s).len > 0x7fffffff ? 0x7fffffff : (s).len), (s).ptr

#endif
