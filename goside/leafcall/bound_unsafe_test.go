// SPDX-License-Identifier: MIT

//go:build cgo

package leafcall

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"

	"ringcall/goside/leafcall/internal/leaves"
)

// funcOf returns a func value's pointer, and valueOf the func value of one.
func funcOf[T any](function T) unsafe.Pointer {
	return *(*unsafe.Pointer)(unsafe.Pointer(&function))
}

func valueOf[T any](function unsafe.Pointer) T { return *(*T)(unsafe.Pointer(&function)) }

type resultError int32

func (r resultError) Error() string { return fmt.Sprint("result ", int32(r)) }

func failed(result int32) error { return resultError(result) }

// An adder calls leaf_add_words. Its field is called with addresses of what is on the stack.
type adder struct {
	call func(self, a, b, c, d, sum uintptr) error
	slow int // calls that C did not get
}

func newAdder(more *int64) *adder {
	slow := funcOf(addSlowly)
	return &adder{call: valueOf[func(self, a, b, c, d, sum uintptr) error](
		Bind(leaves.AddWords, unsafe.Pointer(more), slow, failed))}
}

// addSlowly uses so much stack that it moves, if Go wants it to.
func addSlowly(self *adder, a, b, c, d int64, sum *int64) error {
	self.slow++
	grow(5)
	*sum = a + 10*b + 100*c + 1000*d
	return nil
}

//go:noinline
func grow(depth int) (bytes byte) {
	var frame [2048]byte
	if depth > 0 {
		frame[depth] = grow(depth - 1)
	}
	return frame[depth]
}

func (a *adder) add(w, x, y, z int64) (sum int64, err error) {
	err = a.call(uintptr(unsafe.Pointer(a)), uintptr(w), uintptr(x), uintptr(y), uintptr(z),
		uintptr(unsafe.Pointer(&sum)))
	runtime.KeepAlive(a)
	return
}

func TestBoundPassesFiveWords(t *testing.T) {
	a := newAdder(nil)
	for i := range int64(1000) {
		want := i + 10*-7 + 100*8 + 1000*9
		if sum, err := a.add(i, -7, 8, 9); sum != want || err != nil {
			t.Fatalf("got %d and %v, want %d", sum, err, want)
		}
	}
	if Fast() && a.slow > 100 || !Fast() && a.slow != 1000 {
		t.Errorf("%d of 1000 calls took the other way", a.slow)
	}
}

func TestBoundPassesTheContext(t *testing.T) {
	if !Fast() {
		t.Skip(Reason())
	}
	more := int64(10000)
	a := newAdder(&more)
	sum, err := a.add(1, 2, 3, 4)
	for a.slow > 0 && a.slow < 100 {
		a.slow = 0
		sum, err = a.add(1, 2, 3, 4)
	}
	if sum != 14321 || err != nil {
		t.Errorf("got %d and %v, want 14321", sum, err)
	}
}

func TestBoundPassesFloatsAndWords(t *testing.T) {
	type multiply = func(_ uintptr, x float64, by uintptr, y float32, product uintptr) error
	slow := func(_ uintptr, x float64, by int64, y float32, product *float64) error {
		*product = x * float64(y) * float64(by)
		return nil
	}
	call := valueOf[multiply](Bind(leaves.MultiplyWords, nil, funcOf(slow), failed))
	for by := range 1000 {
		var product float64
		err := call(0, 1.5, uintptr(-by), 0.25, uintptr(unsafe.Pointer(&product)))
		if product != 0.375*float64(-by) || err != nil {
			t.Fatalf("got %v and %v, want %v", product, err, 0.375*float64(-by))
		}
	}
}

func TestBoundReturnsWhatFailedMakesOfAResult(t *testing.T) {
	slow := func(_ uintptr, result int64) error {
		if int32(result) == 0 {
			return nil
		}
		return failed(int32(result))
	}
	call := valueOf[func(_, result uintptr) error](
		Bind(leaves.ReturnWord, nil, funcOf(slow), failed))
	for _, result := range []int32{1, -1, -110, 1<<31 - 1, -1 << 31} {
		if err := call(0, uintptr(result)); err != resultError(result) {
			t.Errorf("C returned %d, the call %v", result, err)
		}
	}
	if err := call(0, uintptr(1)<<32); err != nil {
		t.Errorf("C returned 0, the call %v", err)
	}
}

func TestBoundAllocatesNothing(t *testing.T) {
	a := newAdder(nil)
	allocations := testing.AllocsPerRun(100, func() { a.add(1, 2, 3, 4) })
	if allocations != 0 {
		t.Errorf("%v allocations a call", allocations)
	}
}

func TestUnboundCallsTheOther(t *testing.T) {
	a := newAdder(nil)
	a.add(1, 2, 3, 4)
	Unbind(funcOf(a.call), funcOf(addSlowly))
	a.slow = 0
	if sum, err := a.add(1, 2, 3, 4); sum != 4321 || err != nil || a.slow != 1 {
		t.Errorf("got %d and %v after %d other calls", sum, err, a.slow)
	}
}

// addDeep calls at each of so many depths, as descend.
//
//go:noinline
func addDeep(depth int, a *adder, parent *int64) (lost int) {
	own := int64(depth)
	check := func() {
		if sum, err := a.add(own, *parent, 0, 0); sum != own+10**parent || err != nil {
			lost++
		}
	}
	check()
	if depth > 0 {
		lost += addDeep(depth-1, a, &own)
	}
	check()
	return lost
}

func TestStacksGrowAroundBoundCallsInAStorm(t *testing.T) {
	defer storm(t)()
	for round := range rounds(t) / 4 {
		const goroutines = 8
		lost := make(chan int)
		for i := range goroutines {
			go func() {
				var parent int64
				lost <- addDeep(i*i*7+round%16, newAdder(nil), &parent)
			}()
		}
		for range goroutines {
			if count := <-lost; count != 0 {
				t.Errorf("%d sums were written to another place", count)
			}
		}
	}
}

// These goroutines are asked to stop mostly where the assembly begins.
func TestBoundCallsInALoopLetOthersRun(t *testing.T) {
	defer storm(t)()
	var over atomic.Bool
	var done sync.WaitGroup
	for range runtime.GOMAXPROCS(0) + 1 {
		done.Add(1)
		go func() {
			defer done.Done()
			for a := newAdder(nil); !over.Load(); {
				if sum, err := a.add(1, 2, 3, 4); sum != 4321 || err != nil {
					t.Errorf("got %d and %v", sum, err)
					return
				}
			}
		}()
	}
	for range rounds(t) / 4 {
		// Each waits for all goroutines to stop.
		runtime.GC()
	}
	over.Store(true)
	done.Wait()
}
