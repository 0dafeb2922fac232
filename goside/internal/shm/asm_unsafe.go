// SPDX-License-Identifier: MIT

//go:build amd64 || arm64

package shm

import "unsafe"

// Commit stores value at word; every write before it is seen before it by whoever loads word with
// acquire. It costs a plain store, where atomic.StoreUint32 costs an exchange. Then it fetches the
// cache line at ahead, which will be written soon.
//
//go:noescape
func Commit(word *uint32, value uint32, ahead unsafe.Pointer)

// CommitSlots copies slots of 32 bytes from private memory and commits them one after the other, as
// Commit does: slot i with the sequence 2*i behind the one that is given, where the copy has 0.
// There is at least one.
//
//go:noescape
func CommitSlots(to, from unsafe.Pointer, count, sequence uint32)

// Pause tells the CPU, count times, that this is a spin loop.
func Pause(count uint32)

// AheadSlots is how many slots FetchAhead fetches.
const AheadSlots = 8

// FetchAhead fetches the cache lines of so many slots, which will be written soon.
//
//go:noescape
func FetchAhead(slots unsafe.Pointer)
