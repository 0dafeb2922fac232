// SPDX-License-Identifier: MIT

package rt

import "context"

// Words are a small message: what a slot of the ring holds.
type Words struct{ W0, W1, W2, W3, W4 uint64 }

// A HostCaller makes calls of the host, or ends one that was made.
type HostCaller interface {
	// CallHost is that of Host.
	CallHost(ctx context.Context, call *HostCall) error
}

// A SmallShape says what a small call is of: the method's number and the bytes of its messages.
// It is one word so that all of a call fits registers.
type SmallShape uint64

func shapeOf(number uint32, requestBytes, replyBytes uint64) SmallShape {
	return SmallShape(uint64(number) | requestBytes<<32 | replyBytes<<48)
}

// Number returns the number of the method, as the host knows it.
func (s SmallShape) Number() uint32 { return uint32(s) }

// RequestBytes returns how many bytes the request has.
func (s SmallShape) RequestBytes() uint16 { return uint16(s >> 32) }

// ReplyBytes returns how many bytes the reply has if the call succeeds.
func (s SmallShape) ReplyBytes() uint16 { return uint16(s >> 48) }

// CallSmall calls the method with this index, whose messages are roots alone, fit Words, and hold
// nothing that has to be checked.
func (c *HostClient) CallSmall(index int, requestBytes, replyBytes uint64, request Words) (Words,
	error) {
	var next HostCaller
	if binding := c.bound; binding != nil && index < binding.methods {
		var reply Words
		shape := shapeOf(binding.first+uint32(index), requestBytes, replyBytes)
		if reply, next = c.host.CallSmall(c.ctx, shape, request); next == nil {
			return reply, nil
		}
	}
	return c.callSmallBy(next, index, requestBytes, replyBytes, request)
}

// callSmallBy is CallSmall in the steps of other calls. nil: the client's host is asked.
func (c *HostClient) callSmallBy(next HostCaller, index int, requestBytes, replyBytes uint64,
	request Words) (reply Words, err error) {
	call, err := c.Begin(index)
	if err != nil {
		return reply, err
	}
	call.Plain(requestBytes)
	copyWords(call.request, &request)
	if next == nil {
		next = call.host
	}
	if err := call.runBy(next); err != nil {
		return reply, err
	}
	reply = call.replyWords(replyBytes)
	call.End()
	return reply, nil
}
