// SPDX-License-Identifier: MIT

// Command worker is the Go side of examples/pipeline.
package main

import (
	"context"

	"ringcall/examples/pipeline/square"
	ringcall "ringcall/goside"
)

// squarer implements square.Service.
type squarer struct{}

// Of returns the square of a number.
func (squarer) Of(ctx context.Context, number uint32, result *uint64) error {
	*result = uint64(number) * uint64(number)
	return nil
}

func init() { ringcall.Register(square.NewService(squarer{})) }

func main() { ringcall.Main() }
