// SPDX-License-Identifier: MIT

// Command worker serves the calls that bench/ring and bench/transports time. As a C archive it is
// the Go side of the latter's in-process transports.
package main

import (
	"context"

	"ringcall/bench/bench"
	ringcall "ringcall/goside"
)

type server struct{}

// Swap answers with the two numbers exchanged.
func (server) Swap(ctx context.Context, in, out *bench.Point) error {
	out.X, out.Y = in.Y, in.X
	return nil
}

func init() { ringcall.Register(bench.NewService(server{})) }

func main() { ringcall.Main() }
