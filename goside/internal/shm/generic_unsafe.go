// SPDX-License-Identifier: MIT

//go:build !amd64 && !arm64

package shm

import (
	"sync/atomic"
	"unsafe"
)

// Commit stores value at word; every write before it is seen before it by whoever loads word with
// acquire.
func Commit(word *uint32, value uint32, ahead unsafe.Pointer) { atomic.StoreUint32(word, value) }

// Pause does nothing here.
func Pause(count uint32) {}

// AheadSlots is how many slots FetchAhead fetches.
const AheadSlots = 8

// FetchAhead does nothing here.
func FetchAhead(slots unsafe.Pointer) {}
