// SPDX-License-Identifier: MIT

//go:build ringcall_cgo || !cgo

package leafcall

import (
	"strings"
	"testing"
)

func TestNotFastAndWhy(t *testing.T) {
	if Fast() || !strings.Contains(Reason(), "built") {
		t.Errorf("Fast() is %t, Reason() %q", Fast(), Reason())
	}
}
