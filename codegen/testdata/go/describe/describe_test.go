// SPDX-License-Identifier: MIT

// Package describe reads what `ringgen --describe=json` prints of each header of testdata/accept.
package describe

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

type place struct {
	Name   string
	Go     string
	CType  string `json:"c_type"`
	GoType string `json:"go_type"`
	Offset uint64
	Bytes  uint64
}

type method struct {
	Name, Go                                  string
	Oneway, Inline, Idempotent, Leaf, ByValue bool
	RequestBytes                              uint64 `json:"request_bytes"`
	Inputs                                    []place
	Output                                    *place
}

type service struct {
	Name, Go, Digest, Description string
	Version                       uint32
	Host                          bool
	Methods                       []method
}

type structure struct {
	Name, C, Go  string
	Bytes, Align uint64
	Fields       []place
}

type enum struct {
	Name, C, Go string
	Bytes       uint64
	Signed      bool
	Constants   []struct {
		Name, Go string
		Value    json.Number
	}
}

type description struct {
	Source    string
	GoPackage string `json:"go_package"`
	Services  []service
	Structs   []structure
	Enums     []enum
}

func read(t *testing.T, path string) description {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var read description
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return read
}

func checkPlaces(t *testing.T, holder string, places []place, bytes uint64) {
	t.Helper()
	at := uint64(0)
	for _, place := range places {
		if place.Offset < at || place.Offset+place.Bytes > bytes {
			t.Errorf("%s.%s is out of its place", holder, place.Name)
		}
		if place.Go == "" || place.CType == "" || place.GoType == "" {
			t.Errorf("%s.%s lacks a type or a name", holder, place.Name)
		}
		at = place.Offset + place.Bytes
	}
}

func TestEachDescriptionIsSound(t *testing.T) {
	paths, err := filepath.Glob("*.json")
	if err != nil || len(paths) < 5 {
		t.Fatalf("%d descriptions, %v", len(paths), err)
	}
	digest := regexp.MustCompile(`^[0-9a-f]{16}$`)
	for _, path := range paths {
		got := read(t, path)
		if strings.TrimSuffix(got.Source, ".h")+".json" != path || len(got.Services) == 0 {
			t.Errorf("%s describes %s", path, got.Source)
		}
		for _, service := range got.Services {
			if !digest.MatchString(service.Digest) || service.Description == "" ||
				service.Version == 0 {
				t.Errorf("%s: service %s has no digest", path, service.Name)
			}
			for _, method := range service.Methods {
				checkPlaces(t, method.Name, method.Inputs, method.RequestBytes)
			}
		}
		for _, structure := range got.Structs {
			checkPlaces(t, structure.C, structure.Fields, structure.Bytes)
		}
	}
}

func TestADescriptionHasWhatTheHeaderSays(t *testing.T) {
	kv := read(t, "kv.json")
	put := kv.Services[0].Methods[1]
	if put.Name != "put" || put.Output == nil || put.Output.GoType != "uint64" ||
		put.RequestBytes != 88 || put.Inputs[1].Offset != 80 {
		t.Errorf("kv.put is %+v", put)
	}
	want := place{"weight", "Weight", "double[4]", "[4]float64", 48, 32}
	if item := kv.Structs[1]; item.Bytes != 80 || item.Fields[3] != want {
		t.Errorf("struct kv_item is %+v", item)
	}
	huge := read(t, "types.json").Enums
	for _, enum := range huge {
		if enum.C == "enum types_huge" && enum.Constants[1].Value != "18446744073709551615" {
			t.Errorf("UINT64_MAX is %s", enum.Constants[1].Value)
		}
	}
}
