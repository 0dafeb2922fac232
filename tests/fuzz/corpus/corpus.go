// SPDX-License-Identifier: MIT

// Package corpus holds inputs of the fuzzers, and packs them.
package corpus

import (
	"encoding/binary"
	"errors"
)

// A corpus is kept as one file: each input behind its length in four bytes.

// Pack returns the inputs as one file.
func Pack(inputs [][]byte) []byte {
	var packed []byte
	for _, input := range inputs {
		packed = binary.LittleEndian.AppendUint32(packed, uint32(len(input)))
		packed = append(packed, input...)
	}
	return packed
}

// Unpack is the way back.
func Unpack(packed []byte) (inputs [][]byte, err error) {
	for len(packed) >= 4 {
		length := uint64(binary.LittleEndian.Uint32(packed))
		packed = packed[4:]
		if length > uint64(len(packed)) {
			break
		}
		inputs = append(inputs, packed[:length])
		packed = packed[length:]
	}
	if len(packed) != 0 {
		return nil, errors.New("the corpus ends within an input")
	}
	return inputs, nil
}
