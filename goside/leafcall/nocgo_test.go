// SPDX-License-Identifier: MIT

//go:build !cgo

package leafcall

import (
	"fmt"
	"strings"
	"testing"
)

func TestCallPanicsWithoutCgo(t *testing.T) {
	defer func() {
		if text := fmt.Sprint(recover()); !strings.Contains(text, "CGO_ENABLED=0") {
			t.Errorf("panicked with %q", text)
		}
	}()
	Call(nil, nil, nil)
}
