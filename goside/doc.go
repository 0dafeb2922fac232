// SPDX-License-Identifier: MIT

// Package ringcall is the Go side of ringcall: it serves calls that a C program makes through
// shared memory.
//
// A worker registers its services and hands over:
//
//	func init() { ringcall.Register(kv.NewService(&store{})) }
//	func main() { ringcall.Main() }
//
// where kv is the package that ringgen made from the C header. What a handler gets of its request
// is read-only and valid until it returns; Clone makes it last. What it puts into its reply is
// copied when it returns, unless it lies in memory of Buffer.
//
// Handlers run concurrently: those of different clients always, and those of one client when one
// of them takes longer than some tens of microseconds while others wait, whatever it does then: it
// is found in less than a millisecond while the host polls or waits, and else in some five.
// Nothing is needed for that, and a handler that is short pays nothing for it. Replies come in
// any order, and a call may overtake one-way calls that were made before it. MaxHandlers limits
// how many handlers of a client run at once; a service registered with Concurrent has a goroutine
// for each call from the start; handlers of RC_INLINE methods hold up the calls behind them.
//
// A service that the host implements has a client made by ringgen, for any goroutine:
//
//	now, err := kv.NewHostClient(ctx).Now()
//
// From a worker, the call is run by the thread of the client whose handler ctx belongs to, while
// that thread waits or polls; with another context, by the thread of the client that was opened
// first; or, where the host asked for it (rc_options.host_thread), by a thread of its library. The
// host function may call Go in turn, 16 levels deep. A call that the host does not come to ends
// with its context.
//
// When the host dies the worker exits. When the worker dies the host's calls fail; nothing else is
// lost, because the host owns all shared memory.
package ringcall
