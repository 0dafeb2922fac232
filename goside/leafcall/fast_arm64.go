// SPDX-License-Identifier: MIT

//go:build cgo && gc && linux && !go1.27 && !ringcall_cgo

package leafcall

// onThread is what enter jumps to. Nobody calls it.
func onThread()
