// SPDX-License-Identifier: MIT

//go:build cgo && gc && linux && (amd64 || arm64) && !go1.27 && !ringcall_cgo

package leafcall

import (
	"reflect"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"ringcall/goside/leafcall/internal/leaves"
	"ringcall/goside/leafcall/internal/viacgo"
)

// Beside the tests of what it refuses, so that the fallback cannot pass for the assembly.
func TestFastWhereItWasChecked(t *testing.T) {
	want := instrumented == "" && versionReason(runtime.Version()) == ""
	if Fast() != want || (Reason() == "") != want {
		t.Errorf("Fast() is %t, want %t; Reason() is %q", Fast(), want, Reason())
	}
}

func TestLeafRunsOnTheThreadsStack(t *testing.T) {
	if !Fast() {
		t.Skip(Reason())
	}
	var probe viacgo.Probe
	got := Call(viacgo.ProbeFunction(), unsafe.Pointer(&probe), unsafe.Pointer(&probe))
	v := look(&here)
	if got != viacgo.ProbeResult || v.stack.holds(probe.Frame) {
		t.Errorf("result %d; C's frame at %#x, stack %#x", got, probe.Frame, v.stack)
	}
}

func TestInspectAcceptsTheOffsets(t *testing.T) {
	if instrumented != "" {
		t.Skip(instrumented)
	}
	for range 100 {
		if why := inspect(here); why != "" {
			t.Fatal(why)
		}
		if why := try(); why != "" {
			t.Fatal(why)
		}
	}
}

// Each offset in turn is another multiple of a word's size; none may end the program.
func TestInspectRefusesEachOtherOffset(t *testing.T) {
	if instrumented != "" {
		t.Skip(instrumented)
	}
	const structBytes = 256 // Less than a g or an m has.
	fields := reflect.TypeOf(here)
	for field := range fields.NumField() {
		for offset := uintptr(0); offset < structBytes; offset += unsafe.Sizeof(offset) {
			other := here
			place := unsafe.Add(unsafe.Pointer(&other), fields.Field(field).Offset)
			*(*uintptr)(place) = offset
			if why := inspect(other); why == "" && other != here {
				t.Errorf("%s at %d passed", fields.Field(field).Name, offset)
			}
		}
	}
}

func TestInspectRefusesOffsetsThatFault(t *testing.T) {
	if instrumented != "" {
		t.Skip(instrumented)
	}
	other := here
	other.gM = 1 << 47 // Not in the address space of a process.
	if why := inspect(other); !strings.Contains(why, "no memory") {
		t.Errorf("got %q", why)
	}
}

func TestVersions(t *testing.T) {
	for version, served := range map[string]bool{
		"go1.23": true, "go1.23.5": true, "go1.24.13": true, "go1.25.9": true,
		"go1.26.8": true, "go1.26.8 X:cgocheck2": true, "go1.26 (Red Hat)": true,
		"": false, "go1": false, "go1.2": false, "go1.22.9": false, "go1.27": false,
		"go1.231": false, "go1.26rc1": false, "go1.26-devel_0123abc": false,
		"devel go1.26-0123abc": false,
	} {
		why := versionReason(version)
		if (why == "") != served || !served && !strings.Contains(why, "not on "+version) {
			t.Errorf("%q: %q", version, why)
		}
	}
}

//go:linkname systemstack runtime.systemstack
func systemstack(work func())

// Nothing of a user's runs there, but the call must not damage the stack if something does.
func TestCallOnTheSystemStack(t *testing.T) {
	if !Fast() {
		t.Skip(Reason())
	}
	numbers := leaves.Numbers{A: 1, B: 2}
	var before, after view
	systemstack(func() {
		before = look(&here)
		Call(leaves.Add, nil, unsafe.Pointer(&numbers))
		after = look(&here)
	})
	if numbers.Sum != 3 || before.threadSP != after.threadSP || before.g != after.g ||
		before.g != before.g0 {
		t.Errorf("1 + 2 = %d; before %+v, after %+v", numbers.Sum, before, after)
	}
}

func TestBoundOnTheSystemStack(t *testing.T) {
	if !Fast() {
		t.Skip(Reason())
	}
	a := newAdder(nil)
	var sum int64
	var before, after view
	systemstack(func() {
		before = look(&here)
		sum, _ = a.add(1, 2, 3, 4)
		after = look(&here)
	})
	if sum != 4321 || before.threadSP != after.threadSP || before.g != after.g {
		t.Errorf("got %d; before %+v, after %+v", sum, before, after)
	}
}
