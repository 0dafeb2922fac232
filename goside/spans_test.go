// SPDX-License-Identifier: MIT

package ringcall

import (
	"math/rand"
	"testing"

	"ringcall/goside/internal/layout"
)

// Pieces never overlap, are large enough, and all of the space is one piece again in the end.
func TestSpansNeverOverlapAndComeBackWhole(t *testing.T) {
	const bytes = 1 << 16
	random := rand.New(rand.NewSource(1))
	s := newSpans(bytes)
	var out []layout.Span
	used := make(map[uint32]bool)
	mark := func(piece layout.Span, value bool) {
		end := piece.Offset + piece.Bytes
		for at := piece.Offset; at < end; at += layout.PayloadUnitBytes {
			if used[at] == value {
				t.Fatalf("byte %d of piece %+v: used is %v", at, piece, value)
			}
			used[at] = value
		}
	}
	for range 20000 {
		if random.Intn(2) == 0 {
			wanted := uint64(random.Intn(3000))
			if piece, ok := s.take(wanted); ok {
				end := piece.Offset + piece.Bytes
				if uint64(piece.Bytes) < wanted || end > bytes {
					t.Fatalf("asked for %d bytes, got %+v", wanted, piece)
				}
				mark(piece, true)
				out = append(out, piece)
			}
		} else if len(out) > 0 {
			i := random.Intn(len(out))
			mark(out[i], false)
			s.give(out[i])
			out[i] = out[len(out)-1]
			out = out[:len(out)-1]
		}
	}
	for _, piece := range out {
		s.give(piece)
	}
	if len(s.free) != 1 || s.free[0] != (layout.Span{Offset: 0, Bytes: bytes}) {
		t.Errorf("in the end the free space is %+v", s.free)
	}
	if _, ok := s.take(bytes + 1); ok {
		t.Error("more than there is was given")
	}
}
