// SPDX-License-Identifier: MIT

package ringcall

import (
	"sync/atomic"
	"unsafe"

	"ringcall/goside/internal/layout"
	"ringcall/goside/internal/shm"
)

// A ring is one end of a single-producer single-consumer ring of slots in shared memory; see
// ring/spsc.h. It belongs to one goroutine at a time.
type ring struct {
	slots    unsafe.Pointer // of mask + 1 slots
	mask     uint32
	position uint32 // of the next slot to read or write
}

func (r *ring) slot() *layout.Slot { return (*layout.Slot)(r.at(r.position)) }

func (r *ring) at(position uint32) unsafe.Pointer {
	return unsafe.Add(r.slots, uintptr(position&r.mask)*layout.SlotBytes)
}

// rest returns the rest of the next slot, which has one.
func (r *ring) rest() *layout.SlotRest { return (*layout.SlotRest)(r.at(r.position + 1)) }

// ringOf returns a ring of a lane on which so many calls may be in flight.
func ringOf(slots unsafe.Pointer, calls, position uint32) ring {
	return ring{slots, layout.SlotsACall*calls - 1, position}
}

// ringBytes returns how large such a ring is.
func ringBytes(calls uint32) uintptr {
	return layout.SlotsACall * uintptr(calls) * layout.SlotBytes
}

// slotsOf returns how many slots a descriptor with these flags takes.
func slotsOf(flags uint16) uint32 {
	if flags >= (layout.SlotBodyBytes+1)<<layout.SlotInlineShift ||
		flags&(layout.SlotSpace|layout.SlotDeadline|layout.SlotAck) != 0 {
		return 2
	}
	return 1
}

// sequenceOf returns what the slot of a position says when it is committed: an odd number.
func sequenceOf(position uint32) uint32 { return position<<1 | 1 }

// advance leaves what was read: one slot, or two.
func (r *ring) advance(slots uint32) { r.position += slots }

// ready reports whether the producer has committed the next slot.
func (r *ring) ready() bool {
	// PAIRS-WITH rc__ring_commit: what is in the slot is seen after its sequence.
	return atomic.LoadUint32(&r.slot().Sequence) == sequenceOf(r.position)
}

// commit makes the next slot visible; with its rest, if slots is 2. The caller has filled it.
func (r *ring) commit(slots uint32) {
	slot, sequence := r.slot(), sequenceOf(r.position)
	r.position += slots
	// PAIRS-WITH rc__ring_peek: what is in the slot is seen before its sequence.
	shm.Commit(&slot.Sequence, sequence, r.at(r.position+layout.RingAhead))
}

// commitStaged makes as many slots of a stage the ring's next ones, and all of them visible. They
// are stored right after each other.
func (r *ring) commitStaged(staged *[stageSlots]layout.Slot, count uint32) {
	first := r.position
	r.position += count
	from := unsafe.Pointer(staged)
	room := r.mask + 1 - first&r.mask
	if count > room {
		// PAIRS-WITH rc__ring_peek, as commit.
		shm.CommitSlots(r.at(first), from, room, sequenceOf(first))
		first += room
		count -= room
		from = unsafe.Add(from, uintptr(room)*layout.SlotBytes)
	}
	shm.CommitSlots(r.at(first), from, count, sequenceOf(first))
	shm.FetchAhead(r.at(r.position))
}

// setHeadWord sets a slot's method and flags, and a sequence of 0, by one store.
func setHeadWord(slot *layout.Slot, head uint64) { *(*uint64)(unsafe.Pointer(slot)) = head }

// headIn returns the method, the flags and the call of a request, which lie side by side.
func headIn(slot *layout.Slot) uint64 { return *(*uint64)(unsafe.Pointer(&slot.Method)) }

// setHead sets the same, by one store.
func (r *request) setHead(head uint64) { *(*uint64)(unsafe.Pointer(&r.method)) = head }

// setCall writes a slot's call and status, which lie side by side, by one store.
func setCall(slot *layout.Slot, call, status uint32) {
	*(*uint64)(unsafe.Pointer(&slot.Call)) = uint64(call) | uint64(status)<<32
}

// commitHead makes the slot at a position visible, and writes its method, which replies have not,
// and its flags by the same store.
func commitHead(slot *layout.Slot, position uint32, method, flags uint16) {
	// PAIRS-WITH rc__ring_peek, as commit.
	shm.Release((*uint64)(unsafe.Pointer(slot)),
		uint64(sequenceOf(position))|uint64(method)<<32|uint64(flags)<<48)
}

// wire is the memory of one lane; see struct rc_lane in ring/layout.h.
type wire struct {
	words        *layout.Lane
	requests     unsafe.Pointer
	replies      unsafe.Pointer
	cancelled    unsafe.Pointer // a word for each slot
	payload      unsafe.Pointer
	payloadBytes uint64
}

// wireOf returns the memory of lane index in a region whose geometry has been checked.
func wireOf(region []byte, geometry *layout.Region, index uint32) wire {
	start := geometry.FirstLaneOffset + uint64(index)*geometry.LaneStrideBytes
	base := unsafe.Add(unsafe.Pointer(unsafe.SliceData(region)), start)
	requests := unsafe.Add(base, unsafe.Sizeof(layout.Lane{}))
	replies := unsafe.Add(requests, ringBytes(geometry.RingSlots))
	return wire{
		words:        (*layout.Lane)(base),
		requests:     requests,
		replies:      replies,
		cancelled:    unsafe.Add(replies, ringBytes(geometry.RingSlots)),
		payload:      unsafe.Add(base, geometry.PayloadOffset),
		payloadBytes: geometry.PayloadBytes,
	}
}

// cancelledAt returns the word of the calls at an index of the host's table.
func (w *wire) cancelledAt(index uint32) *uint64 {
	return (*uint64)(unsafe.Add(w.cancelled, uintptr(index)*unsafe.Sizeof(uint64(0))))
}

// spanIn returns where a span's bytes lie in the payload space; ok is false when they do not, or
// are not aligned as a message has to be.
func (w *wire) spanIn(packed uint64) (base unsafe.Pointer, bytes uint64, ok bool) {
	offset, bytes := packed&0xffffffff, packed>>32
	if offset+bytes > w.payloadBytes || offset%layout.PartAlignMax != 0 {
		return nil, 0, false
	}
	return unsafe.Add(w.payload, offset), bytes, true
}

// pointerTo returns the address of words in private memory.
func pointerTo(words *[5]uint64) unsafe.Pointer { return unsafe.Pointer(words) }

// idsIn returns the body of an ack as ids of calls.
func idsIn(body *[5]uint64) *[layout.AckCalls]uint32 {
	return (*[layout.AckCalls]uint32)(unsafe.Pointer(body))
}
