// SPDX-License-Identifier: MIT

package ringcall

import (
	"unsafe"

	"ringcall/goside/internal/layout"
	"ringcall/goside/rt"
)

// reverseWire is the memory of one reverse lane; see struct rc_reverse in ring/layout.h.
type reverseWire struct {
	words    *layout.Reverse
	requests unsafe.Pointer
	replies  unsafe.Pointer
	payload  rt.Space
}

// reverseWireOf returns the memory of the reverse lane of lane index.
func reverseWireOf(region []byte, geometry *layout.Region, index uint32) reverseWire {
	start := geometry.FirstLaneOffset + uint64(index)*geometry.LaneStrideBytes
	lane := unsafe.Add(unsafe.Pointer(unsafe.SliceData(region)), start)
	base := unsafe.Add(lane, geometry.ReverseOffset)
	requests := unsafe.Add(base, unsafe.Sizeof(layout.Reverse{}))
	return reverseWire{
		words:    (*layout.Reverse)(base),
		requests: requests,
		replies:  unsafe.Add(requests, ringBytes(geometry.ReverseSlots)),
		payload: rt.Space{
			Base:  unsafe.Add(lane, geometry.ReversePayloadOffset),
			Bytes: uint64(geometry.ReversePayloadBytes),
		},
	}
}

// copyIn copies a request to a span of the payload space.
func (w *reverseWire) copyIn(to layout.Span, request rt.Space) {
	copy(unsafe.Slice((*byte)(unsafe.Add(w.payload.Base, to.Offset)), to.Bytes),
		unsafe.Slice((*byte)(request.Base), request.Bytes))
}

// copyOut copies so many bytes, of which there are as many, from a span of the payload space.
func (w *reverseWire) copyOut(room rt.Space, from layout.Span, bytes uint64) {
	copy(unsafe.Slice((*byte)(room.Base), room.Bytes),
		unsafe.Slice((*byte)(unsafe.Add(w.payload.Base, from.Offset)), bytes))
}

// bodyOf returns a request that fits a slot as the words of its body.
func bodyOf(request rt.Space) (body [5]uint64) {
	copy(bytesOf(&body), unsafe.Slice((*byte)(request.Base), request.Bytes))
	return body
}

// copyBody copies a reply that came in its slot.
func copyBody(room rt.Space, body *[5]uint64, bytes uint64) {
	copy(unsafe.Slice((*byte)(room.Base), room.Bytes), bytesOf(body)[:bytes])
}

func bytesOf(body *[5]uint64) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(body)), layout.BodyBytes)
}
