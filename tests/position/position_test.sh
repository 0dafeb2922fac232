#!/bin/sh
# SPDX-License-Identifier: MIT
#
# position_test.sh POSITION READER - a message means the same wherever it lies: in another place, in
# a process that is started later, in one of Go, and back in one of C.
set -eu

position=$1
reader=$2
folder=${TEST_TMPDIR:-$(mktemp -d)}
failures=0

expect() { # expect STATUS WORDS COMMAND...: the command ends so
	wanted=$1
	what=$2
	shift 2
	status=0
	"$@" 2>"$folder/said" || status=1
	if [ "$status" != "$wanted" ]; then
		echo "FAIL: $what: $(cat "$folder/said")"
		failures=$((failures + 1))
	fi
}

for seed in 1 2 3 4 5 6 7 8 9 10; do
	expect 0 "seed $seed, made" "$position" write "$folder/c" "$seed"
	expect 0 "seed $seed, in a later process" "$position" read "$folder/c" "$seed"
	expect 0 "seed $seed, in a process of Go" "$reader" "$folder/c" "$folder/go"
	expect 0 "seed $seed, from Go" "$position" read "$folder/go" "$seed"
	expect 1 "seed $seed, as another box" "$position" read "$folder/c" $((seed + 1))
	head -c 60 "$folder/c" >"$folder/cut"
	expect 1 "seed $seed, cut" "$position" read "$folder/cut" "$seed"
	expect 1 "seed $seed, cut, in a process of Go" "$reader" "$folder/cut" "$folder/go"
done
echo "position_test.sh: $failures failures"
[ "$failures" = 0 ]
