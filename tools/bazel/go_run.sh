#!/bin/bash
#
# go_run.sh MANIFEST OUTPUT PACKAGE GO-ARGUMENT... - one action of //tools/bazel:go.bzl.
#
# Copies the sources that MANIFEST lists ("source TAB place" a line; no place: a C header that cgo
# code includes from where it is) into a module tree, runs go there with OUTPUT and PACKAGE added
# to the arguments, then go vet on all of the tree. What Go compiles and vets is kept in $GO_CACHE
# between actions, by content, so a second action compiles only what it alone has.
#
# Relies on: GO, GO_CACHE, CGO_ENABLED and, for C code, CGO_CFLAGS and CGO_LDFLAGS in the
# environment, in which @/ stands for the folder this starts in.

set -euo pipefail

root=$PWD
manifest=$1
output=$root/$2
package=$3
shift 3
stage=$output.stage

export PATH=/usr/local/bin:/usr/bin:/bin
export HOME=$GO_CACHE GOCACHE=$GO_CACHE/build GOPATH=$GO_CACHE/path GOENV=off
export GOFLAGS='-mod=mod -trimpath -buildvcs=false' GOPROXY=off GOSUMDB=off GOTOOLCHAIN=local
export GOWORK=off GO111MODULE=on
export CGO_CFLAGS=${CGO_CFLAGS:-} CGO_LDFLAGS=${CGO_LDFLAGS:-}
CGO_CFLAGS=${CGO_CFLAGS//@\//$root/}
CGO_LDFLAGS=${CGO_LDFLAGS//@\//$root/}
[[ -n $CGO_CFLAGS ]] || unset CGO_CFLAGS CGO_LDFLAGS

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

cd "$stage"
"$GO" "$@" -o "$output" "$package"
"$GO" vet ./...
