// SPDX-License-Identifier: MIT

package rt

import "unsafe"

// A SmallHandler serves calls whose messages are their roots alone, fit slots, and are the same
// bytes in Go: they need no Reader and no Writer.
type SmallHandler interface {
	Handler
	// ServeSmall serves the request at request and puts the reply at reply. Both are memory of
	// this process that is the call's own while it runs.
	ServeSmall(call *Call, request, reply unsafe.Pointer) error
}

// ServeSmall is Serve of a SmallHandler, whose messages have so many bytes.
func (c *Call) ServeSmall(handler SmallHandler, requestBytes, replyBytes uint64) error {
	root := c.reader.Root(uintptr(requestBytes))
	if root == nil {
		return c.reader.Err()
	}
	// A host with a later header has a larger root, which may lie in shared memory.
	if root != c.body.Base {
		copy(unsafe.Slice((*byte)(unsafe.Pointer(&c.root)), requestBytes),
			unsafe.Slice((*byte)(root), requestBytes))
		root = unsafe.Pointer(&c.root)
	}
	return handler.ServeSmall(c, root, c.SmallReply(replyBytes))
}

// BeginSmall is Begin for a request that SmallHandler.ServeSmall gets, with a reply of the same
// kind. What a SmallHandler does not use is as the call before has left it.
func (c *Call) BeginSmall() {
	c.space.Bytes = 0
}
