// SPDX-License-Identifier: MIT

//go:build cgo && gc && linux && (amd64 || arm64) && !go1.27 && !ringcall_cgo

package leafcall

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"unsafe"

	"ringcall/goside/leafcall/internal/viacgo"
)

// The releases whose patch versions may take the assembly path.
var versions = []string{"go1.23", "go1.24", "go1.25", "go1.26"}

// Where the assembly finds fields of the runtime's struct g (a goroutine), its member `sched` and
// struct m (a thread); see runtime2.go of Go's source. The assembly includes these constants.
const (
	offsetGM       = 48 // g.m: the thread that runs g
	offsetGSchedSP = 56 // g.sched.sp: where g's stack ends while another runs on g's thread
	offsetGSchedPC = 64 // g.sched.pc
	offsetMG0      = 0  // m.g0: the goroutine that has the thread's own stack

	// g.stackguard0, which the prologue of each function compares with; a preemption raises it.
	offsetGStackGuard0 = 16
)

// Bounds of g's stack, known to the compiler; only what follows reads them.
const (
	offsetGStackLo = 0
	offsetGStackHi = 8
)

// offsets are what inspect looks at, and what its test changes.
type offsets struct{ gM, gSchedSP, gSchedPC, mG0 uintptr }

var here = offsets{offsetGM, offsetGSchedSP, offsetGSchedPC, offsetMG0}

// versionReason returns why version, from runtime.Version, is not served; "" if it is. "go1.26",
// "go1.26.8" and "go1.26.8 X:some" are served; candidates and development versions are not.
func versionReason(version string) string {
	for _, release := range versions {
		patch, found := strings.CutPrefix(version, release)
		if found && (patch == "" || patch[0] == '.' || patch[0] == ' ') {
			return ""
		}
	}
	return fmt.Sprintf("the assembly for Call was checked on releases of %s, not on %s",
		strings.Join(versions, ", "), version)
}

// A span is a stack, of which no byte lies at hi.
type span struct{ lo, hi uintptr }

func (s span) holds(address uintptr) bool {
	return s.lo <= address && address < s.hi
}

// What look found of this goroutine and the thread that runs it.
type view struct {
	local            uintptr // the address of a local variable
	stack            span
	schedSP, schedPC uintptr
	g, m, g0, g0M    uintptr
	threadStack      span
	threadSP         uintptr
}

// word returns the word at address, or 0 where none can be.
//
//go:nosplit
//go:nocheckptr
func word(address uintptr) uintptr {
	const pageBytes = 4096
	if address < pageBytes || address%unsafe.Alignof(address) != 0 {
		return 0
	}
	return *(*uintptr)(unsafe.Add(nil, address))
}

// look reads all at once: nosplit keeps the stack from moving in the middle. It faults if an offset
// is wrong and leads to what is no address.
//
//go:nosplit
func look(at *offsets) view {
	var v view
	v.g = currentG()
	v.local = uintptr(unsafe.Pointer(&v))
	v.stack = span{word(v.g + offsetGStackLo), word(v.g + offsetGStackHi)}
	v.schedSP, v.schedPC = word(v.g+at.gSchedSP), word(v.g+at.gSchedPC)
	v.m = word(v.g + at.gM)
	v.g0 = word(v.m + at.mG0)
	v.g0M = word(v.g0 + at.gM)
	v.threadStack = span{word(v.g0 + offsetGStackLo), word(v.g0 + offsetGStackHi)}
	v.threadSP = word(v.g0 + at.gSchedSP)
	return v
}

// inspect returns what contradicts the offsets in what they lead to; "" if nothing does.
func inspect(at offsets) (why string) {
	defer func() {
		if fault := recover(); fault != nil {
			why = fmt.Sprintf("following the offsets led to no memory: %v", fault)
		}
	}()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	return again(func() string { return judge(yield(&at)) })
}

// again returns what check, on one thread, says at last. A preemption in the middle of check leaves
// another place in g.sched than it wants to find there, but not each time.
func again(check func() string) (why string) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	const attempts = 10
	for range attempts {
		if why = check(); why == "" {
			return ""
		}
	}
	return why
}

// yield has the runtime store this goroutine's place in g.sched, which is in here or, where that is
// not inlined, in Gosched. Coming back clears sp and leaves pc.
//
//go:noinline
func yield(at *offsets) view {
	runtime.Gosched()
	return look(at)
}

func judge(v view) string {
	yielded := functionAt(v.schedPC)
	switch {
	case !v.stack.holds(v.local):
		return "g.stack is not at its offset: it does not hold a local variable"
	case v.schedSP != 0:
		return "g.sched.sp is not at its offset: it is set while the goroutine runs"
	case yielded != "runtime.Gosched" && !strings.HasSuffix(yielded, "leafcall.yield"):
		return "g.sched.pc is not at its offset: it is not where the goroutine yielded"
	case v.g0 == v.g || v.g0M != v.m || v.m == 0:
		return "g.m or m.g0 is not at its offset: g.m.g0.m is not g.m"
	case v.threadStack.holds(v.local):
		return "m.g0 is not at its offset: it has the goroutine's own stack"
	case !v.threadStack.holds(v.threadSP):
		return "g.sched.sp is not at its offset: g0's is not in the thread's stack"
	}
	return ""
}

func functionAt(pc uintptr) string {
	if function := runtime.FuncForPC(pc); function != nil {
		return function.Name()
	}
	return ""
}

// try makes calls and returns what was wrong with them; "" if nothing was. inspect has agreed.
func try() string { return again(tryOnce) }

func tryOnce() string {
	var probe viacgo.Probe
	before := look(&here)
	result := call(viacgo.ProbeFunction(), unsafe.Pointer(&before), unsafe.Pointer(&probe))
	after := look(&here)
	switch {
	case result != viacgo.ProbeResult || probe.Context != unsafe.Pointer(&before):
		return "a call on trial lost its argument or result"
	case !before.threadStack.holds(probe.Frame):
		return "a call on trial did not run on the thread's stack"
	case probe.Frame%viacgo.FrameAlign != 0:
		return "a call on trial ran on a stack that is not aligned"
	case after.g != before.g || after.threadSP != before.threadSP:
		return "a call on trial left the thread with another goroutine"
	case !strings.HasSuffix(functionAt(after.schedPC), ".inLeaf"):
		return "a call on trial did not leave its place in g.sched.pc"
	}
	return tryBound(&before)
}

var errTrial = errors.New("leafcall: on trial")

// tryBound calls a func value, which does not get to C when it is preempted.
func tryBound(before *view) string {
	type probing = func(_ uintptr, probe *viacgo.Probe) error
	var probe viacgo.Probe
	var got int32
	slow := probing(func(uintptr, *viacgo.Probe) error { return nil })
	value := Bind(viacgo.ProbeFunction(), unsafe.Pointer(before),
		*(*unsafe.Pointer)(unsafe.Pointer(&slow)), func(result int32) error {
			got = result
			return errTrial
		})
	guard := word(before.g + offsetGStackGuard0)
	err := (*(*probing)(unsafe.Pointer(&value)))(0, &probe)
	after := look(&here)
	switch {
	case guard <= before.stack.lo || guard >= before.local:
		return "g.stackguard0 is not at its offset: it is not between stack and its end"
	case err != errTrial || got != viacgo.ProbeResult ||
		probe.Context != unsafe.Pointer(before):
		return "a call on trial of a func value lost its argument or result"
	case !before.threadStack.holds(probe.Frame) || probe.Frame%viacgo.FrameAlign != 0:
		return "a call on trial of a func value did not run on the thread's stack, aligned"
	case after.g != before.g || after.threadSP != before.threadSP:
		return "a call on trial of a func value left the thread with another goroutine"
	case !strings.HasSuffix(functionAt(after.schedPC), ".inBound"):
		return "a call on trial of a func value did not leave its place in g.sched.pc"
	}
	return ""
}
