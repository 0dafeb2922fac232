// SPDX-License-Identifier: MIT

// Command worker serves the calls that bench/ring and bench/transports time. As a C archive it is
// the Go side of the latter's in-process transports.
package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ringcall/bench/bench"
	ringcall "ringcall/goside"
)

type server struct{}

// Swap answers with the two numbers exchanged.
func (server) Swap(ctx context.Context, in, out *bench.Point) error {
	out.X, out.Y = in.Y, in.X
	return nil
}

// A caller calls the host.
type caller struct{}

// Swap times calls of the host, one after the other.
func (caller) Swap(ctx context.Context, calls uint32, ns *uint64) error {
	host := bench.NewHostClient(ctx)
	start := time.Now()
	for i := range uint64(calls) {
		out, err := host.Swap(&bench.Point{X: i, Y: ^i})
		if err != nil {
			return err
		}
		if err := check(i, out); err != nil {
			return err
		}
	}
	*ns = uint64(time.Since(start))
	return nil
}

// check returns an error when the host answered a call wrongly. It is short enough to be inlined.
func check(i uint64, out bench.Point) error {
	if out.X != ^i || out.Y != i {
		return wrong(i, out)
	}
	return nil
}

//go:noinline
func wrong(i uint64, out bench.Point) error {
	return fmt.Errorf("the host answered call %d with %+v", i, out)
}

// timeBare times calls of a C function by cgo; it is set where there is one.
var timeBare = func(uint32) (float64, error) {
	return 0, errors.New("a worker process has no C to call in place")
}

// Leaf times calls of a leaf function, and of a C function by cgo.
func (caller) Leaf(ctx context.Context, calls uint32, ns *bench.LeafNs) (err error) {
	host := bench.NewHostClient(ctx)
	start := time.Now()
	for i := range uint64(calls) {
		out, err := host.LeafSwap(&bench.Point{X: i, Y: ^i})
		if err != nil {
			return err
		}
		if err := check(i, out); err != nil {
			return err
		}
	}
	ns.Leaf = float64(time.Since(start)) / float64(calls)
	ns.Bare, err = timeBare(calls)
	return err
}

func init() {
	ringcall.Register(bench.NewService(server{}))
	ringcall.Register(bench.NewBackService(caller{}))
}

func main() { ringcall.Main() }
