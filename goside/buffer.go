// SPDX-License-Identifier: MIT

package ringcall

import "context"

// Buffer returns n bytes to be filled with a part of the reply and put into the handler's output.
//
// They lie in the reply space that the host gave with the call, so bytes in them are sent where
// they are. Any part of a buffer may stand in any place of the output, also more than once; several
// goroutines may take buffers at once. What a buffer holds at first is not defined. The memory is
// aligned to 8 bytes, its capacity is n, so append moves to the Go heap.
//
// When n bytes do not fit what is left of the reply space, or there is none (the output holds no
// string or slice, ctx is not that of a call or of one that is over), Buffer returns zeroed memory
// of the Go heap, which is sent with a copy: everything else is the same. The host sizes reply
// space by what the method needed last, so this is the first call's way and not the second's. When
// the rest of the output does not fit behind the buffers, all of it is copied.
//
// ctx and the buffer are the handler's until it returns, as is all that it got of its request.
// A goroutine that goes on writes into memory that the host may have given to another call, or
// taken back.
//
// Buffer panics when n is negative. It allocates nothing unless it falls back.
func Buffer(ctx context.Context, n int) []byte {
	if n >= 0 {
		if lent := lend(ctx, uint64(n)); lent != nil {
			return lent
		}
	}
	return make([]byte, n)
}

// lend returns bytes of the reply space of the call that ctx belongs to, or nil.
func lend(ctx context.Context, bytes uint64) []byte {
	c, ok := ctx.Value(callKey{}).(*callContext)
	if !ok {
		return nil
	}
	call := c.call.Load()
	if call == nil {
		return nil
	}
	return call.Lend(bytes)
}

// A Number is an element of what BufferOf returns.
type Number interface {
	~int8 | ~int16 | ~int32 | ~int64 | ~int | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uint |
		~float32 | ~float64
}
