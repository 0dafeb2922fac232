// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"unsafe"

	"ringcall/tests/testutil/kit"
)

func addressOf(pointer unsafe.Pointer) uint64 { return uint64(uintptr(pointer)) }

func (service) Seen(_ context.Context, tree *kit.Tree, seen *kit.Seen) error {
	seen.Tree = addressOf(unsafe.Pointer(tree))
	seen.Name = addressOf(unsafe.Pointer(unsafe.StringData(tree.Name)))
	seen.Blob = addressOf(unsafe.Pointer(unsafe.SliceData(tree.Blob)))
	seen.BlobCapacity = uint64(cap(tree.Blob))
	seen.Branches = addressOf(unsafe.Pointer(unsafe.SliceData(tree.Branches)))
	return nil
}
