// SPDX-License-Identifier: MIT

// The versions are those of package leafcall; plain.go has the rest.
//
//go:build cgo && gc && linux && !go1.27 && !ringcall_cgo

package inproc

/*
#include <stddef.h>
#include <stdint.h>

void crosscall2(void (*function)(void *), void *argument, int bytes, size_t context);

static uintptr_t rc__enter(void) { return (uintptr_t)crosscall2; }
*/
import "C"

// enter returns the address of Go's crosscall2, through which all exported functions enter Go, with
// some work around it that a call in place does without: each waits until the runtime has begun,
// which it has when there is a site, and asks for a context for tracebacks through C.
func enter() uint64 { return uint64(C.rc__enter()) }
