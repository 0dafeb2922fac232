#!/bin/bash
# SPDX-License-Identifier: MIT
#
# fuzz.sh reply|request SECONDS - fuzzes a check for so long, and keeps what it found.
#
# `reply` is libFuzzer on C's checks of replies, with the address and undefined-behaviour
# sanitizers; `request` is Go's fuzzer on Go's checks of requests. Both begin with the tracked
# corpus, and what they find makes the new one: reviewed like any change, it is then replayed by
# //tests/fuzz/.... An input that fails is named by the fuzzer, and kept in $TMPDIR.
#
# Relies on: ./bazelw, clang 14 or later.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

usage() {
	echo "usage: fuzz.sh reply|request SECONDS" >&2
	exit 2
}

[[ $# -eq 2 && $2 =~ ^[0-9]+$ ]] || usage
check=$1
seconds=$2
corpus=tests/fuzz/corpus/$check.bin
folder=$(mktemp -d -t ringcall-fuzz-XXXXXX)
echo "fuzz.sh: working in $folder"

# More than the largest root: what is found with larger ones is found with small ones, and faster.
input_bytes_max=4096

./bazelw build //tests/fuzz/pack
pack=$(readlink -f bazel-bin/tests/fuzz/pack/pack)
"$pack" --unpack "$corpus" "$folder/old"

reply() {
	local fuzzer
	./bazelw build --config=fuzz //tests/fuzz/reply:reply_fuzzer
	fuzzer=$(readlink -f bazel-bin/tests/fuzz/reply/reply_fuzzer)
	mkdir "$folder/new" "$folder/least"
	"$fuzzer" -max_total_time="$seconds" -max_len=$input_bytes_max -print_final_stats=1 \
		-artifact_prefix="$folder/" "$folder/new" "$folder/old"
	"$fuzzer" -merge=1 -use_counters=0 -max_len=$input_bytes_max "$folder/least" \
		"$folder/new" "$folder/old"
	"$pack" "$corpus" "$folder/least"
}

request() {
	local fuzzer
	./bazelw build //tests/fuzz/request:request_fuzzer
	fuzzer=$(readlink -f bazel-bin/tests/fuzz/request/request_fuzzer.bin)
	mkdir "$folder/new"
	(cd tests/fuzz/request && "$fuzzer" -test.run='^$' -test.fuzz=FuzzRequest \
		-test.fuzztime="${seconds}s" -test.fuzzminimizetime=10x -test.parallel=1 \
		-test.fuzzcachedir="$folder/new")
	"$pack" "$corpus" "$folder/new/FuzzRequest" "$folder/old"
}

case $check in
reply | request) "$check" ;;
*) usage ;;
esac
