// SPDX-License-Identifier: MIT

//go:build cgo

package leafcall

import (
	"math"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"ringcall/goside/leafcall/internal/leaves"
)

// add has C compute a + b and returns both of its results.
func add(a, b int64) (sum int64, low int32) {
	numbers := leaves.Numbers{A: a, B: b}
	low = Call(leaves.Add, nil, unsafe.Pointer(&numbers))
	return numbers.Sum, low
}

func TestCallReturnsTheFunctionsResult(t *testing.T) {
	const errno = -110
	for _, want := range []int32{0, 1, -1, errno, math.MaxInt32, math.MinInt32} {
		if got := Call(leaves.Return, nil, unsafe.Pointer(&want)); got != want {
			t.Errorf("C returned %d, Call %d", want, got)
		}
	}
}

func TestCallPassesContextAndArgs(t *testing.T) {
	more := int64(100)
	numbers := leaves.Numbers{A: math.MaxInt32, B: 2}
	low := Call(leaves.Add, unsafe.Pointer(&more), unsafe.Pointer(&numbers))
	if want := numbers.A + numbers.B + more; numbers.Sum != want || int64(low) != want-1<<31 {
		t.Errorf("got %d and %d, want %d and %d", numbers.Sum, low, want, want-1<<31)
	}
}

func TestCallPassesFloats(t *testing.T) {
	floats := leaves.Floats{X: 1.5, Y: -2, Scale: 0.25}
	Call(leaves.Multiply, nil, unsafe.Pointer(&floats))
	if floats.Product != 0.375 || floats.HypotenuseSquared != 6.25 {
		t.Errorf("got %+v, want a product of 0.375 and 6.25", floats)
	}
}

// cgo itself would refuse such arguments, or C would have to get a pinned pointer.
func TestArgsMayLeadToGoPointers(t *testing.T) {
	text := new(string)
	*text = strings.Repeat("ab", 100)
	args := &struct{ text *string }{text}
	got := Call(leaves.SumText, nil, unsafe.Pointer(args))
	if want := int32(100 * ('a' + 'b')); got != want {
		t.Errorf("got %d, want %d", got, want)
	}
	runtime.KeepAlive(args)
}

func TestCallAllocatesNothing(t *testing.T) {
	if allocations := testing.AllocsPerRun(100, func() { add(1, 2) }); allocations != 0 {
		t.Errorf("%v allocations a call", allocations)
	}
}

// useStack has C use as much stack as it may.
func useStack(t *testing.T) {
	t.Helper()
	stackBytes := uintptr(StackBytes - 1024) // The function's own frames, and libc's.
	if Call(leaves.UseStack, nil, unsafe.Pointer(&stackBytes)) != 0 {
		t.Error("the stack did not keep what was written")
	}
}

func TestLeafUsesStackBytesOnEachThread(t *testing.T) {
	useStack(t)
	var started, done sync.WaitGroup
	const threads = 8
	started.Add(threads)
	for range threads {
		done.Add(1)
		go func() {
			defer done.Done()
			runtime.LockOSThread() // A thread of its own, which then ends.
			started.Done()
			started.Wait()
			useStack(t)
		}()
	}
	done.Wait()
}

func TestCallFromAThreadOfC(t *testing.T) {
	const spareBytes = 192 << 10 // Go's own use of a thread that called it, and C's.
	err := leaves.OnThread(StackBytes+spareBytes, func() {
		useStack(t)
		if sum, _ := add(40, 2); sum != 42 {
			t.Errorf("40 + 2 = %d", sum)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

const faultVariable = "LEAFCALL_TEST_FAULT"

// What runs the test's own program where the machine cannot by itself: an emulator and its flags.
const runnerVariable = "ARM64_TEST_RUNNER"

//go:noinline
func callFault() int32 { return Call(leaves.Fault, nil, nil) }

//go:noinline
func callFaultBound() error {
	slow := func(_ uintptr, _ int64) error { return failed(callFault()) }
	call := valueOf[func(_, value uintptr) error](
		Bind(leaves.FaultWord, nil, funcOf(slow), failed))
	return call(0, 1)
}

func TestFaultEndsTheProgramAndSaysWhere(t *testing.T) {
	defer func() { recover() }()
	switch os.Getenv(faultVariable) {
	case "":
		faultEndsTheProgram(t, "callFault")
		faultEndsTheProgram(t, "callFaultBound")
		return
	case "callFault":
		callFault()
	case "callFaultBound":
		callFaultBound()
	}
	os.Exit(0)
}

func faultEndsTheProgram(t *testing.T, by string) {
	t.Helper()
	arguments := append(strings.Fields(os.Getenv(runnerVariable)), os.Args[0],
		"-test.run=^"+t.Name()+"$")
	child := exec.Command(arguments[0], arguments[1:]...)
	child.Env = append(os.Environ(), faultVariable+"="+by, "GOTRACEBACK=")
	output, err := child.CombinedOutput()
	if err == nil {
		t.Fatalf("the program survived a fault in C:\n%s", output)
	}
	for _, want := range []string{"SIGSEGV: segmentation violation", "leafcall." + by + "("} {
		if !strings.Contains(string(output), want) {
			t.Errorf("%q is not in the output:\n%s", want, output)
		}
	}
}
