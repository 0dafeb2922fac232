// SPDX-License-Identifier: MIT

//go:build !amd64 || race

package shm

import "sync/atomic"

// Release stores value at word, in memory of this process; every write before it is seen before it
// by whoever loads word atomically. On arm64 atomic.StoreUint64 is a release store.
func Release(word *uint64, value uint64) { atomic.StoreUint64(word, value) }
