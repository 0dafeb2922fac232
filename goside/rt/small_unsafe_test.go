// SPDX-License-Identifier: MIT

package rt

import (
	"testing"
	"unsafe"
)

// A writer writes over its request, as handlers may.
type writer struct{}

func (w writer) Serve(call *Call) error { return call.ServeSmall(w, 8, 8) }

func (writer) ServeSmall(_ *Call, request, reply unsafe.Pointer) error {
	*(*uint64)(reply) = *(*uint64)(request) + 1
	*(*uint64)(request) = 99
	return nil
}

func TestSmallRequestInSharedMemoryIsCopied(t *testing.T) {
	shared := []uint64{41, 5, 6, 7, 8, 9}
	var call Call
	call.Begin(spaceOfWords(shared), Space{})
	if err := (writer{}).Serve(&call); err != nil {
		t.Fatal(err)
	}
	if call.Place != PlaceBody || call.Bytes != 8 || call.Body[0] != 42 {
		t.Errorf("reply %d, %d bytes at %d", call.Body[0], call.Bytes, call.Place)
	}
	if shared[0] != 41 {
		t.Errorf("the handler wrote %d into the message", shared[0])
	}
}

func TestSmallRequestThatIsShorterIsRefused(t *testing.T) {
	var call Call
	call.Begin(Space{unsafe.Pointer(&call.root), 7}, Space{})
	if err, ok := (writer{}).Serve(&call).(*MessageError); !ok {
		t.Errorf("error %v; want a MessageError", err)
	}
}
