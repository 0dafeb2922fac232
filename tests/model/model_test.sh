#!/bin/bash
# SPDX-License-Identifier: MIT
#
# model_test.sh MODEL BREAKS TO-BREAK TO-HOLD... - has spin look at every state of the model.
#
# TO-BREAK and each TO-HOLD are definitions, as one word. With each of the latter the model has to
# hold. With TO-BREAK and any one step taken away it has to fail: a model that cannot fail proves
# nothing. What is taken away is read from the model itself, so that none is left out; it has at
# least BREAKS of them. Needs spin and a C compiler.

set -euo pipefail

model=$(realpath "$1")
least_breaks=$2
read -ra to_break <<<"$3"
shift 3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
failures=0

# look OPTIMISATION DEFINE... - the number of errors that spin finds, 0 or 1, with the first in
# `found`. What is soon found is not worth the compiler's time.
look() {
	local optimisation=$1
	shift
	spin -a "$@" "$model" >said || { cat said && exit 1; }
	gcc "$optimisation" -DSAFETY -DVECTORSZ=4096 -o pan pan.c
	./pan -m400000 >said
	if grep -q 'max search depth too small\|out of memory' said ||
		! grep -q 'errors: ' said; then
		cat said
		exit 1
	fi
	found=$(grep -m 1 '^pan:1:' said || true)
	states=$(sed -n 's/^ *\([0-9]*\) states, stored.*/\1/p' said)
	errors=$(sed -n 's/.*errors: \([0-9]*\).*/\1/p' said)
}

holds() {
	look -O1 "$@"
	printf '%-60s %10s states, %s errors\n' "$*" "$states" "$errors"
	if [[ $errors -ne 0 ]]; then
		echo "FAILED: $found"
		failures=$((failures + 1))
	fi
}

fails() {
	look -O0 "$@"
	printf '%-60s %s\n' "$*" "${found:-NOT CAUGHT}"
	[[ $errors -ne 0 ]] || failures=$((failures + 1))
}

for definitions in "$@"; do
	read -ra words <<<"$definitions"
	holds "${words[@]}"
done

mapfile -t breaks < <(grep -o 'BREAK_[a-z_]\+' "$model" | sort -u)
if [[ ${#breaks[@]} -lt $least_breaks ]]; then
	echo "found only ${#breaks[@]} steps to take away"
	exit 1
fi
for step in "${breaks[@]}"; do
	fails "${to_break[@]}" "-D$step"
done
[[ $failures -eq 0 ]]
