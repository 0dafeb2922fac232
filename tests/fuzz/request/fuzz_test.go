// SPDX-License-Identifier: MIT

package request

import (
	"os"
	"testing"

	"ringcall/tests/fuzz/corpus"
)

// inputs reads a corpus.
func inputs(t testing.TB) [][]byte {
	packed, err := os.ReadFile("../corpus/request.bin")
	if err != nil {
		t.Fatal(err)
	}
	all, err := corpus.Unpack(packed)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// FuzzRequest gives any bytes to the checks of requests: see fuzz.sh.
func FuzzRequest(f *testing.F) {
	for _, input := range inputs(f) {
		f.Add(input)
	}
	fuzzer := newFuzzer()
	f.Fuzz(func(t *testing.T, input []byte) { fuzzer.try(t, input) })
}

func TestCorpusIsAcceptedOrRefused(t *testing.T) {
	fuzzer := newFuzzer()
	for _, input := range inputs(t) {
		fuzzer.try(t, input)
	}
	t.Logf("%d methods; %d accepted, %d of them sent on", len(fuzzer.methods), fuzzer.accepted,
		fuzzer.sentOn)
	for why, count := range fuzzer.refused {
		t.Logf("%d refused: %s", count, why)
	}
	if fuzzer.accepted == 0 || fuzzer.sentOn == 0 || len(fuzzer.refused) < 6 {
		t.Errorf("the corpus reaches too little")
	}
}

// What the peer changes while it is checked.
func TestRequestThatChangesIsCheckedAsACopy(t *testing.T) {
	fuzzer := newFuzzer()
	for _, input := range inputs(t) {
		fuzzer.tryChanging(t, input)
	}
	t.Logf("%d accepted, %d refused", fuzzer.accepted, fuzzer.refused["changed"])
	if fuzzer.accepted == 0 {
		t.Errorf("nothing was accepted")
	}
}
