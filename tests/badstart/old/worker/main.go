// SPDX-License-Identifier: MIT

// Command worker serves the header of another day.
package main

import (
	"context"

	ringcall "ringcall/goside"
	"ringcall/tests/badstart/old/pair"
)

type service struct{}

func (service) Ask(ctx context.Context, user *pair.User, answer *uint64) error {
	*answer = user.Age
	return nil
}

func (service) Later(ctx context.Context, question uint64, answer *uint64) error {
	*answer = question
	return nil
}

func main() {
	ringcall.Register(pair.NewService(service{}))
	ringcall.Main()
}
