// SPDX-License-Identifier: MIT

// Package shm has the few operations on memory shared with another process that Go's standard
// library lacks: a release store that is no exchange, a prefetch, and a pause for spin loops.
//
// They are assembly on amd64 and arm64 and fall back to package sync/atomic elsewhere.
package shm
