// SPDX-License-Identifier: MIT

package types

import (
	"fmt"
	"testing"
)

func TestStringOfAnEnumIsItsConstant(t *testing.T) {
	tests := []struct {
		value fmt.Stringer
		want  string
	}{
		{Red, "Red"},
		{Color(17), "Color(17)"},
		{AlsoBlue, "Blue"}, // the first of two with one value
		{Minus, "Minus"},
		{Sign(-17), "Sign(-17)"},
		{WideMin, "WideMin"},
		{HugeMax, "HugeMax"},
		{Huge(1 << 63), "Huge(9223372036854775808)"},
		{Down, "Down"}, // of a typedef
	}
	for _, test := range tests {
		if got := test.value.String(); got != test.want {
			t.Errorf("String() of %T is %q, want %q", test.value, got, test.want)
		}
	}
	if got := fmt.Sprintf("%v %d", Green, Green); got != "Green 1" {
		t.Errorf("%%v and %%d print %q", got)
	}
}
