// SPDX-License-Identifier: MIT

// Command worker implements tests/payload/places.h. KIT_CONCURRENT in the environment makes it
// serve each call by a goroutine of its own.
package main

import (
	"context"
	"os"
	"strings"

	ringcall "ringcall/goside"
	"ringcall/tests/payload/places"
)

type service struct{}

func (service) Addresses(ctx context.Context, all *places.All, addresses *[]uint64) error {
	seen := []uint64{
		addressOfText(all.Text), addressOf(all.Bytes), addressOf(all.Numbers),
		addressOf(all.Points), addressOfOne(all.Point), addressOf(all.Strings),
	}
	for _, text := range all.Strings {
		seen = append(seen, addressOfText(text))
	}
	seen = append(seen, addressOf(all.Rows))
	for _, row := range all.Rows {
		seen = append(seen, addressOf(row))
	}
	seen = append(seen, addressOf(all.Items))
	for i := range all.Items {
		seen = append(seen, addressOfText(all.Items[i].Name), addressOf(all.Items[i].Blob))
	}
	seen = append(seen, addressOfOne(all.Item))
	if all.Item != nil {
		seen = append(seen, addressOfText(all.Item.Name), addressOf(all.Item.Blob))
	}
	*addresses = append(seen, addressOf(all.Switches), addressOf(all.Colours))
	return nil
}

func (service) Echo(ctx context.Context, all *places.All, same *places.All) error {
	*same = *all
	return nil
}

func (service) Fill(ctx context.Context, bytes, numbers uint64, seed uint8,
	filled *places.Filled) error {
	filled.Bytes = ringcall.Buffer(ctx, int(bytes))
	for i := range filled.Bytes {
		filled.Bytes[i] = seed + uint8(i)
	}
	filled.Numbers = ringcall.BufferOf[uint64](ctx, int(numbers))
	for i := range filled.Numbers {
		filled.Numbers[i] = uint64(seed) + uint64(i)
	}
	filled.Text = strings.Repeat("copied ", int(seed))
	filled.BytesAddress = addressOf(filled.Bytes)
	filled.NumbersAddress = addressOf(filled.Numbers)
	return nil
}

func main() {
	var options []ringcall.Option
	if os.Getenv("KIT_CONCURRENT") != "" {
		options = append(options, ringcall.Concurrent())
	}
	ringcall.Register(places.NewService(service{}), options...)
	ringcall.Main()
}
