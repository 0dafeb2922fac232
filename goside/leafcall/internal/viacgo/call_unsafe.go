// SPDX-License-Identifier: MIT

package viacgo

/*
#include <stdint.h>

struct rc__leaf_frame {
	int (*fn)(void *context, void *args);
	void *context;
	void *args;
};

static int rc__leaf_call(struct rc__leaf_frame *frame)
{
	return frame->fn(frame->context, frame->args);
}

enum { RC__LEAF_PROBE_RESULT = -20042 };

struct rc__leaf_probe {
	void *context;
	uintptr_t frame;
};

static int rc__leaf_probe(void *context, void *args)
{
	struct rc__leaf_probe *probe = args;

	probe->context = context;
	probe->frame = (uintptr_t)__builtin_frame_address(0);
	return RC__LEAF_PROBE_RESULT;
}

static void *rc__leaf_probe_function(void)
{
	return (void *)rc__leaf_probe;
}
*/
import "C"

import (
	"runtime"
	"unsafe"
)

type frame struct{ fn, context, args unsafe.Pointer }

// Call is leafcall.Call by an ordinary cgo call.
func Call(fn, context, args unsafe.Pointer) int32 {
	call := frame{fn, context, args}
	result := C.rc__leaf_call((*C.struct_rc__leaf_frame)(hide(&call)))
	runtime.KeepAlive(&call)
	return int32(result)
}

// hide returns call. To the compiler its result is any pointer, so that neither the frame nor what
// it points to moves to the heap; and cgo's check for pointers to pointers, which leaf functions
// may get, does not look into frames on the stack.
//
// It has to be a pointer all the way, not a uintptr: the stack may move until C runs. Then it stays
// where it is, unless C calls back, which it must not.
//
//go:noescape
//go:linkname hide ringcall/goside/leafcall/internal/viacgo.same
func hide(call *frame) unsafe.Pointer

func same(call *frame) unsafe.Pointer { return unsafe.Pointer(call) }

// Probe is what the probe function writes to its args.
type Probe struct {
	Context unsafe.Pointer // its context
	Frame   uintptr        // where its stack frame is, on a multiple of FrameAlign
}

// ProbeResult is what the probe function returns.
const ProbeResult = C.RC__LEAF_PROBE_RESULT

// FrameAlign is how the ABIs of amd64 and arm64 align a frame.
const FrameAlign = 16

// ProbeFunction returns the address of a leaf function for trials.
func ProbeFunction() unsafe.Pointer { return C.rc__leaf_probe_function() }
