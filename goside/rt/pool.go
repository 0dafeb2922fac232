// SPDX-License-Identifier: MIT

package rt

// Pool is memory for the elements of one request's slices: it grows to what the largest request
// needed and is used again by the next, so that a handler allocates nothing in the long run.
//
// What it hands out is typed memory that the garbage collector knows. It is valid until Reset. Old
// elements stay in it until they are overwritten, and may point into a lane: drop the pool before
// the lane's memory is unmapped. A Pool belongs to one goroutine; its zero value is ready.
type Pool[T any] struct {
	chunk []T
	used  int // of the chunk
	taken int // since Reset, in this chunk and those before
}

// Reset takes back all that was handed out.
func (p *Pool[T]) Reset() {
	if p.taken > len(p.chunk) {
		p.chunk = make([]T, p.taken)
	}
	p.used, p.taken = 0, 0
}

// take returns count elements with old contents, count > 0. What was taken before stays valid.
func (p *Pool[T]) take(count int) []T {
	if count > len(p.chunk)-p.used {
		p.chunk = make([]T, max(count, 2*len(p.chunk)))
		p.used = 0
	}
	start := p.used
	p.used += count
	p.taken += count
	return p.chunk[start:p.used:p.used]
}
