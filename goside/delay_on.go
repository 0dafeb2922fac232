// SPDX-License-Identifier: MIT

//go:build ringcall_delays

package ringcall

import (
	"math/rand/v2"
	"runtime"
	"time"
)

// delayPoint loses some time at random; see ring/delay.h.
func delayPoint() {
	random := rand.Uint64()
	switch {
	case random%2 != 0:
	case random%512 == 0:
		time.Sleep(20 * time.Microsecond)
	case random%32 == 0:
		runtime.Gosched()
	default:
		for turn := random >> 20 & 255; turn > 0; turn-- {
			pause()
		}
	}
}
