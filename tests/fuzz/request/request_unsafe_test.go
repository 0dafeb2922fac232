// SPDX-License-Identifier: MIT

package request

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"unsafe"

	"ringcall/goside/rt"
	"ringcall/tests/grid/servegrid0"
	"ringcall/tests/grid/value"
)

// A request that is decoded may cost so many times its own size: its checked parts are copied once,
// by pools that double, so that together they allocate less than four times what they hold; and
// the allocator rounds up.
const costMax = 5

// What a call costs beside: an error, and what else runs in a fuzzer's process.
const costOfCall = 8192

// headerBytes: two say which method's request the rest is, the third how many words at its end are
// the lane's payload space.
const headerBytes = 3

// messageBytesMax is the room for a message: in the fuzzer inputs stay far below.
const messageBytesMax = 1 << 20

// A guarded is room with no memory before and behind it: who reads there ends the process.
type guarded struct {
	room []byte
}

func newGuarded() *guarded {
	page := os.Getpagesize()
	all, err := syscall.Mmap(-1, 0, messageBytesMax+2*page,
		syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		panic(err)
	}
	for _, guard := range [][]byte{all[:page], all[page+messageBytesMax:]} {
		if err := syscall.Mprotect(guard, syscall.PROT_NONE); err != nil {
			panic(err)
		}
	}
	return &guarded{all[page : page+messageBytesMax]}
}

// place puts bytes at the end of the room, at an address that is a multiple of 8.
func (g *guarded) place(bytes []byte) rt.Space {
	start := messageBytesMax - (len(bytes)+7)/8*8
	copy(g.room[start:], bytes)
	return rt.Space{Base: unsafe.Pointer(unsafe.SliceData(g.room[start:])),
		Bytes: uint64(len(bytes))}
}

func boundsOf(space rt.Space) [2]uintptr {
	return [2]uintptr{uintptr(space.Base), uintptr(space.Base) + uintptr(space.Bytes)}
}

// A method is one of the grid's. The request of a root's is its value alone, as its reply.
type method struct {
	rt.Method
	isRoot bool
}

// A fuzzer tries requests, one at a time. It is the Inspector of the services it serves.
type fuzzer struct {
	methods []method
	message *guarded
	again   *guarded
	pool    *guarded

	bounds    value.Bounds
	first     any    // what the next value has to be equal to, or nil
	wrong     string // what was found
	arrived   bool
	allocated uint64 // when the request had arrived
	decoded   any
	echoMax   uintptr // larger values are not given back

	accepted, sentOn int
	refused          map[string]int
}

func newFuzzer() *fuzzer {
	f := &fuzzer{message: newGuarded(), again: newGuarded(), pool: newGuarded(),
		refused: map[string]int{}}
	servegrid0.Shapes.Inspector = f
	// The order is that of reply.c, too.
	service := servegrid0.New()
	f.add(service, "pass", true)
	f.add(service, "one", false)
	return f
}

func (f *fuzzer) add(service *rt.Service, kind string, isRoot bool) {
	for _, candidate := range service.Methods {
		if strings.HasPrefix(candidate.Name, service.Name+"."+kind) {
			f.methods = append(f.methods, method{candidate, isRoot})
		}
	}
}

func totalAllocated() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.TotalAlloc
}

// Arrived implements value.Inspector.
func (f *fuzzer) Arrived() value.Bounds {
	f.arrived = true
	f.allocated = totalAllocated()
	return f.bounds
}

// Decoded implements value.Inspector.
func (f *fuzzer) Decoded(decoded any, where string, bytes uintptr,
	differ func(other any) string) error {
	f.decoded = decoded
	if where == "" && f.first != nil {
		if where = differ(f.first); where != "" {
			where = " sent on" + where
		}
	}
	if where != "" {
		f.wrong = fmt.Sprintf("%T%s", decoded, where)
	}
	if bytes > f.echoMax {
		return errKept
	}
	return nil
}

// errKept is the error of an accepted value that is not given back.
var errKept = errors.New("not given back")

// serve gives a request to a handler. It returns why the request was refused, or nil.
func (f *fuzzer) serve(t testing.TB, handler rt.Handler, call *rt.Call,
	space rt.Space) *rt.MessageError {
	t.Helper()
	f.arrived = false
	f.wrong = ""
	call.Begin(space, rt.Space{})
	before := totalAllocated()
	err := handler.Serve(call)
	if !f.arrived {
		f.allocated = totalAllocated()
	}
	if cost := f.allocated - before; cost > costMax*space.Bytes+costOfCall {
		t.Fatalf("decoding %d bytes allocated %d", space.Bytes, cost)
	}
	if f.wrong != "" {
		t.Fatalf("an accepted value is wrong: %s", f.wrong)
	}
	var refused *rt.MessageError
	if err != nil && err != errKept && !errors.As(err, &refused) {
		t.Fatalf("an accepted value cannot be sent on: %v", err)
	}
	if f.arrived == (refused != nil) {
		t.Fatalf("the handler ran: %v, and the error is %v", f.arrived, err)
	}
	return refused
}

// split takes an input apart.
func (f *fuzzer) split(input []byte) (m method, message, pool []byte) {
	number, words := int(input[0])|int(input[1])<<8, int(input[2])
	message = input[headerBytes:]
	poolBytes := min(words*8, len(message)/8*8)
	end := len(message) - poolBytes
	return f.methods[number%len(f.methods)], message[:end], message[end:]
}

// try checks a request as the runtime does. If it is accepted, it looks at all of its value, and
// sends it on and compares what arrives.
func (f *fuzzer) try(t testing.TB, input []byte) {
	if len(input) < headerBytes || len(input) > messageBytesMax {
		return
	}
	m, message, poolBytes := f.split(input)
	space, pool := f.message.place(message), f.pool.place(poolBytes)
	f.bounds = value.Bounds{boundsOf(space), boundsOf(pool)}
	f.first = nil
	f.echoMax = 8 * uintptr(len(input))
	handler, call := m.New(), new(rt.Call)
	var body [rt.BodyBytes / 8]uint64
	call.SetBody(unsafe.Pointer(&body), context.Background())
	call.SetPool(pool)
	if refused := f.serve(t, handler, call, space); refused != nil {
		f.refused[refused.Why]++
		return
	}
	f.accepted++
	// A handler serves one call after the other.
	if err := f.serve(t, handler, call, space); err != nil {
		t.Fatalf("refused when it came again: %v", err)
	}
	if m.isRoot {
		f.sendOn(t, m, call)
	}
}

// sendOn sends the reply as a request: it is the same value.
func (f *fuzzer) sendOn(t testing.TB, m method, call *rt.Call) {
	reply := replyOf(call)
	if len(reply) == 0 || len(reply) > messageBytesMax {
		return
	}
	space := f.again.place(reply)
	f.first = f.decoded
	f.bounds = value.Bounds{boundsOf(space)}
	second := new(rt.Call)
	second.SetBody(unsafe.Pointer(&second.Body), context.Background())
	if err := f.serve(t, m.New(), second, space); err != nil {
		t.Fatalf("an accepted value is refused when it is sent on: %v", err)
	}
	f.sentOn++
}

func replyOf(call *rt.Call) []byte {
	words := call.Kept
	if call.Place == rt.PlaceBody {
		words = call.Body[:]
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), call.Bytes)
}

// tryChanging is try while another goroutine writes to the message. Of a value that is accepted it
// only looks at all; what is checked must be what is used.
func (f *fuzzer) tryChanging(t testing.TB, input []byte) {
	if len(input) < headerBytes {
		return
	}
	m, message, _ := f.split(input)
	if len(message) < 8 {
		return
	}
	space := f.message.place(message)
	f.bounds = value.Bounds{boundsOf(space)}
	f.first, f.echoMax = nil, 0
	words := unsafe.Slice((*uint64)(space.Base), len(message)/8)
	original := append([]uint64(nil), words...)
	var stop atomic.Bool
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; !stop.Load(); i++ {
			at, from := i*7%len(words), i*13%len(words)
			atomic.StoreUint64(&words[at], original[from]+uint64(i%3)-1)
			atomic.StoreUint64(&words[at], original[at])
		}
	}()
	handler, call := m.New(), new(rt.Call)
	call.SetBody(unsafe.Pointer(&call.Body), context.Background())
	for range 50 {
		if f.serve(t, handler, call, space) == nil {
			f.accepted++
		} else {
			f.refused["changed"]++
		}
	}
	stop.Store(true)
	<-done
}
