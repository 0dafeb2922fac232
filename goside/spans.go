// SPDX-License-Identifier: MIT

package ringcall

import (
	"slices"
	"sort"

	"ringcall/goside/internal/layout"
)

// spans hands out pieces of the payload space of a reverse lane: first fit, in units of 64 bytes.
// Few pieces are out at a time, so the list of free ones is short. Its memory is this side's own,
// so nothing is left in the lane when the lane closes. It belongs to one goroutine at a time.
type spans struct {
	free []layout.Span // ordered by offset; no two touch
}

func newSpans(bytes uint64) spans {
	return spans{free: []layout.Span{{Offset: 0, Bytes: uint32(bytes)}}}
}

// take returns a piece of at least as many bytes; ok is false when there is none now.
func (s *spans) take(bytes uint64) (taken layout.Span, ok bool) {
	const unit = layout.PayloadUnitBytes
	bytes = max(bytes+unit-1, unit) &^ (unit - 1)
	for i := range s.free {
		free := &s.free[i]
		if uint64(free.Bytes) < bytes {
			continue
		}
		taken = layout.Span{Offset: free.Offset, Bytes: uint32(bytes)}
		free.Offset += taken.Bytes
		free.Bytes -= taken.Bytes
		if free.Bytes == 0 {
			s.free = slices.Delete(s.free, i, i+1)
		}
		return taken, true
	}
	return taken, false
}

// give takes a piece back that take gave. One without bytes is none.
func (s *spans) give(piece layout.Span) {
	if piece.Bytes == 0 {
		return
	}
	i := sort.Search(len(s.free), func(i int) bool { return s.free[i].Offset > piece.Offset })
	joinsNext := i < len(s.free) && piece.Offset+piece.Bytes == s.free[i].Offset
	joinsLast := i > 0 && s.free[i-1].Offset+s.free[i-1].Bytes == piece.Offset
	switch {
	case joinsNext && joinsLast:
		s.free[i-1].Bytes += piece.Bytes + s.free[i].Bytes
		s.free = slices.Delete(s.free, i, i+1)
	case joinsNext:
		s.free[i].Offset = piece.Offset
		s.free[i].Bytes += piece.Bytes
	case joinsLast:
		s.free[i-1].Bytes += piece.Bytes
	default:
		s.free = slices.Insert(s.free, i, piece)
	}
}
