#!/bin/bash
# SPDX-License-Identifier: MIT
#
# layout.sh RINGGEN ARGUMENT... - runs ringgen on ring/layout.h: to compare, as a test, or under
# `bazel run //tests/layout:update` to write goside's view of it into the source tree.

set -euo pipefail

generated=goside/internal/layout/layout_gen.go
if [[ -n ${BUILD_WORKSPACE_DIRECTORY:-} ]]; then
	exec "$@" --go "$BUILD_WORKSPACE_DIRECTORY/$generated"
fi
"$@" && exit
echo "$generated is stale; run: bazel run //tests/layout:update" >&2
exit 1
