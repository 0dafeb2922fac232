#!/bin/bash
# SPDX-License-Identifier: MIT
#
# go_run.sh ENVIRONMENT MANIFEST OUTPUT PACKAGE GO-ARGUMENT... - one action of //tools/bazel:go.bzl.
#
# Copies the sources that MANIFEST lists ("source TAB place" a line; no place: a C header that cgo
# code includes from where it is) into a module tree, runs go there with OUTPUT and PACKAGE added
# to the arguments, then go vet on all of the tree with the same build tags. What Go compiles and
# vets is kept in $GOCACHE between actions, by content, so a second action compiles only what it
# alone has.
#
# Relies on: ENVIRONMENT, which is @local_go//:env.sh; CGO_ENABLED and, for C code, CGO_CFLAGS and
# CGO_LDFLAGS, in which @/ stands for the folder this starts in.

set -euo pipefail

root=$PWD
source "$1"
manifest=$2
output=$root/$3
package=$4
shift 4
stage=$output.stage

if [[ -n ${CGO_CFLAGS:-} ]]; then
	export CGO_CFLAGS=${CGO_CFLAGS//@\//$root/} CGO_LDFLAGS=${CGO_LDFLAGS//@\//$root/}
fi

rm -rf "$stage"
trap 'rm -rf "$stage"' EXIT
headers=()
while IFS=$'\t' read -r source place; do
	if [[ -z $place ]]; then
		headers+=("$source")
		continue
	fi
	mkdir -p "$stage/$(dirname "$place")"
	cp -L "$source" "$stage/$place"
done <"$manifest"
chmod -R u+w "$stage"

# The go command's cache knows the files of a package's folder but no header from elsewhere. This
# puts a sum of those into the folder of each package that imports "C".
if [[ ${#headers[@]} -gt 0 ]]; then
	sum=$(sha256sum "${headers[@]}" | sha256sum)
	grep -rl --include='*.go' '^import "C"' "$stage" | xargs -r -n 1 dirname | sort -u |
		while read -r folder; do
			echo "/* ${sum%% *} */" >"$folder/zz_headers_sum.h"
		done
fi

tags=()
for argument in "$@"; do
	[[ $argument == -tags=* ]] && tags+=("$argument")
done

cd "$stage"
go "$@" -o "$output" "$package"
if [[ " $* " == *" -buildmode=c-"* ]]; then
	touch "${output%.*}.h" # go writes no header for a main package that exports nothing itself
fi
# Not cgocall: it opens a source where it was compiled, which may be the stage of another action.
go vet -cgocall=false "${tags[@]}" ./...
