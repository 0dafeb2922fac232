// SPDX-License-Identifier: MIT

// Command worker serves a header that lacks a method which the host has.
package main

import (
	"context"

	ringcall "ringcall/goside"
	"ringcall/tests/badstart/short/pair"
)

type service struct{}

func (service) Ask(ctx context.Context, user *pair.User, answer *uint64) error {
	*answer = uint64(user.Age)
	return nil
}

type moreService struct{}

func (moreService) Other(ctx context.Context, question uint64, answer *uint64) error {
	*answer = 666
	return nil
}

func main() {
	ringcall.Register(pair.NewService(service{}))
	ringcall.Register(pair.NewMoreService(moreService{}))
	ringcall.Main()
}
