// SPDX-License-Identifier: MIT

// Command worker serves the calls that bench/ring and bench/transports time. As a C archive it is
// the Go side of the latter's in-process transports.
package main

import (
	"context"
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
		if out.X != ^i || out.Y != i {
			return fmt.Errorf("the host answered call %d with %+v", i, out)
		}
	}
	*ns = uint64(time.Since(start))
	return nil
}

func init() {
	ringcall.Register(bench.NewService(server{}))
	ringcall.Register(bench.NewBackService(caller{}))
}

func main() { ringcall.Main() }
