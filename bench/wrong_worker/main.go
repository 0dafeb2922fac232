// SPDX-License-Identifier: MIT

// Command wrong_worker answers wrongly now and then: bench/ring has to notice.
package main

import (
	"context"

	"ringcall/bench/bench"
	ringcall "ringcall/goside"
)

type server struct{}

// Swap exchanges the two numbers, but not the 5000th pair.
func (server) Swap(ctx context.Context, in, out *bench.Point) error {
	out.X, out.Y = in.Y, in.X
	if in.X == 5000 {
		out.Y++
	}
	return nil
}

func init() { ringcall.Register(bench.NewService(server{})) }

func main() { ringcall.Main() }
