// SPDX-License-Identifier: MIT

package rt

import "unsafe"

// node and wireNode are what ringgen makes of
//
//	struct node { struct rc_str name; struct nodes children; uint32_t version; bool open; };
type node struct {
	Name     string
	Children []node
	Version  uint32
	Open     bool
	_        [3]byte
}

type wireNode struct {
	Name     WireString
	Children WireSlice
	Version  uint32
	Open     uint8
	_        [3]byte
}

const nodeBytes = uint64(unsafe.Sizeof(node{}))

const _ = -(unsafe.Sizeof(node{}) ^ unsafe.Sizeof(wireNode{}))

// message has room for wire nodes; its memory is on the Go heap, so that checkptr watches it.
type message []wireNode

func (m message) space() Space {
	return Space{Base: unsafe.Pointer(unsafe.SliceData(m)), Bytes: uint64(len(m)) * nodeBytes}
}

func (m message) bytes() []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(m))), uint64(len(m))*nodeBytes)
}

func spaceOfBytes(bytes []byte) Space {
	return Space{Base: unsafe.Pointer(unsafe.SliceData(bytes)), Bytes: uint64(len(bytes))}
}

func rootOf(r *Reader) *wireNode {
	return (*wireNode)(r.Root(unsafe.Sizeof(wireNode{})))
}

func writeRoot(w *Writer, from *node) {
	writeNode(w, from, (*wireNode)(w.Root(nodeBytes)))
}

func sameMemory(text string, bytes []byte, at int) bool {
	return unsafe.Pointer(unsafe.StringData(text)) == unsafe.Pointer(&bytes[at])
}

// link and wireLink are what ringgen makes of
//
//	struct link {
//		uint64_t value;
//		const struct link *next;
//		const uint32_t *weight;
//		const bool *set;
//	};
type link struct {
	Value  uint64
	Next   *link
	Weight *uint32
	Set    *bool
}

type wireLink struct {
	Value  uint64
	Next   WireOptional
	Weight WireOptional
	Set    WireOptional
}

const linkBytes = uint64(unsafe.Sizeof(link{}))

const _ = -(unsafe.Sizeof(link{}) ^ unsafe.Sizeof(wireLink{}))

// links has room for wire links.
type links []wireLink

func (l links) space() Space {
	return Space{Base: unsafe.Pointer(unsafe.SliceData(l)), Bytes: uint64(len(l)) * linkBytes}
}

func linkOf(r *Reader) *wireLink {
	return (*wireLink)(r.Root(unsafe.Sizeof(wireLink{})))
}

func writeLinkRoot(w *Writer, from *link) {
	writeLink(w, from, (*wireLink)(w.Root(linkBytes)))
}
