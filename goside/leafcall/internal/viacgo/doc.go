// SPDX-License-Identifier: MIT

// Package viacgo is what package leafcall needs of cgo, apart from it: the go command gives the
// assembly of a package that uses cgo to the C compiler.
package viacgo
