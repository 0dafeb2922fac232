// SPDX-License-Identifier: MIT

// Command go is the Go side of examples/plugin: a shared library, or a worker.
package main

import (
	"context"
	"strings"
	"unicode"

	"ringcall/examples/plugin/words"
	ringcall "ringcall/goside"
	_ "ringcall/goside/inproc"
)

// counter implements words.Service.
type counter struct{}

// Count counts words and letters.
func (counter) Count(ctx context.Context, text string, counts *words.Counts) error {
	counts.Words = uint64(len(strings.Fields(text)))
	for _, r := range text {
		if unicode.IsLetter(r) {
			counts.Letters++
		}
	}
	return nil
}

func init() { ringcall.Register(words.NewService(counter{})) }

func main() { ringcall.Main() }
