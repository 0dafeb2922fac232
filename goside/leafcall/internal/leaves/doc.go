// SPDX-License-Identifier: MIT

// Package leaves has C functions for the tests of package leafcall, and a thread of C's that calls
// Go. A test file cannot use cgo itself.
package leaves
