// SPDX-License-Identifier: MIT

// Command worker is the Go side of bench/codec: it times what Go does for a call, and answers calls
// with large replies.
package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"ringcall/bench/lists"
	ringcall "ringcall/goside"
	"ringcall/goside/rt"
)

// template is where Load copies from, as it would from a file in memory.
var template = func() []byte {
	bytes := make([]byte, 1<<24)
	for i := range bytes {
		bytes[i] = byte(i*7 ^ i>>8)
	}
	return bytes
}()

type server struct {
	batch   *lists.Batch // what Get answers
	scratch []byte       // what Load fills when it does not fill in place
}

// sumOf reads every string: its length and first byte.
func sumOf(batch *lists.Batch) (sum uint64) {
	for i := range batch.Records {
		record := &batch.Records[i]
		sum += uint64(len(record.Key)) + uint64(record.Key[0]) +
			uint64(len(record.Name)) + uint64(record.Name[0]) +
			uint64(len(record.Text)) + uint64(record.Text[0])
	}
	return sum
}

func (s *server) Put(ctx context.Context, batch *lists.Batch, sum *uint64) error {
	*sum = sumOf(batch)
	return nil
}

func (s *server) Get(ctx context.Context, batch *lists.Batch) error {
	*batch = *s.batch
	return nil
}

func (s *server) Store(ctx context.Context, bytes []byte, length *uint64) error {
	*length = uint64(len(bytes))
	return nil
}

func (s *server) Load(ctx context.Context, bytes uint64, seed uint8, inPlace bool,
	loaded *[]byte) error {
	if inPlace {
		*loaded = ringcall.Buffer(ctx, int(bytes))
	} else {
		if uint64(len(s.scratch)) != bytes {
			s.scratch = make([]byte, bytes)
		}
		*loaded = s.scratch
	}
	copy(*loaded, template[seed:])
	return nil
}

func (s *server) TimeGo(ctx context.Context, batch *lists.Batch, work lists.GoWork, sliceNs uint64,
	workNs *float64) error {
	s.batch = batch
	want := sumOf(batch)
	once := s.worker(work, want)
	var took []time.Duration
	for start := time.Now(); time.Since(start) < time.Duration(sliceNs); {
		before := time.Now()
		sum, err := once()
		took = append(took, time.Since(before))
		if err != nil {
			return err
		}
		if sum != want {
			return ringcall.Errorf(1, "%v: wrong answer: got %d, wanted %d", work,
				sum, want)
		}
	}
	slices.Sort(took)
	*workNs = float64(took[len(took)/2])
	return nil
}

// worker returns a function that does a work once, as a call would have it done, and returns the
// sum of the strings it dealt with. Of an encoding that is what was sent; that it arrives is
// checked before the first one is timed.
func (s *server) worker(work lists.GoWork, want uint64) func() (uint64, error) {
	service := lists.NewService(s)
	put, get := service.Methods[0].New(), service.Methods[1].New()
	var request, reply rt.Call
	space := newSpace(1 << 20)
	reply.SetBody(space.Base, context.Background())
	request.SetBody(space.Base, context.Background())
	encode := func() (uint64, error) {
		reply.Begin(rt.Space{}, space)
		err := get.Serve(&reply)
		if err == nil && reply.Place != rt.PlaceSpace {
			err = errors.New("the reply does not lie in its space")
		}
		return want, err
	}
	check := func() (uint64, error) {
		request.Begin(rt.Space{Base: space.Base, Bytes: reply.Bytes}, rt.Space{})
		err := put.Serve(&request)
		return request.Body[0], err
	}
	if _, err := encode(); err != nil {
		return func() (uint64, error) { return 0, err }
	}
	if sum, err := check(); err != nil || sum != want {
		return func() (uint64, error) { return sum, err }
	}
	switch work {
	case lists.GoCheck:
		return check
	case lists.GoEncode:
		return encode
	}
	return func() (uint64, error) { return sumOf(s.batch.Clone()), nil }
}

func init() { ringcall.Register(lists.NewService(&server{})) }

func main() { ringcall.Main() }
