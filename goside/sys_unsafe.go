// SPDX-License-Identifier: MIT

package ringcall

import (
	"fmt"
	"os"
	"syscall"
	"unsafe"

	"ringcall/goside/internal/layout"
)

// Numbers that package syscall lacks; see linux/futex.h and linux/membarrier.h.
const (
	futexOpWait = 0 // shared between processes; the timeout is relative
	futexOpWake = 1

	membarrierGlobalExpedited         = 1 << 1
	membarrierRegisterGlobalExpedited = 1 << 2

	membarrierPrivateExpedited         = 1 << 3
	membarrierRegisterPrivateExpedited = 1 << 4

	getSeals   = 1034 // F_GET_SEALS
	sealSeal   = 1
	sealShrink = 2
	sealGrow   = 4

	clockMonotonic = 1
	timerCloexec   = 0x80000 // TFD_CLOEXEC
)

// futexWait sleeps while *word is value, for at most timeoutNs. It reports whether the time ran
// out. The scheduler knows that the thread blocks, and gives its place to another.
func futexWait(word *uint32, value uint32, timeoutNs int64) bool {
	timeout := syscall.NsecToTimespec(timeoutNs)
	_, _, errno := syscall.Syscall6(syscall.SYS_FUTEX, uintptr(unsafe.Pointer(word)),
		futexOpWait, uintptr(value), uintptr(unsafe.Pointer(&timeout)), 0, 0)
	return errno == syscall.ETIMEDOUT
}

// futexWake wakes every sleeper on word, in this process and others.
func futexWake(word *uint32) {
	const all = 1<<31 - 1
	syscall.RawSyscall6(syscall.SYS_FUTEX, uintptr(unsafe.Pointer(word)), futexOpWake, all,
		0, 0, 0)
}

// eventWrite makes an eventfd readable. One that is full is so already.
func eventWrite(fd int) {
	one := uint64(1)
	syscall.RawSyscall(syscall.SYS_WRITE, uintptr(fd), uintptr(unsafe.Pointer(&one)), 8)
}

// membarrier runs a fence on every CPU on which a registered process is running.
func membarrier() {
	syscall.RawSyscall(sysMembarrier, membarrierGlobalExpedited, 0, 0)
}

// membarrierRegister makes this process one of those; it reports whether the kernel can.
func membarrierRegister() bool {
	_, _, errno := syscall.RawSyscall(sysMembarrier, membarrierRegisterGlobalExpedited, 0, 0)
	return errno == 0
}

// fenceThreads runs a fence on every CPU on which a thread of this process is running.
func fenceThreads() {
	syscall.RawSyscall(sysMembarrier, membarrierPrivateExpedited, 0, 0)
}

// fenceThreadsRegister makes fenceThreads work; it reports whether the kernel can.
func fenceThreadsRegister() bool {
	_, _, errno := syscall.RawSyscall(sysMembarrier, membarrierRegisterPrivateExpedited, 0, 0)
	return errno == 0
}

// A timer is a timerfd: to set it wakes no thread, only its end does. It is waited for by Go's
// poller of descriptors. A thread that sat in read(2) would lose its processor to the scheduler's
// monitor at each wait, and that keeps the monitor awake: thousands of timer interrupts a second,
// for each of which a virtual machine may stop a CPU for 50 µs.
type timer struct {
	fd   int
	file *os.File
	ends [8]byte
}

func newTimer() (timer, error) {
	fd, _, errno := syscall.Syscall(syscall.SYS_TIMERFD_CREATE, clockMonotonic,
		timerCloexec|syscall.O_NONBLOCK, 0)
	if errno != 0 {
		return timer{fd: -1}, fmt.Errorf("timerfd_create: %w", errno)
	}
	return timer{fd: int(fd), file: os.NewFile(fd, "timerfd")}, nil
}

// set has wait return in so many nanoseconds, and then each time that as many as `every` have gone
// by, or never when they are 0. An earlier set is forgotten.
func (t *timer) set(ns, every int64) {
	setting := struct{ interval, value syscall.Timespec }{
		syscall.NsecToTimespec(every), syscall.NsecToTimespec(ns)}
	syscall.RawSyscall6(syscall.SYS_TIMERFD_SETTIME, uintptr(t.fd), 0,
		uintptr(unsafe.Pointer(&setting)), 0, 0, 0)
}

// wait blocks until the timer ends. One goroutine waits.
func (t *timer) wait() { t.file.Read(t.ends[:]) }

func (t *timer) close() { t.file.Close() }

// monotonicNow returns CLOCK_MONOTONIC in nanoseconds, as the host's deadlines count it.
func monotonicNow() uint64 {
	var now syscall.Timespec
	syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, clockMonotonic,
		uintptr(unsafe.Pointer(&now)), 0)
	return uint64(now.Nano())
}

// seals returns the seals of a memfd.
func seals(fd int) (int, error) {
	flags, _, errno := syscall.Syscall(syscall.SYS_FCNTL, uintptr(fd), getSeals, 0)
	if errno != 0 {
		return 0, errno
	}
	return int(flags), nil
}

// asBytes returns the bytes of a packet, which holds no pointers.
func asBytes[T any](packet *T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(packet)), unsafe.Sizeof(*packet))
}

// headerOf returns what every control packet begins with.
func headerOf(packet []byte) layout.Control {
	return *(*layout.Control)(unsafe.Pointer(unsafe.SliceData(packet[:controlHeaderBytes])))
}

// regionHeader returns the start of a mapped region.
func regionHeader(region []byte) *layout.Region {
	return (*layout.Region)(unsafe.Pointer(unsafe.SliceData(region)))
}
