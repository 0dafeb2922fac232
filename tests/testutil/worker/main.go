// SPDX-License-Identifier: MIT

// Command worker implements tests/testutil/kit.h for the tests.
//
// KIT_SLOW in the environment makes it register the service kit_slow as well, KIT_CONCURRENT makes
// it serve kit with a goroutine a call, KIT_ORDERED makes it serve one call of a client after the
// other, KIT_SILENT sends its log nowhere, KIT_COLLECT makes it collect garbage all the time.
//
// The same package is built as a C library for the tests of the in-process transports.
package main

import (
	"context"
	"errors"
	"io"
	"log"
	"math"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	ringcall "ringcall/goside"
	"ringcall/tests/testutil/kit"
)

// A gate lets calls through once it is open.
type gate struct {
	open chan struct{}
	once sync.Once
	held atomic.Int64
}

// gates are shared by all clients, so that one of them can hold a call and another let it go.
var gates struct {
	sync.Mutex
	byNumber map[uint64]*gate
}

func gateOf(number uint64) *gate {
	gates.Lock()
	defer gates.Unlock()
	if gates.byNumber == nil {
		gates.byNumber = make(map[uint64]*gate)
	}
	g := gates.byNumber[number]
	if g == nil {
		g = &gate{open: make(chan struct{})}
		gates.byNumber[number] = g
	}
	return g
}

func hold(number uint64) {
	g := gateOf(number)
	g.held.Add(1)
	defer g.held.Add(-1)
	<-g.open
}

// notes is what one-way calls said.
var notes struct {
	count, sum atomic.Uint64
}

var deadlines atomic.Uint64

// A service implements kit.Service.
type service struct{}

func (service) Ping(ctx context.Context) error { return nil }

func (service) Add(ctx context.Context, a, b int64, sum *int64) error {
	*sum = a + b
	return nil
}

func (service) Swap(ctx context.Context, pair *kit.Pair, swapped *kit.Pair) error {
	swapped.First, swapped.Second = pair.Second, pair.First
	return nil
}

func (service) Three(ctx context.Context, words *kit.Three, inverse *kit.Three) error {
	for i, word := range words.Words {
		inverse.Words[i] = ^word
	}
	return nil
}

func (service) Five(ctx context.Context, words *kit.Five, inverse *kit.Five) error {
	for i, word := range words.Words {
		inverse.Words[i] = ^word
	}
	return nil
}

func (service) First(ctx context.Context, words *kit.Five, inverse *uint64) error {
	*inverse = ^words.Words[0]
	return nil
}

func (service) Fill(ctx context.Context, word uint64, inverse *kit.Five) error {
	for i := range inverse.Words {
		inverse.Words[i] = ^word
	}
	return nil
}

func (service) Bump(ctx context.Context, block *kit.Block, bumped *kit.Block) error {
	for i, word := range block.Words {
		bumped.Words[i] = word + 1
	}
	return nil
}

func (service) Scalars(ctx context.Context, scalars *kit.Scalars, same *kit.Scalars) error {
	*same = *scalars
	return nil
}

func (service) Mixed(ctx context.Context, yes bool, colour kit.Colour, text string, pair *kit.Pair,
	numbers []uint32, small uint8, made *kit.Tree) error {
	made.Scalars.Yes = yes
	made.Scalars.Colour = colour
	made.Name = text
	made.Scalars.U64 = pair.First + pair.Second
	made.Rows = [][]uint32{numbers, nil, numbers}
	made.Scalars.U8 = small
	return nil
}

func (service) Echo(ctx context.Context, tree *kit.Tree, same *kit.Tree) error {
	*same = *tree
	return nil
}

func (service) Nodes(ctx context.Context, root *kit.Node, same *kit.Node) error {
	*same = *root
	return nil
}

func (service) Text(ctx context.Context, text string, same *string) error {
	*same = text
	return nil
}

func (service) Large(ctx context.Context, bytes uint64, seed uint8, made *[]byte) error {
	*made = make([]byte, bytes)
	for i := range *made {
		(*made)[i] = seed + uint8(i)
	}
	return nil
}

func (service) Sum(ctx context.Context, bytes []byte, total *uint64) error {
	for _, b := range bytes {
		*total += uint64(b)
	}
	return nil
}

func (service) WrongColour(ctx context.Context, scalars *kit.Scalars) error {
	scalars.Colour = 99
	return nil
}

func (service) Fail(ctx context.Context, code int64, text string) error {
	return ringcall.Errorf(code, "%s", text)
}

func (service) FailPlainly(ctx context.Context, text string, never *int64) error {
	*never = 1
	return errors.New(text)
}

func (service) Explode(ctx context.Context, text string) error { panic(text) }

func (service) ExplodeLate(ctx context.Context, text string, never *kit.Tree) error {
	never.Name = text
	never.Branches = make([]kit.Branch, 3)
	panic(text)
}

func (service) Goexit(ctx context.Context) error {
	runtime.Goexit()
	return nil
}

func (service) Die(ctx context.Context, how kit.Death) error {
	switch how {
	case kit.Exit:
		os.Exit(7)
	case kit.Kill:
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
	case kit.Fault:
		fault()
	case kit.Panic:
		go panic("the end")
	}
	select {}
}

// fault ends the process as a defect in assembly would: no recover stops it.
func fault() { syscall.Kill(os.Getpid(), syscall.SIGSEGV) }

func (service) Hold(ctx context.Context, number uint64) error {
	hold(number)
	return nil
}

func (service) Held(ctx context.Context, number uint64, count *uint64) error {
	*count = uint64(gateOf(number).held.Load())
	return nil
}

func (service) OpenGate(ctx context.Context, number uint64) error {
	g := gateOf(number)
	g.once.Do(func() { close(g.open) })
	return nil
}

func (service) Spin(ctx context.Context) error {
	gateOf(math.MaxUint64).held.Add(1)
	for {
		runtime.Gosched()
	}
}

func (service) Deadline(ctx context.Context, leftNs *int64) error {
	if deadline, ok := ctx.Deadline(); ok {
		*leftNs = int64(time.Until(deadline))
	}
	return nil
}

func (service) WaitDone(ctx context.Context) error {
	<-ctx.Done()
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		deadlines.Add(1)
	}
	return ctx.Err()
}

func (service) Note(ctx context.Context, value uint64) error {
	notes.sum.Add(value)
	notes.count.Add(1)
	return nil
}

func (service) NoteText(ctx context.Context, text string) error {
	notes.sum.Add(uint64(len(text)))
	notes.count.Add(1)
	return nil
}

func (service) NoteBadly(ctx context.Context, value uint64) error {
	notes.sum.Add(value)
	notes.count.Add(1)
	if value%2 == 0 {
		panic("a one-way call that panics")
	}
	return errors.New("a one-way call that fails")
}

func (service) Notes(ctx context.Context, said *kit.Notes) error {
	said.Count = notes.count.Load()
	said.Sum = notes.sum.Load()
	return nil
}

// memory is not on the stack, so that reading it allocates nothing.
var memory struct {
	sync.Mutex
	stats runtime.MemStats
}

func (service) Heap(ctx context.Context, bytes *uint64) error {
	memory.Lock()
	defer memory.Unlock()
	runtime.GC()
	runtime.ReadMemStats(&memory.stats)
	*bytes = memory.stats.HeapAlloc
	return nil
}

func (service) Stats(ctx context.Context, stats *kit.Stats) error {
	memory.Lock()
	defer memory.Unlock()
	runtime.ReadMemStats(&memory.stats)
	stats.Mallocs = memory.stats.Mallocs
	stats.Goroutines = uint64(runtime.NumGoroutine())
	stats.Deadlines = deadlines.Load()
	stats.ProcessID = uint64(os.Getpid())
	return nil
}

func (service) Thread(_ context.Context, id *uint64) error {
	*id = uint64(syscall.Gettid())
	return nil
}

// A slowService implements kit.SlowService.
type slowService struct{}

func (slowService) Add(ctx context.Context, a, b int64, sum *int64) error {
	*sum = a + b
	return nil
}

func (slowService) Hold(ctx context.Context, number, value uint64, same *uint64) error {
	hold(number)
	*same = value
	return nil
}

func (slowService) Explode(ctx context.Context, text string) error { panic(text) }

func (slowService) Goexit(ctx context.Context) error {
	runtime.Goexit()
	return nil
}

func (slowService) Note(ctx context.Context, value uint64) error {
	return service{}.Note(ctx, value)
}

// register makes the services known as the environment says.
// collect collects garbage for as long as the process lives.
func collect() {
	for {
		runtime.GC()
	}
}

func register(getenv func(string) string) {
	var options []ringcall.Option
	if getenv("KIT_SILENT") != "" {
		log.SetOutput(io.Discard)
	}
	if getenv("KIT_COLLECT") != "" {
		go collect()
	}
	if getenv("KIT_ORDERED") != "" {
		ringcall.MaxHandlers(1)
	}
	if getenv("KIT_CONCURRENT") != "" {
		options = append(options, ringcall.Concurrent())
	}
	ringcall.Register(kit.NewService(service{}), options...)
	ringcall.Register(kit.NewCallsService(callsService{}), options...)
	if getenv("KIT_SLOW") != "" {
		ringcall.Register(kit.NewSlowService(slowService{}), ringcall.Concurrent())
	}
}

func main() {
	register(os.Getenv)
	ringcall.Main()
}
