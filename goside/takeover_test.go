// SPDX-License-Identifier: MIT

package ringcall

import (
	"context"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringcall/goside/internal/layout"
	"ringcall/goside/rt"
)

// A latch lets handlers wait, in each way that a handler can, until a test lets them go.
type latch struct {
	open atomic.Bool
	ch   chan struct{}
	mu   sync.Mutex // locked until then
	held atomic.Int64
	once sync.Once
	read *os.File
	end  *os.File
}

func newLatch(t *testing.T) *latch {
	t.Helper()
	l := &latch{ch: make(chan struct{})}
	l.mu.Lock()
	var err error
	if l.read, l.end, err = os.Pipe(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.release(); l.read.Close() })
	return l
}

func (l *latch) release() {
	l.once.Do(func() {
		l.open.Store(true)
		close(l.ch)
		l.mu.Unlock()
		l.end.Close()
	})
}

// waysToBlock are what a handler may do for a long time.
var waysToBlock = map[string]func(l *latch, ctx context.Context){
	"channel": func(l *latch, _ context.Context) { <-l.ch },
	"mutex":   func(l *latch, _ context.Context) { l.mu.Lock(); l.mu.Unlock() },
	"sleep": func(l *latch, _ context.Context) {
		for !l.open.Load() {
			time.Sleep(time.Millisecond)
		}
	},
	"context": func(l *latch, ctx context.Context) {
		select {
		case <-ctx.Done():
		case <-l.ch:
		}
	},
	"system call": func(l *latch, _ context.Context) { l.read.Read(make([]byte, 1)) },
	"CPU": func(l *latch, _ context.Context) {
		for !l.open.Load() {
		}
	},
	"CPU, yielding": func(l *latch, _ context.Context) {
		for !l.open.Load() {
			runtime.Gosched()
		}
	},
}

// holding makes a handler that waits for the latch, and then replies with as many bytes.
func (l *latch) holding(wait func(l *latch, ctx context.Context), bytes uint64) func() rt.Handler {
	return handler(func(call *rt.Call) error {
		l.held.Add(1)
		defer l.held.Add(-1)
		wait(l, call.Context())
		_, err := call.Reply(bytes)
		return err
	})
}

// awaitHeld waits until so many handlers are held.
func (l *latch) awaitHeld(t *testing.T, count int64) {
	t.Helper()
	await(t, func() bool { return l.held.Load() == count })
}

func await(t *testing.T, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !condition(); runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatal("it never came true")
		}
	}
}

// eachFence runs a test with and without the kernel's help.
func eachFence(t *testing.T, test func(t *testing.T, fence bool)) {
	t.Run("fence", func(t *testing.T) { test(t, true) })
	t.Run("no fence", func(t *testing.T) { test(t, false) })
}

// startFenced starts a lane with or without the kernel's help.
func startFenced(h *fakeHost, fence bool) *fakeHost {
	if !fence {
		h.worker.watch.fence = false
		h.lane.poller.Load().marked.Store(1)
	}
	h.start()
	return h
}

// callOthers makes so many calls of a method, a few at a time, and wants their replies only.
func (h *fakeHost) callOthers(method uint16, calls uint32) {
	h.t.Helper()
	for sent, received := uint32(0), uint32(0); received < calls; {
		for ; sent < calls && sent-received < testSlots/2; sent++ {
			h.send(method, inlineFlags(16), 1000+sent, [5]uint64{})
		}
		reply := h.receive()
		if reply.Call < 1000 || reply.Status != 0 {
			h.t.Fatalf("reply %+v; want one of the other calls", reply)
		}
		received++
	}
}

func TestBlockedHandlerDelaysNoOtherCall(t *testing.T) {
	for name, wait := range waysToBlock {
		t.Run(name, func(t *testing.T) {
			eachFence(t, func(t *testing.T, fence bool) {
				l := newLatch(t)
				h := newFake(t, false, l.holding(wait, 16), replyWith(8))
				startFenced(h, fence)
				h.callOthers(1, 500)
				h.send(0, inlineFlags(16), 7, [5]uint64{})
				h.callOthers(1, 499) // does not end if they wait for the handler
				l.release()
				reply := h.receive()
				if reply.Call != 7 || reply.Flags != inlineFlags(16) {
					t.Errorf("reply %+v; want 16 bytes of call 7", reply)
				}
				h.callOthers(1, 100)
			})
		})
	}
}

func TestAllSlotsButOneMayBeBlocked(t *testing.T) {
	eachFence(t, func(t *testing.T, fence bool) {
		l := newLatch(t)
		h := newFake(t, false, l.holding(waysToBlock["channel"], 16), replyWith(8))
		startFenced(h, fence)
		for id := uint32(0); id < testSlots-1; id++ {
			h.send(0, inlineFlags(16), id, [5]uint64{})
		}
		for id := uint32(100); id < 200; id++ {
			h.send(1, inlineFlags(0), id, [5]uint64{})
			if reply := h.receive(); reply.Call != id {
				t.Fatalf("reply %+v; want one of call %d", reply, id)
			}
		}
		l.release()
		for seen := make(map[uint32]bool); len(seen) < testSlots-1; {
			reply := h.receive()
			if seen[reply.Call] || reply.Call >= testSlots {
				t.Fatalf("reply %+v is not that of a held call", reply)
			}
			seen[reply.Call] = true
		}
	})
}

func TestTenThousandHandlersMayBeBlocked(t *testing.T) {
	const calls = 10000
	l := newLatch(t)
	h := newFakeSlots(t, 16384, false, l.holding(waysToBlock["channel"], 16), replyWith(8))
	h.start()
	for id := uint32(0); id < calls; id++ {
		h.send(0, inlineFlags(16), id, [5]uint64{})
	}
	h.send(1, inlineFlags(0), calls, [5]uint64{})
	if reply := h.receive(); reply.Call != calls {
		t.Fatalf("reply %+v; want one of the last call", reply)
	}
	l.awaitHeld(t, calls)
	l.release()
	seen := make([]bool, calls)
	for range calls {
		reply := h.receive()
		if reply.Call >= calls || seen[reply.Call] {
			t.Fatalf("reply %+v is not that of a held call", reply)
		}
		seen[reply.Call] = true
	}
	h.lane.close()
	if kept := len(h.lane.idle); kept > idleRunners {
		t.Errorf("%d runners are kept; at most %d may be", kept, idleRunners)
	}
}

func TestHandlersAreLimited(t *testing.T) {
	const limit = 3
	for _, concurrent := range []bool{false, true} {
		var running, most atomic.Int64
		l := newLatch(t)
		h := newFake(t, concurrent, handler(func(call *rt.Call) error {
			defer running.Add(-1)
			for now := running.Add(1); ; {
				was := most.Load()
				if now <= was || most.CompareAndSwap(was, now) {
					break
				}
			}
			<-l.ch
			_, err := call.Reply(0)
			return err
		}))
		h.worker.handlersMax = limit
		h.start()
		for id := uint32(0); id < testSlots; id++ {
			h.send(0, inlineFlags(0), id, [5]uint64{})
		}
		await(t, func() bool { return running.Load() == limit })
		h.awaitQuiet() // it has given up on the poller's handler, and uses no CPU
		l.release()
		for range testSlots {
			h.receive()
		}
		if got := most.Load(); got != limit {
			t.Errorf("concurrent %v: %d handlers ran at once; want %d", concurrent, got,
				limit)
		}
	}
}

// awaitQuiet waits until nobody looks at the lane.
func (h *fakeHost) awaitQuiet() {
	h.t.Helper()
	await(h.t.(*testing.T), func() bool { return !h.worker.watch.ticking.Load() })
}

// A handler that comes back makes room for the one that the poller is in.
func TestLaneAtItsLimitIsTakenOverWhenThereIsRoom(t *testing.T) {
	first, second := newLatch(t), newLatch(t)
	wait := waysToBlock["channel"]
	h := newFake(t, false, first.holding(wait, 8), second.holding(wait, 8), replyWith(8))
	h.worker.handlersMax = 2
	h.start()
	h.send(0, inlineFlags(0), 1, [5]uint64{})
	h.send(1, inlineFlags(0), 2, [5]uint64{})
	h.send(2, inlineFlags(0), 3, [5]uint64{})
	first.awaitHeld(t, 1)
	second.awaitHeld(t, 1)
	h.awaitQuiet()
	first.release()
	for _, want := range []uint32{1, 3} {
		if reply := h.receive(); reply.Call != want {
			t.Fatalf("reply of call %d; want %d", reply.Call, want)
		}
	}
	second.release()
	if reply := h.receive(); reply.Call != 2 {
		t.Errorf("reply of call %d; want 2", reply.Call)
	}
}

func TestCallsOfALimitOfOneAreServedInOrder(t *testing.T) {
	h := newFake(t, false, handler(func(call *rt.Call) error {
		time.Sleep(200 * time.Microsecond)
		_, err := call.Reply(0)
		return err
	}))
	h.worker.handlersMax = 1
	h.start()
	for id := uint32(0); id < 64; id++ {
		for turn := 0; id == 0 && turn < testSlots-1; turn++ {
			h.send(0, inlineFlags(0), uint32(turn), [5]uint64{})
		}
		h.send(0, inlineFlags(0), id+testSlots-1, [5]uint64{})
		if reply := h.receive(); reply.Call != id {
			t.Fatalf("reply of call %d; want %d", reply.Call, id)
		}
	}
	if h.lane.takeovers != 0 {
		t.Errorf("the lane was taken over %d times", h.lane.takeovers)
	}
}

func TestLaneIsNotTakenOverFromInlineHandlers(t *testing.T) {
	l := newLatch(t)
	h := newFake(t, false, l.holding(waysToBlock["channel"], 16), replyWith(8))
	h.worker.methods[0].inline = true
	h.start()
	h.send(0, inlineFlags(0), 1, [5]uint64{})
	h.send(1, inlineFlags(0), 2, [5]uint64{})
	l.awaitHeld(t, 1)
	h.awaitQuiet()
	l.release()
	for want := uint32(1); want <= 2; want++ {
		if reply := h.receive(); reply.Call != want {
			t.Errorf("reply of call %d; want %d", reply.Call, want)
		}
	}
}

func TestDeathOfAHandlerLeftBehindIsAnErrorReply(t *testing.T) {
	for want, die := range map[string]func(){
		"panic: boom":    func() { panic("boom") },
		"runtime.Goexit": runtime.Goexit,
	} {
		eachFence(t, func(t *testing.T, fence bool) {
			l := newLatch(t)
			h := newFake(t, false, handler(func(*rt.Call) error {
				<-l.ch
				die()
				return nil
			}), replyWith(8))
			startFenced(h, fence)
			h.sendSpaced(0, 7)
			h.callOthers(1, 100)
			l.release()
			if text := h.errorText(h.receive()); !strings.Contains(text, want) {
				t.Errorf("text %q; want %q in it", text, want)
			}
			h.callOthers(1, 100)
		})
	}
}

func TestOneWayHandlerLeftBehindIsAcknowledged(t *testing.T) {
	l := newLatch(t)
	h := serveFake(t, false, l.holding(waysToBlock["channel"], 0), replyWith(8))
	h.send(0, inlineFlags(0)|layout.SlotOneWay, 7, [5]uint64{})
	h.callOthers(1, 100)
	l.release()
	seen := make(map[uint32]bool)
	h.receiveAck(seen)
	if !seen[7] {
		t.Errorf("acknowledged: %v", seen)
	}
}

func TestReplyOfAHandlerLeftBehindIsKeptAndFetched(t *testing.T) {
	l := newLatch(t)
	h := serveFake(t, false, l.holding(waysToBlock["channel"], 1000), replyWith(8))
	h.send(0, inlineFlags(0), 7, [5]uint64{})
	h.callOthers(1, 100)
	l.release()
	if reply := h.receive(); reply.Flags != layout.SlotFetch || reply.Body[0]>>32 != 1000 {
		t.Fatalf("reply %+v; want one that announces 1000 bytes", reply)
	}
	h.send(0, layout.SlotFetch|layout.SlotSpace, 7, [5]uint64{4: 1024<<32 | 64})
	if reply := h.receive(); reply.Status != 0 || reply.Body[0] != 1000<<32|64 {
		t.Errorf("reply %+v; want 1000 bytes at offset 64", reply)
	}
}

func TestHandlerMayHandTheLaneOver(t *testing.T) {
	l := newLatch(t)
	var h *fakeHost
	h = newFake(t, false, handler(func(call *rt.Call) error {
		r := h.lane.poller.Load()
		r.handOver()
		if h.lane.poller.Load() == r {
			t.Error("the lane was not handed over")
		}
		r.handOver() // does nothing
		<-l.ch
		_, err := call.Reply(16)
		return err
	}), replyWith(8))
	h.start()
	h.send(0, inlineFlags(0), 7, [5]uint64{})
	h.callOthers(1, 100)
	l.release()
	if reply := h.receive(); reply.Call != 7 || reply.Flags != inlineFlags(16) {
		t.Errorf("reply %+v; want 16 bytes of call 7", reply)
	}
	h.lane.close()
	if h.lane.takeovers != 1 {
		t.Errorf("%d takeovers; want 1", h.lane.takeovers)
	}
}

func TestLaneClosesWhenBlockedHandlersHaveReturned(t *testing.T) {
	l := newLatch(t)
	h := serveFake(t, false, l.holding(waysToBlock["channel"], 16), replyWith(8))
	h.send(0, inlineFlags(0), 7, [5]uint64{})
	h.callOthers(1, 10)
	go h.lane.close()
	await(t, h.lane.closing.Load)
	select {
	case <-h.lane.left:
		t.Error("the lane was left while a handler ran")
	default:
	}
	l.release()
	<-h.lane.left
	if reply := h.receive(); reply.Call != 7 {
		t.Errorf("reply of call %d; want 7", reply.Call)
	}
}

// While a lane sleeps, or holds nothing but handlers that are in nobody's way, nobody looks at it.
func TestNobodyWatchesALaneThatSleeps(t *testing.T) {
	l := newLatch(t)
	h := serveFake(t, false, l.holding(waysToBlock["channel"], 16), replyWith(8))
	for turn := 0; turn < 10; turn++ {
		h.awaitQuiet()
		h.callOthers(1, 1)
	}
	h.send(0, inlineFlags(0), 7, [5]uint64{})
	l.awaitHeld(t, 1)
	h.awaitQuiet()
	h.callOthers(1, 10)
	h.awaitQuiet()
	l.release()
	h.receive()
}

// Handlers that block now and then, and every kind of call, until each has its one outcome.
func TestTakeoversLoseNoCall(t *testing.T) {
	eachFence(t, func(t *testing.T, fence bool) {
		calls, most := 5000, 5000000
		h := newFake(t, false, handler(swapOrDally))
		startFenced(h, fence)
		free := make([]uint32, testSlots)
		for id := range free {
			free[id] = uint32(id)
		}
		values := make([]uint64, testSlots)
		random := uint64(12345)
		for sent, received := 0, 0; received < calls; {
			for sent < calls && len(free) > 0 {
				id := free[len(free)-1]
				free = free[:len(free)-1]
				random = random*6364136223846793005 + 1442695040888963407
				values[id] = random>>33 | 1<<32
				h.send(0, inlineFlags(16), id, [5]uint64{values[id], uint64(id)})
				sent++
			}
			reply := h.receive()
			if h.settles(reply, values[reply.Call]) {
				values[reply.Call] = 0
				free = append(free, reply.Call)
				received++
			}
			// The watch may find every processor busy for a while.
			if received == calls && calls < most && !h.wasTakenOver() {
				calls *= 2
			}
		}
		h.lane.close()
		if h.lane.takeovers == 0 {
			t.Error("the lane was never taken over")
		}
		if h.lane.beside != 0 {
			t.Errorf("%d handlers are said to run", h.lane.beside)
		}
	})
}

func (h *fakeHost) wasTakenOver() bool {
	h.lane.mu.Lock()
	defer h.lane.mu.Unlock()
	return h.lane.takeovers > 0
}

// swapOrDally exchanges two words, of which the first says what it does before that.
func swapOrDally(call *rt.Call) error {
	words := *twoWords(call.Reader().Root(16))
	switch words[0] % 64 {
	case 0:
		time.Sleep(time.Duration(words[0]%7) * 50 * time.Microsecond)
	case 1:
		for end := now() + 100_000; now() < end; {
		}
	case 2:
		panic("boom")
	}
	writer, err := call.Reply(16)
	if err != nil {
		return err
	}
	root := twoWords(writer.Root(16))
	root[0], root[1] = words[1], words[0]
	return nil
}

// settles reports whether a call of swapOrDally with that value is over, whose reply this is.
func (h *fakeHost) settles(reply layout.Descriptor, value uint64) bool {
	h.t.Helper()
	switch {
	case value == 0:
		h.t.Fatalf("reply %+v to no call", reply)
	case reply.Flags&layout.SlotFetch != 0 && value%64 == 2:
		h.send(0, layout.SlotFetch|layout.SlotDrop, reply.Call, [5]uint64{})
		return false
	case value%64 == 2:
		return true
	case reply.Body[0] != uint64(reply.Call) || reply.Body[1] != value:
		h.t.Fatalf("reply %+v; want %#x", reply, value)
	}
	return true
}
