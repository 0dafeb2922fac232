// SPDX-License-Identifier: MIT

package rt

import "unsafe"

// copyWords copies what fits of a small message.
func copyWords(to []uint64, from *Words) {
	copy(to, (*[5]uint64)(unsafe.Pointer(from))[:])
}

// replyWords returns the start of the reply, which has at least as many bytes.
func (c *HostCall) replyWords(bytes uint64) (words Words) {
	copy((*[5]uint64)(unsafe.Pointer(&words))[:], c.reply[hostReplyWords:][:(bytes+7)/8])
	return words
}
