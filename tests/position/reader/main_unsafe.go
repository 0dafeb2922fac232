// SPDX-License-Identifier: MIT

// Command reader serves the request in its first argument, a file, and writes the reply's message
// to its second. There is no host, lane or region: a message is enough.
package main

import (
	"context"
	"log"
	"os"
	"unsafe"

	"ringcall/goside/rt"
	"ringcall/tests/position/parcel"
)

type server struct{}

func (server) Echo(_ context.Context, box, same *parcel.Box) error {
	*same = *box
	return nil
}

// spaceOf returns memory for a message that is aligned as one.
func spaceOf(bytes int) (rt.Space, []byte) {
	words := make([]uint64, bytes/8+1)
	base := unsafe.Pointer(unsafe.SliceData(words))
	return rt.Space{Base: base, Bytes: uint64(bytes)}, unsafe.Slice((*byte)(base), bytes)
}

func main() {
	message, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	request, requestBytes := spaceOf(len(message))
	reply, replyBytes := spaceOf(2 * len(message))
	copy(requestBytes, message)
	call := &rt.Call{}
	call.Begin(request, reply)
	if err := parcel.NewService(server{}).Methods[0].New().Serve(call); err != nil {
		log.Fatal(err)
	}
	if call.Place != rt.PlaceSpace {
		log.Fatalf("the reply of %d bytes is not in its space", call.Bytes)
	}
	if err := os.WriteFile(os.Args[2], replyBytes[:call.Bytes], 0o600); err != nil {
		log.Fatal(err)
	}
}
