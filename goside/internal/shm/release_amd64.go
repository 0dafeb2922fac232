// SPDX-License-Identifier: MIT

//go:build !race

package shm

// Release stores value at word, in memory of this process; every write before it is seen before it
// by whoever loads word atomically.
//
// On amd64 a plain store does that, because the compiler moves no store over another and the
// CPU does not either. atomic.StoreUint64 would be an exchange.
func Release(word *uint64, value uint64) { *word = value }
