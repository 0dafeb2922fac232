// SPDX-License-Identifier: MIT

// Command wrong_worker answers wrongly now and then: the benchmarks have to notice.
package main

import (
	"context"

	"ringcall/bench/bench"
	"ringcall/bench/lists"
	ringcall "ringcall/goside"
)

type server struct{}

// Swap exchanges the two numbers, but not the 50th pair.
func (server) Swap(ctx context.Context, in, out *bench.Point) error {
	out.X, out.Y = in.Y, in.X
	if in.X == 50 {
		out.Y++
	}
	return nil
}

// A listServer is the Go side of bench/codec, whose replies lack a byte.
type listServer struct{}

func (listServer) Put(ctx context.Context, batch *lists.Batch, sum *uint64) error { return nil }

func (listServer) Get(ctx context.Context, batch *lists.Batch) error { return nil }

func (listServer) Store(ctx context.Context, bytes []byte, length *uint64) error { return nil }

func (listServer) TimeGo(ctx context.Context, batch *lists.Batch, work lists.GoWork, sliceNs uint64,
	workNs *float64) error {
	*workNs = 1
	return nil
}

// Load answers with a byte too few.
func (listServer) Load(ctx context.Context, bytes uint64, seed uint8, inPlace bool,
	loaded *[]byte) error {
	*loaded = make([]byte, bytes-1)
	return nil
}

func init() {
	ringcall.Register(bench.NewService(server{}))
	ringcall.Register(lists.NewService(listServer{}))
}

func main() { ringcall.Main() }
