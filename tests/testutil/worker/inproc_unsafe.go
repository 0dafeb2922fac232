// SPDX-License-Identifier: MIT

//go:build cgo

package main

// #include <stdlib.h>
import "C"

import (
	"sync"
	"unsafe"

	_ "ringcall/goside/inproc"
)

var registered sync.Once

// kit_register does what main does in a worker. A test sets its environment first, which is why
// there is no init function for it: that would run before the test's first line.
//
//export kit_register
func kit_register() {
	registered.Do(func() { register(environment) })
}

// environment returns a variable as C code sees it: Go's own copy of the environment is older.
func environment(name string) string {
	key := C.CString(name)
	defer C.free(unsafe.Pointer(key))
	return C.GoString(C.getenv(key))
}
