// SPDX-License-Identifier: MIT

// Command go is the Go side of examples/both: a worker, or a shared library.
package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	"ringcall/examples/both/shop"
	ringcall "ringcall/goside"
	_ "ringcall/goside/inproc"
)

// seller implements shop.Service.
type seller struct{}

// Sell asks the host for each article, and for the time.
func (seller) Sell(ctx context.Context, articles []string, bill *shop.Bill) error {
	store := shop.NewStoreClient(ctx)
	var lines []string
	for _, name := range articles {
		article, err := store.Find(name)
		if errors.Is(err, syscall.ENOENT) {
			return fmt.Errorf("sold out: %w", err)
		}
		if err != nil {
			return err
		}
		if err := store.Take(name); err != nil {
			return err
		}
		bill.Cents += article.Cents
		lines = append(lines, fmt.Sprintf("a %s of %s", article.Unit, name))
	}
	now, err := store.Now()
	if err != nil {
		return err
	}
	date := time.Unix(int64(now), 0).UTC().Format(time.DateOnly)
	bill.Text = fmt.Sprintf("%s: %s, %d cents", date, strings.Join(lines, ", "), bill.Cents)
	return nil
}

func init() { ringcall.Register(shop.NewService(seller{})) }

func main() { ringcall.Main() }
