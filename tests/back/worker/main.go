// SPDX-License-Identifier: MIT

// Command worker implements tests/back/back.h: handlers that call the host.
package main

import (
	"context"
	"errors"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	ringcall "ringcall/goside"
	"ringcall/tests/back/back"
)

type service struct{}

// started is what goroutines that belong to no handler got.
var started atomic.Uint64

// acted counts calls of act.
var acted atomic.Uint64

// endOf says how a call of the host ended.
func endOf(err error, end *back.End) {
	var failed *ringcall.HostError
	var lost *ringcall.CallError
	switch {
	case errors.As(err, &failed):
		end.Code, end.Text = int32(failed.Code), failed.Text
	case errors.As(err, &lost):
		end.Error, end.Text = int32(lost.Errno), lost.Text
	case err != nil:
		end.Error, end.Text = -1, err.Error()
	}
}

func (service) Ping(ctx context.Context) error { return nil }

func (service) Add(ctx context.Context, a, b int64, sum *int64) (err error) {
	*sum, err = back.NewHostClient(ctx).Add(a, b)
	return err
}

func (service) Echo(ctx context.Context, tree, same *back.KitTree) (err error) {
	*same, err = back.NewHostClient(ctx).Echo(tree)
	return err
}

func (service) Bump(ctx context.Context, block, bumped *back.KitBlock) (err error) {
	*bumped, err = back.NewHostClient(ctx).Bump(block)
	return err
}

func (service) Text(ctx context.Context, text string, same *string) (err error) {
	*same, err = back.NewHostClient(ctx).Text(text)
	return err
}

func (service) Fail(ctx context.Context, code int32, text string, end *back.End) error {
	endOf(back.NewHostClient(ctx).Fail(code, text), end)
	return nil
}

func (service) Missing(ctx context.Context, end *back.End) error {
	endOf(back.NewMissingClient(ctx).Ping(), end)
	return nil
}

func (service) Dive(ctx context.Context, levels uint32, reached *uint32) (err error) {
	if levels == 0 {
		return nil
	}
	*reached, err = back.NewHostClient(ctx).Dive(levels - 1)
	*reached++
	return err
}

func (service) Crowd(ctx context.Context, goroutines, calls uint32, sum *uint64) error {
	errs := make([]error, goroutines)
	var all sync.WaitGroup
	var total atomic.Uint64
	for g := range goroutines {
		all.Add(1)
		go func() {
			defer all.Done()
			host := back.NewHostClient(ctx)
			for i := range calls {
				a, b := int64(g), int64(i)
				got, err := host.Add(a, b)
				if err == nil && got != a+b {
					err = errors.New("a wrong sum")
				}
				if err != nil {
					errs[g] = err
					return
				}
				total.Add(uint64(got))
			}
		}()
	}
	all.Wait()
	*sum = total.Load()
	return errors.Join(errs...)
}

func (service) Series(ctx context.Context, calls uint32, sum *uint64) error {
	host := back.NewHostClient(ctx)
	for i := range calls {
		got, err := host.Add(int64(i), 1)
		if err != nil {
			return err
		}
		*sum += uint64(got)
	}
	return nil
}

func (service) Notes(ctx context.Context, count uint32) error {
	host := back.NewHostClient(ctx)
	for i := range count {
		if err := host.Note(uint64(i)); err != nil {
			return err
		}
	}
	return nil
}

func (service) Act(ctx context.Context, timeoutNs uint64, cancel bool, end *back.End) error {
	switch {
	case cancel:
		cancelled, stop := context.WithCancel(ctx)
		defer stop()
		time.AfterFunc(time.Duration(timeoutNs), stop)
		ctx = cancelled
	case timeoutNs != 0:
		limited, stop := context.WithTimeout(ctx, time.Duration(timeoutNs))
		defer stop()
		ctx = limited
	}
	endOf(back.NewHostClient(ctx).Act(), end)
	acted.Add(1)
	return nil
}

func (service) Start(ctx context.Context, calls uint32) error {
	go func() {
		host := back.NewHostClient(context.Background())
		for i := range calls {
			got, err := host.Add(int64(i), 1)
			if err != nil {
				return // the client has been closed
			}
			started.Add(uint64(got))
		}
	}()
	return nil
}

func (service) Done(ctx context.Context, sum *uint64) error {
	*sum = started.Load()
	return nil
}

func (service) Acted(ctx context.Context, count *uint64) error {
	*count = acted.Load()
	return nil
}

// memory is not on the stack, so that reading it allocates nothing.
var memory runtime.MemStats

func (service) Mallocs(ctx context.Context, count *uint64) error {
	runtime.ReadMemStats(&memory)
	*count = memory.Mallocs
	return nil
}

func main() {
	var options []ringcall.Option
	if os.Getenv("KIT_CONCURRENT") != "" {
		options = append(options, ringcall.Concurrent())
	}
	ringcall.Register(back.NewService(service{}), options...)
	ringcall.Main()
}
