// SPDX-License-Identifier: MIT

// Command gen writes the grid of types: all constructors of the interface language, nested.
//
//	gen PART PARTS HEADER TABLE GO
//
// It writes part number PART of PARTS: an interface header, a C table that says how its types are
// made, and the Go service that serves it. constructors in types.go is the list to extend.
package main

import (
	"fmt"
	"go/format"
	"os"
	"strconv"
)

func main() {
	if len(os.Args) != 6 {
		fail(fmt.Errorf("usage: gen PART PARTS HEADER TABLE GO"))
	}
	index, err := strconv.Atoi(os.Args[1])
	if err != nil {
		fail(err)
	}
	parts, err := strconv.Atoi(os.Args[2])
	if err != nil {
		fail(err)
	}
	p := newPart(index, parts)
	source, err := format.Source([]byte(emitGo(p)))
	if err != nil {
		fail(err)
	}
	write(os.Args[3], emitHeader(p))
	write(os.Args[4], emitTable(p))
	write(os.Args[5], string(source))
}

func write(path, text string) {
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "gen:", err)
	os.Exit(1)
}
