// SPDX-License-Identifier: MIT

//go:build race || msan || asan || goexperiment.runtimesecret

package leafcall

// Cgo tells the sanitizers what C does, and for runtimesecret clears registers before C runs.
const instrumented = "the program was built with -race, -msan, -asan or " +
	"GOEXPERIMENT=runtimesecret, for which calls of C have to go through cgo"
