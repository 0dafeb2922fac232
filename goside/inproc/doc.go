// SPDX-License-Identifier: MIT

// Package inproc lets a C program have a worker's Go code in its own process. Import it for its
// effect in the main package:
//
//	import _ "ringcall/goside/inproc"
//
// Built with -buildmode=c-archive or c-shared, such a main package is what the endpoints "ring:",
// "ring:PATH.so", "cgo:" and "cgo:PATH.so" of rc_open use; its main function does not run, so
// services are registered in an init function. Built as a program with CGO_ENABLED=0 it is a
// worker, to which this package adds nothing.
package inproc
