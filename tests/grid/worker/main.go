// SPDX-License-Identifier: MIT

// Command worker serves the grid of types.
package main

import (
	ringcall "ringcall/goside"
	"ringcall/tests/grid/servegrid0"
	"ringcall/tests/grid/servegrid1"
)

func main() {
	ringcall.Register(servegrid0.New())
	ringcall.Register(servegrid1.New())
	ringcall.Main()
}
