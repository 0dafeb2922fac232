// SPDX-License-Identifier: MIT

// Command pack makes a corpus's one file of folders of inputs, and a folder of it.
//
//	pack FILE FOLDER...
//	pack --unpack FILE FOLDER
//
// It reads what libFuzzer and Go's fuzzer write, and writes what libFuzzer reads.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"ringcall/tests/fuzz/corpus"
)

// Go's fuzzer writes a version, then the input as a Go expression.
const goHeader = "go test fuzz v1\n[]byte("

func decode(content []byte) ([]byte, error) {
	expression, ok := strings.CutPrefix(string(content), goHeader)
	if !ok {
		return content, nil
	}
	text, err := strconv.Unquote(strings.TrimSuffix(expression, ")\n"))
	return []byte(text), err
}

func pack(file string, folders []string) error {
	var inputs [][]byte
	for _, folder := range folders {
		names, err := filepath.Glob(filepath.Join(folder, "*"))
		if err != nil {
			return err
		}
		for _, name := range names {
			content, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			input, err := decode(content)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			inputs = append(inputs, input)
		}
	}
	slices.SortFunc(inputs, bytes.Compare)
	inputs = slices.CompactFunc(inputs, bytes.Equal)
	fmt.Printf("%s: %d inputs\n", file, len(inputs))
	return os.WriteFile(file, corpus.Pack(inputs), 0o666)
}

func unpack(file, folder string) error {
	packed, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	inputs, err := corpus.Unpack(packed)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	for number, input := range inputs {
		name := filepath.Join(folder, fmt.Sprintf("%05d", number))
		if err := os.WriteFile(name, input, 0o666); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	var err error
	switch {
	case len(os.Args) == 4 && os.Args[1] == "--unpack":
		err = unpack(os.Args[2], os.Args[3])
	case len(os.Args) >= 3:
		err = pack(os.Args[1], os.Args[2:])
	default:
		err = fmt.Errorf("usage: pack FILE FOLDER... | pack --unpack FILE FOLDER")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}
