// SPDX-License-Identifier: MIT

//go:build !ringcall_delays

package ringcall

// delayPoint stands in each window in which a wake-up or a takeover could go wrong; see
// ring/delay.h. It is nothing but in workers built for that test.
func delayPoint() {}
