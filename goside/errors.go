// SPDX-License-Identifier: MIT

package ringcall

import (
	"errors"
	"fmt"
)

// An Error is an error with a code of the application's own. A handler that returns one, or an
// error that wraps one, gives the host both: rc_error_last()->application and ->text.
type Error struct {
	Code int64
	Text string
}

// Error returns the text.
func (e *Error) Error() string { return e.Text }

// Errorf returns an *Error with the given code and a formatted text.
func Errorf(code int64, format string, arguments ...any) error {
	return &Error{code, fmt.Sprintf(format, arguments...)}
}

// codeOf returns the application's code of an error, or 0.
func codeOf(err error) int64 {
	var coded *Error
	if errors.As(err, &coded) {
		return coded.Code
	}
	return 0
}
