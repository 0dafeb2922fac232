// SPDX-License-Identifier: MIT

package shm

import (
	"sync/atomic"
	"testing"
	"unsafe"
)

func TestCommitStoresTheWordAndNothingElse(t *testing.T) {
	words := [3]uint32{1, 2, 3}
	Commit(&words[1], 0xfedcba98, unsafe.Pointer(&words[2]))
	if words != [3]uint32{1, 0xfedcba98, 3} {
		t.Errorf("words are %#x", words)
	}
}

func TestCommitSlotsCopiesSlotsAndNothingElse(t *testing.T) {
	const slots = 3
	var from, to [4 * (slots + 1)]uint64
	for i := range from {
		from[i], to[i] = uint64(i)<<40|uint64(i)<<4<<32, ^uint64(i)
	}
	for i := 0; i < len(from); i += 4 {
		from[i] &^= 0xffffffff // the sequence
	}
	CommitSlots(unsafe.Pointer(&to), unsafe.Pointer(&from), slots, 0xfffffffd)
	for i, got := range to {
		want := from[i]
		if i%4 == 0 {
			want |= uint64(uint32(0xfffffffd) + uint32(i/4)*2)
		}
		if i >= 4*slots {
			want = ^uint64(i)
		}
		if got != want {
			t.Errorf("word %d is %#x; want %#x", i, got, want)
		}
	}
}

// The data is written before the flag, and has to be seen so.
func TestWritesBeforeACommitAreSeenBeforeIt(t *testing.T) {
	const turns = 100000
	var data, flag, seen uint32
	done := make(chan struct{})
	go func() {
		defer close(done)
		for turn := uint32(1); turn <= turns; turn++ {
			for atomic.LoadUint32(&flag) != turn {
				Pause(1)
			}
			if got := atomic.LoadUint32(&data); got != turn {
				t.Errorf("turn %d: data is %d", turn, got)
				atomic.StoreUint32(&seen, turns)
				return
			}
			atomic.StoreUint32(&seen, turn)
		}
	}()
	for turn := uint32(1); turn <= turns && atomic.LoadUint32(&seen) < turns; turn++ {
		atomic.StoreUint32(&data, turn)
		Commit(&flag, turn, unsafe.Pointer(&flag))
		for atomic.LoadUint32(&seen) < turn {
			Pause(1)
		}
	}
	<-done
}
