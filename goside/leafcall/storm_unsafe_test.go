// SPDX-License-Identifier: MIT

//go:build cgo

package leafcall

import (
	"bytes"
	"os"
	"runtime"
	"runtime/pprof"
	"runtime/trace"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"unsafe"

	"ringcall/goside/leafcall/internal/leaves"
)

// storm makes the runtime do all that could disturb a goroutine on another stack, until stop is
// called: collect garbage, preempt, profile, trace.
func storm(t *testing.T) (stop func()) {
	t.Helper()
	var profile, events bytes.Buffer
	runtime.SetCPUProfileRate(2000) // StartCPUProfile complains and keeps it.
	if err := pprof.StartCPUProfile(&profile); err != nil {
		t.Fatal(err)
	}
	if err := trace.Start(&events); err != nil {
		t.Fatal(err)
	}
	var over atomic.Bool
	var done sync.WaitGroup
	each := func(work func()) {
		done.Add(1)
		go func() {
			defer done.Done()
			for !over.Load() {
				work()
				runtime.Gosched()
			}
		}()
	}
	each(runtime.GC)
	// What the runtime sends to have a thread preempt its goroutine.
	each(func() { syscall.Kill(os.Getpid(), syscall.SIGURG) })
	return func() {
		over.Store(true)
		done.Wait()
		trace.Stop()
		pprof.StopCPUProfile()
		if profile.Len() == 0 || events.Len() == 0 {
			t.Error("nothing was profiled or traced")
		}
	}
}

// descend has C add at each of so many depths, on the way down, where the stack grows, and on the
// way up. It returns how many sums did not arrive.
//
//go:noinline
func descend(depth int, parent *leaves.Numbers) (lost int) {
	numbers := leaves.Numbers{A: int64(depth), B: parent.A}
	check := func() {
		numbers.Sum = -1
		Call(leaves.Add, nil, unsafe.Pointer(&numbers))
		if numbers.Sum != int64(depth)+parent.A {
			lost++
		}
	}
	check()
	if depth > 0 {
		lost += descend(depth-1, &numbers)
	}
	check()
	return lost
}

func rounds(t *testing.T) int {
	t.Helper()
	if testing.Short() {
		return 20
	}
	return 60
}

func TestCallsFromManyGoroutinesInAStorm(t *testing.T) {
	defer storm(t)()
	var done sync.WaitGroup
	for goroutine := range 16 {
		done.Add(1)
		go func() {
			defer done.Done()
			kept := make([]*leaves.Numbers, 64)
			for i := range rounds(t) * 100 {
				numbers := &leaves.Numbers{A: int64(i), B: int64(goroutine)}
				Call(leaves.Add, nil, unsafe.Pointer(numbers))
				kept[i%len(kept)] = numbers
				if numbers.Sum != int64(i+goroutine) {
					t.Errorf("%d + %d = %d", i, goroutine, numbers.Sum)
					return
				}
			}
			runtime.KeepAlive(kept)
		}()
	}
	done.Wait()
}

func TestStacksGrowAroundCallsInAStorm(t *testing.T) {
	defer storm(t)()
	for round := range rounds(t) {
		const goroutines = 8
		lost := make(chan int)
		for i := range goroutines {
			// New goroutines begin with small stacks.
			go func() { lost <- descend(i*i*7+round%16, &leaves.Numbers{}) }()
		}
		for range goroutines {
			if count := <-lost; count != 0 {
				t.Errorf("%d sums were written to another place", count)
			}
		}
	}
}

// These goroutines are asked to stop mostly where the assembly begins, so it is there that their
// stacks are scanned and shrunk.
func TestCallsInALoopLetOthersRun(t *testing.T) {
	defer storm(t)()
	var count atomic.Int64
	var over atomic.Bool
	var done sync.WaitGroup
	for range runtime.GOMAXPROCS(0) + 1 {
		done.Add(1)
		go func() {
			defer done.Done()
			for value := int32(1); !over.Load(); {
				if Call(leaves.Return, nil, unsafe.Pointer(&value)) != 1 {
					t.Error("wrong result")
					return
				}
				count.Add(1)
			}
		}()
	}
	for range rounds(t) {
		// Each waits for all goroutines to stop.
		runtime.GC()
	}
	over.Store(true)
	done.Wait()
	if count.Load() == 0 {
		t.Error("the others did not run")
	}
}

func TestSignalsHitLongLeaves(t *testing.T) {
	defer storm(t)()
	var done sync.WaitGroup
	for range 2 {
		done.Add(1)
		go func() {
			defer done.Done()
			for range rounds(t) / 10 {
				spins := uint64(2_000_000)
				Call(leaves.Spin, nil, unsafe.Pointer(&spins))
			}
		}()
	}
	done.Wait()
}
