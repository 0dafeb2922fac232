// SPDX-License-Identifier: MIT

// Command worker answers the lines that examples/async-epoll reads.
package main

import (
	"context"
	"strings"

	"ringcall/examples/async-epoll/shout"
	ringcall "ringcall/goside"
)

// shouter implements shout.Service.
type shouter struct{}

// Answer returns the line in capitals.
func (shouter) Answer(ctx context.Context, line string, answer *string) error {
	*answer = strings.ToUpper(line)
	return nil
}

func init() { ringcall.Register(shout.NewService(shouter{})) }

func main() { ringcall.Main() }
