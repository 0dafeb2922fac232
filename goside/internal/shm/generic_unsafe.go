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

// CommitSlots copies slots of 32 bytes from private memory and commits them one after the other, as
// Commit does: slot i with the sequence 2*i behind the one that is given, where the copy has 0.
// There is at least one.
func CommitSlots(to, from unsafe.Pointer, count, sequence uint32) {
	for ; count > 0; count-- {
		slot, staged := (*[4]uint64)(to), (*[4]uint64)(from)
		slot[2], slot[3], slot[1] = staged[2], staged[3], staged[1]
		atomic.StoreUint64(&slot[0], staged[0]|uint64(sequence))
		to, from = unsafe.Add(to, 32), unsafe.Add(from, 32)
		sequence += 2
	}
}

// Pause does nothing here.
func Pause(count uint32) {}

// AheadSlots is how many slots FetchAhead fetches.
const AheadSlots = 8

// FetchAhead does nothing here.
func FetchAhead(slots unsafe.Pointer) {}
