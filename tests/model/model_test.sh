#!/bin/bash
# SPDX-License-Identifier: MIT
#
# model_test.sh MODEL - has spin look at every state of the model.
#
# As it is, the model has to hold, with fences and with membarrier. With any one step taken away it
# has to fail: a model that cannot fail proves nothing. What is taken away is read from the model
# itself, so that none is left out. Needs spin and a C compiler.

set -euo pipefail

model=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
failures=0

# look DEFINE... - the number of errors that spin finds, 0 or 1, with the first in `found`.
look() {
	spin -a "$@" "$model" >said || { cat said && exit 1; }
	gcc -O1 -DSAFETY -DVECTORSZ=4096 -o pan pan.c
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
	look "$@"
	printf '%-60s %10s states, %s errors\n' "$*" "$states" "$errors"
	if [[ $errors -ne 0 ]]; then
		echo "FAILED: $found"
		failures=$((failures + 1))
	fi
}

fails() {
	look "$@"
	printf '%-60s %s\n' "$*" "${found:-NOT CAUGHT}"
	[[ $errors -ne 0 ]] || failures=$((failures + 1))
}

holds -DCALLS=2 -DCRASH
holds -DCALLS=2 -DCRASH -DMEMBARRIER
holds -DCALLS=3
holds -DCALLS=3 -DMEMBARRIER

mapfile -t breaks < <(grep -o 'BREAK_[a-z_]\+' "$model" | sort -u)
[[ ${#breaks[@]} -ge 9 ]] || { echo "found only ${#breaks[@]} steps to take away" && exit 1; }
for step in "${breaks[@]}"; do
	fails -DCALLS=3 -DCRASH "-D$step"
done
[[ $failures -eq 0 ]]
