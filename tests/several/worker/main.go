// SPDX-License-Identifier: MIT

// Command worker serves two headers whose names are the same.
package main

import (
	"context"
	"sync/atomic"

	ringcall "ringcall/goside"
	"ringcall/tests/several/left"
	"ringcall/tests/several/right"
)

type leftService struct{ noted atomic.Uint32 }

func (s *leftService) Get(ctx context.Context, item, same *left.Item) error {
	*same = *item
	return nil
}

func (s *leftService) Where(ctx context.Context, place, same *left.SharedPlace) error {
	*same = *place
	return nil
}

func (s *leftService) Note(ctx context.Context, number uint32) error {
	s.noted.Store(number)
	return nil
}

func (s *leftService) Noted(ctx context.Context, number *uint32) error {
	*number = s.noted.Load()
	return nil
}

type rightService struct{ noted atomic.Uint64 }

func (s *rightService) Get(ctx context.Context, item, same *right.Item) error {
	*same = *item
	return nil
}

func (s *rightService) Where(ctx context.Context, place, same *right.SharedPlace) error {
	*same = *place
	return nil
}

func (s *rightService) Note(ctx context.Context, number uint64) error {
	s.noted.Store(number)
	return nil
}

func (s *rightService) Noted(ctx context.Context, number *uint64) error {
	*number = s.noted.Load()
	return nil
}

func main() {
	ringcall.Register(right.NewService(&rightService{}))
	ringcall.Register(left.NewService(&leftService{}))
	ringcall.Main()
}
