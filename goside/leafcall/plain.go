// SPDX-License-Identifier: MIT

//go:build !(race || msan || asan || goexperiment.runtimesecret)

package leafcall

const instrumented = ""
