// SPDX-License-Identifier: MIT

// Command worker is the Go side of examples/hello.
package main

import (
	"context"
	"strings"
	"unicode/utf8"

	"ringcall/examples/hello/hello"
	ringcall "ringcall/goside"
)

// greeter implements hello.Service.
type greeter struct{}

// Greet makes a greeting.
func (greeter) Greet(ctx context.Context, request *hello.Request, reply *hello.Reply) error {
	if request.Name == "" {
		return ringcall.Errorf(1, "whom shall I greet?")
	}
	greeting := "Hello, " + request.Name + "! "
	reply.Text = strings.TrimSpace(strings.Repeat(greeting, int(request.Times)))
	reply.Letters = uint32(utf8.RuneCountInString(request.Name))
	return nil
}

// Add adds two numbers.
func (greeter) Add(ctx context.Context, a, b int64, sum *int64) error {
	*sum = a + b
	return nil
}

func init() { ringcall.Register(hello.NewService(greeter{})) }

func main() { ringcall.Main() }
