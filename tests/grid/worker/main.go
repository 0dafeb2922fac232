// SPDX-License-Identifier: MIT

// Command worker serves the grid of types.
package main

import (
	ringcall "ringcall/goside"
	"ringcall/tests/grid/servegrid0"
	"ringcall/tests/grid/servegrid1"
	"ringcall/tests/grid/servegrid2"
	"ringcall/tests/grid/servegrid3"
	"ringcall/tests/grid/servegrid4"
	"ringcall/tests/grid/servegrid5"
	"ringcall/tests/grid/servegrid6"
)

func main() {
	ringcall.Register(servegrid0.New())
	ringcall.Register(servegrid1.New())
	ringcall.Register(servegrid2.New())
	ringcall.Register(servegrid3.New())
	ringcall.Register(servegrid4.New())
	ringcall.Register(servegrid5.New())
	ringcall.Register(servegrid6.New())
	ringcall.Main()
}
