// SPDX-License-Identifier: MIT

package ringcall

import (
	"context"
	"unsafe"

	"ringcall/goside/rt"
)

// A parts is an output of bytes, a string, numbers, and a slice of an enum of one byte, as ringgen
// would serve it.
type parts struct {
	Bytes   []byte
	Text    string
	Numbers []uint32
	Choices []byte
}

type wireParts struct {
	Bytes   rt.WireSlice
	Text    rt.WireString
	Numbers rt.WireSlice
	Choices rt.WireSlice
}

const partsBytes = uint64(unsafe.Sizeof(wireParts{}))

// A partsHandler does what a generated handler does with such an output.
type partsHandler struct {
	impl func(ctx context.Context, out *parts) error
	out  parts
}

func (h *partsHandler) Serve(call *rt.Call) error {
	h.out = parts{}
	call.OpenReply(partsBytes)
	if err := h.impl(call.Context(), &h.out); err != nil {
		return err
	}
	measure := &rt.Measure{}
	call.Measure(measure, partsBytes)
	rt.MeasureSlice(measure, h.out.Bytes, 1)
	measure.String(h.out.Text)
	rt.MeasureSlice(measure, h.out.Numbers, 4)
	if measure.Array(len(h.out.Choices), 1, 1, "parts.choices") {
		measure.Leave()
	}
	writer, err := call.Encode(measure)
	if err != nil {
		return err
	}
	root := (*wireParts)(writer.Root(partsBytes))
	root.Bytes = rt.WriteSlice(writer, h.out.Bytes, 1)
	root.Text = writer.String(h.out.Text)
	root.Numbers = rt.WriteSlice(writer, h.out.Numbers, 4)
	root.Choices = rt.WriteSlice(writer, h.out.Choices, 1)
	return writer.Err()
}

// root returns the root of a reply whose message lies at an offset of the payload space.
func (h *fakeHost) root(offset uint64) *wireParts {
	return (*wireParts)(unsafe.Add(h.lane.wire.payload, offset))
}

// offsetOf returns where in the payload space a slice lies; ok is false when it lies elsewhere.
func offsetOf[T any](h *fakeHost, values []T) (offset uint64, ok bool) {
	at := unsafe.Pointer(unsafe.SliceData(values))
	offset = uint64(uintptr(at) - uintptr(h.lane.wire.payload))
	return offset, offset < h.lane.wire.payloadBytes
}

// payload returns the payload space.
func (h *fakeHost) payload() []byte {
	return unsafe.Slice((*byte)(h.lane.wire.payload), h.lane.wire.payloadBytes)
}

// textOf returns a string of the very bytes.
func textOf(bytes []byte) string { return unsafe.String(unsafe.SliceData(bytes), len(bytes)) }
