// SPDX-License-Identifier: MIT

package ringcall

import (
	"sync/atomic"
	"syscall"

	"ringcall/goside/internal/layout"
)

// A bell wakes the host's side of a lane. A host in an event loop sleeps on an eventfd, which it
// sends when its client is first asked for one.
type bell struct {
	fd atomic.Int32 // plus 1; 0: none yet
}

// wake wakes the sleeper that line says is there: as it wants it, on word or by the eventfd.
func (b *bell) wake(line *layout.ParkLine, word *uint32) {
	// Written before what told us that it sleeps, so it is seen.
	if atomic.LoadUint32(&line.How) != layout.ParkFd {
		futexWake(word)
		return
	}
	if fd := b.fd.Load(); fd != 0 {
		eventWrite(int(fd) - 1)
	}
	// Else it is on its way, and open wakes the host.
}

// open takes the eventfd, and writes it once: a wake-up may have come before it. It reports false
// when there is one already.
func (b *bell) open(fd int) bool {
	if !b.fd.CompareAndSwap(0, int32(fd)+1) {
		return false
	}
	eventWrite(fd)
	return true
}

// close closes the eventfd. Nobody wakes the host any more.
func (b *bell) close() {
	if fd := b.fd.Swap(0); fd != 0 {
		syscall.Close(int(fd) - 1)
	}
}

// openBell gives a lane its eventfd; false: it cannot have one.
func (w *worker) openBell(index uint32, fd int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	l := w.lanes[index]
	if l == nil || !l.bell.open(fd) {
		syscall.Close(fd)
		return false
	}
	return true
}
