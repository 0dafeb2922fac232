// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"runtime"
	"sync/atomic"
	"time"

	"ringcall/bench/bench"
	ringcall "ringcall/goside"
)

// A troubler stands in the way of the calls that bench/latency times.
type troubler struct{}

// Nap sleeps.
func (troubler) Nap(ctx context.Context, ns uint64) error {
	time.Sleep(time.Duration(ns))
	return nil
}

// litterRate is how many bytes a second are allocated; 0: none.
var litterRate atomic.Uint64

// Litter sets how much garbage is made.
func (troubler) Litter(ctx context.Context, bytesPerS uint64, collections *uint32) error {
	if before := litterRate.Swap(bytesPerS); before == 0 && bytesPerS != 0 {
		go litter()
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	*collections = stats.NumGC
	return nil
}

// A sheet is a piece of garbage. It has pointers, so the collector has to look into it.
type sheet struct {
	next *sheet
	text [1016]byte
}

const sheetBytes = 1024

// litter allocates at the rate while there is one. It keeps 32 MiB, so that there is something to
// mark.
func litter() {
	var kept [32 << 10]*sheet
	made, start := uint64(0), time.Now()
	for rate := litterRate.Load(); rate != 0; rate = litterRate.Load() {
		due := uint64(time.Since(start).Seconds() * float64(rate))
		for ; made < due; made += sheetBytes {
			kept[made/sheetBytes%uint64(len(kept))] = new(sheet)
		}
		time.Sleep(time.Millisecond)
	}
}

func init() { ringcall.Register(bench.NewTroubleService(troubler{})) }
