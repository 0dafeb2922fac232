// SPDX-License-Identifier: MIT

package ringcall

import "unsafe"

// text returns bytes of the payload space.
func (h *fakeHost) text(offset, bytes uint64) string {
	return string(unsafe.Slice((*byte)(unsafe.Add(h.lane.wire.payload, offset)), bytes))
}

// bodyText returns the body of a slot as text.
func bodyText(body *[5]uint64) string {
	return string((*[40]byte)(unsafe.Pointer(body))[:])
}

// twoWords returns the two words of a message's root.
func twoWords(root unsafe.Pointer) *[2]uint64 { return (*[2]uint64)(root) }
