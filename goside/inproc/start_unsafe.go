// SPDX-License-Identifier: MIT

//go:build cgo

package inproc

/*
#include <stdint.h>

typedef int rc_host_call(void *host, uint32_t number, uint32_t lane, void *request,
			 uint64_t request_bytes, void *reply, uint64_t reply_bytes);

static int rc__host_call(uintptr_t call, uintptr_t host, uint32_t number, uint32_t lane,
			 void *request, uint64_t request_bytes, void *reply, uint64_t reply_bytes)
{
	return ((rc_host_call *)call)((void *)host, number, lane, request, request_bytes, reply,
				      reply_bytes);
}

static void rc__host_free(uintptr_t call, uint32_t number, uintptr_t kept)
{
	((rc_host_call *)call)(0, number, 0, (void *)kept, 0, 0, 0);
}
*/
import "C"

import (
	"unsafe"

	_ "ringcall/goside" // sets what entry has
	"ringcall/goside/internal/entry"
	"ringcall/goside/internal/layout"
	"ringcall/goside/leafcall"
	"ringcall/goside/rt"
)

func init() {
	entry.HostCall = hostCall
	entry.HostFree = hostFree
	rt.LeafCall, rt.LeafEntry = leafcall.Call, leafcall.Entry()
	rt.LeafBind, rt.LeafUnbind = leafcall.Bind, leafcall.Unbind
}

// hostReplyBytes is what C writes before a reply.
const hostReplyBytes = int(unsafe.Sizeof(layout.HostReply{}))

func hostCall(host entry.Host, number, lane uint32, request, room rt.Space) int32 {
	return int32(C.rc__host_call(C.uintptr_t(host.Call), C.uintptr_t(host.Host),
		C.uint32_t(number), C.uint32_t(lane), request.Base, C.uint64_t(request.Bytes),
		unsafe.Add(room.Base, -hostReplyBytes),
		C.uint64_t(room.Bytes+uint64(hostReplyBytes))))
}

func hostFree(host entry.Host, kept uintptr) {
	C.rc__host_free(C.uintptr_t(host.Call), layout.HostNumberFree, C.uintptr_t(kept))
}

// rc_go_start serves one peer of the host, in goroutines of its own, over its end of the control
// socket, which it closes in the end; then it does not call the host any more. It returns the
// peer's key at once.
//
//export rc_go_start
func rc_go_start(controlFd C.int, host, hostCall C.uintptr_t) C.int {
	caller := entry.Host{Host: uintptr(host), Call: uintptr(hostCall)}
	return C.int(entry.Start(int(controlFd), caller))
}

// rc_go_lane waits until a lane is open that the host asked for over the control socket. It returns
// the lane's key, or 0 when the peer is gone.
//
//export rc_go_lane
func rc_go_lane(peer C.int, lane C.uint32_t) C.int {
	return C.int(entry.Lane(int(peer), uint32(lane)))
}

// rc_go_call serves the call in a request slot on the calling thread, and writes the reply's slot.
//
//export rc_go_call
func rc_go_call(lane C.int, request, reply unsafe.Pointer) {
	entry.Call(int(lane), (*layout.Descriptor)(request), (*layout.Descriptor)(reply))
}

// rc_go_site says how a method of a lane is called with the caller's own values.
//
//export rc_go_site
func rc_go_site(lane C.int, method C.uint32_t, site unsafe.Pointer) {
	said := entry.Site(int(lane), uint32(method))
	said.Enter = enter()
	*(*layout.Site)(site) = said
}

// rc_go_call_in_place serves what a frame describes, on the calling thread.
//
//export rc_go_call_in_place
func rc_go_call_in_place(frame unsafe.Pointer) { entry.CallInPlace((*rt.Frame)(frame)) }
