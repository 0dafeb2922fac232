// SPDX-License-Identifier: MIT

package main

import "unsafe"

// addressOf returns where the elements of a slice lie.
func addressOf[T any](values []T) uint64 {
	return uint64(uintptr(unsafe.Pointer(unsafe.SliceData(values))))
}

// addressOfText returns where the bytes of a string lie.
func addressOfText(text string) uint64 {
	return uint64(uintptr(unsafe.Pointer(unsafe.StringData(text))))
}

// addressOfOne returns where a value lies.
func addressOfOne[T any](value *T) uint64 { return uint64(uintptr(unsafe.Pointer(value))) }
