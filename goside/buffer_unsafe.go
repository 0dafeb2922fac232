// SPDX-License-Identifier: MIT

package ringcall

import (
	"context"
	"unsafe"
)

// BufferOf is Buffer for a slice of n numbers.
func BufferOf[T Number](ctx context.Context, n int) []T {
	var element T
	elementBytes := uint64(unsafe.Sizeof(element))
	if n >= 0 && uint64(n) < 1<<62/elementBytes {
		if lent := lend(ctx, uint64(n)*elementBytes); lent != nil {
			return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(lent))), n)
		}
	}
	return make([]T, n)
}
