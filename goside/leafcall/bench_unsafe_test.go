// SPDX-License-Identifier: MIT

//go:build cgo

package leafcall

import (
	"slices"
	"testing"
	"time"
	"unsafe"

	"ringcall/goside/leafcall/internal/leaves"
)

func BenchmarkLeaf(b *testing.B) {
	numbers := leaves.Numbers{A: 1, B: 2}
	for range b.N {
		Call(leaves.Add, nil, unsafe.Pointer(&numbers))
	}
}

func BenchmarkCgo(b *testing.B) {
	numbers := leaves.Numbers{A: 1, B: 2}
	for range b.N {
		leaves.AddByCgo(&numbers)
	}
}

// BenchmarkBeside runs both in short rounds by turns, so that a machine whose speed changes changes
// it for both. It reports the medians of the rounds' times and of their ratio.
func BenchmarkBeside(b *testing.B) {
	const calls = 1000
	numbers := leaves.Numbers{A: 1, B: 2}
	var leaf, cgo, ratio []float64
	for range b.N {
		start := time.Now()
		for range calls {
			Call(leaves.Add, nil, unsafe.Pointer(&numbers))
		}
		middle := time.Now()
		for range calls {
			leaves.AddByCgo(&numbers)
		}
		leafNs := float64(middle.Sub(start)) / calls
		cgoNs := float64(time.Since(middle)) / calls
		leaf, cgo = append(leaf, leafNs), append(cgo, cgoNs)
		ratio = append(ratio, cgoNs/leafNs)
	}
	b.ReportMetric(median(leaf), "ns/leaf")
	b.ReportMetric(slices.Min(leaf), "ns/leaf-min")
	b.ReportMetric(median(cgo), "ns/cgo")
	b.ReportMetric(median(ratio), "cgo/leaf")
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
