// SPDX-License-Identifier: MIT

// Package ringcall is the Go side of ringcall: it serves calls that a C program makes through
// shared memory.
//
// A worker registers its services and hands over:
//
//	func init() { ringcall.Register(kv.NewService(&store{})) }
//	func main() { ringcall.Main() }
//
// where kv is the package that ringgen made from the C header. Handlers of one client run one
// after the other, those of different clients concurrently; a service registered with Concurrent
// has a goroutine for each call. What a handler gets of its request is read-only and valid until
// it returns; Clone makes it last. What it puts into its reply is copied when it returns, unless it
// lies in memory of Buffer.
//
// When the host dies the worker exits. When the worker dies the host's calls fail; nothing else is
// lost, because the host owns all shared memory.
package ringcall
