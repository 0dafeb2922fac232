#!/bin/bash
# SPDX-License-Identifier: MIT
#
# arm64_test.sh PACKAGE - runs the package's tests, built for arm64, under QEMU's user mode
# emulation: it has the instructions, signals and threads of arm64, but neither its memory order
# nor its speed.
#
# Relies on: go on the path and, among the files it is given, go.mod and the package's sources.

set -euo pipefail

package=$1

if [[ $(uname -m) == aarch64 ]]; then
	echo "this machine is arm64: the package's other tests are this one"
	exit 0
fi
emulator=$(command -v qemu-aarch64-static || command -v qemu-aarch64 || true)
if [[ -z $emulator ]] || ! command -v aarch64-linux-gnu-gcc >/dev/null; then
	echo "found no qemu-aarch64 or no aarch64-linux-gnu-gcc; run ./bazelw test once:" \
		"it installs what is missing" >&2
	exit 1
fi

# Not where it starts: Go would look for modules in the folders around that.
tree=$TEST_TMPDIR/tree
mkdir -p "$tree"
cp -rL go.mod goside "$tree"
chmod -R u+w "$tree"
cd "$tree"

export GOARCH=arm64 CGO_ENABLED=1 CC=aarch64-linux-gnu-gcc
# Not cgocall: it opens a source where it was compiled, which may be the tree of an earlier run.
go vet -cgocall=false "./$package/..."
go test -c -o package.test "./$package"
cd "$package"
# For those that start programs of their own.
export ARM64_TEST_RUNNER="$emulator -L /usr/aarch64-linux-gnu"
exec $ARM64_TEST_RUNNER "$tree/package.test" -test.short
