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
