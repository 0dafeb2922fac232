// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"

	ringcall "ringcall/goside"
	"ringcall/tests/testutil/kit"
)

// A callsService implements kit.CallsService by calls of the host.
type callsService struct{}

func (callsService) Add(ctx context.Context, a, b int64, sum *int64) (err error) {
	*sum, err = kit.NewHostClient(ctx).Add(a, b)
	return err
}

func (callsService) Echo(ctx context.Context, tree *kit.Tree, same *kit.Tree) (err error) {
	*same, err = kit.NewHostClient(ctx).Echo(tree)
	return err
}

func (callsService) Large(ctx context.Context, bytes uint64, seed uint8, made *[]byte) (err error) {
	*made, err = kit.NewHostClient(ctx).Large(bytes, seed)
	return err
}

// describe fills in what err is. A handler whose host function was to fail and did not, fails.
func describe(err error, failure *kit.Failure) error {
	var host *ringcall.HostError
	var call *ringcall.CallError
	switch {
	case errors.As(err, &host):
		failure.Code = int64(host.Code)
	case errors.As(err, &call):
		failure.Code, failure.IsCall = int64(call.Errno), true
	default:
		return errors.New("the host function did not fail")
	}
	failure.Text = err.Error()
	failure.IsNoFile = errors.Is(err, syscall.ENOENT)
	return nil
}

func (callsService) Fail(ctx context.Context, result int32, text string, f *kit.Failure) error {
	return describe(kit.NewHostClient(ctx).Fail(result, text), f)
}

func (callsService) WrongColour(ctx context.Context, failure *kit.Failure) error {
	_, err := kit.NewHostClient(ctx).WrongColour()
	return describe(err, failure)
}

func (callsService) SendWrongColour(ctx context.Context, failure *kit.Failure) error {
	const undeclared = 77
	_, err := kit.NewHostClient(ctx).LeafMixed(true, undeclared, "", &kit.Pair{}, nil)
	if err == nil {
		return errors.New("a leaf got an undeclared colour")
	}
	_, err = kit.NewHostClient(ctx).Echo(&kit.Tree{Leaf: kit.Leaf{Colour: undeclared}})
	return describe(err, failure)
}

func (callsService) Nest(ctx context.Context, levels uint32, reached *uint32) (err error) {
	if levels > 0 {
		*reached, err = kit.NewHostClient(ctx).Nest(levels - 1)
	}
	return err
}

func (callsService) Note(ctx context.Context, value uint64) error {
	return kit.NewHostClient(ctx).Note(value)
}

func (callsService) LeafAdd(ctx context.Context, a, b int64, sum *int64) (err error) {
	*sum, err = kit.NewHostClient(ctx).LeafAdd(a, b)
	return err
}

func (callsService) LeafMixed(ctx context.Context, yes bool, colour kit.Colour, text string,
	pair *kit.Pair, numbers []uint32, made *kit.Scalars) (err error) {
	*made, err = kit.NewHostClient(ctx).LeafMixed(yes, colour, text, pair, numbers)
	return err
}

func (callsService) LeafFail(ctx context.Context, result int32, failure *kit.Failure) error {
	return describe(kit.NewHostClient(ctx).LeafFail(result), failure)
}

// counting returns what many calls of work come to: the sum and the allocations.
func counting(calls uint64, many *kit.Many, work func(index uint64) (int64, error)) error {
	var before, after runtime.MemStats
	sum, err := work(0) // What the first call makes is kept.
	runtime.ReadMemStats(&before)
	for index := uint64(1); err == nil && index < calls; index++ {
		var result int64
		result, err = work(index)
		sum += result
	}
	runtime.ReadMemStats(&after)
	many.Sum, many.Mallocs = uint64(sum), after.Mallocs-before.Mallocs
	return err
}

func (callsService) Many(ctx context.Context, calls uint64, leaf bool, many *kit.Many) error {
	host := kit.NewHostClient(ctx)
	if leaf {
		return counting(calls, many, func(index uint64) (int64, error) {
			return host.LeafAdd(int64(index), 1)
		})
	}
	return counting(calls, many, func(index uint64) (int64, error) {
		return host.Add(int64(index), 1)
	})
}

func (callsService) ManyTrees(ctx context.Context, calls uint64, tree *kit.Tree,
	many *kit.Many) error {
	host := kit.NewHostClient(ctx)
	return counting(calls, many, func(uint64) (int64, error) {
		same, err := host.Echo(tree)
		return int64(len(same.Branches)), err
	})
}

func (callsService) Gather(ctx context.Context, goroutines, calls uint32, sum *int64) error {
	var total atomic.Int64
	var failure atomic.Pointer[error]
	var done sync.WaitGroup
	host := kit.NewHostClient(context.Background())
	for range goroutines {
		done.Add(1)
		go func() {
			defer done.Done()
			for range calls {
				one, err := host.Add(3, -2)
				if err != nil {
					failure.Store(&err)
					return
				}
				total.Add(one)
			}
		}()
	}
	done.Wait()
	*sum = total.Load()
	if err := failure.Load(); err != nil {
		return *err
	}
	return nil
}
