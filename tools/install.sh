#!/bin/bash
# SPDX-License-Identifier: MIT
#
# install.sh --prefix DIR - install what programs that are not built with Bazel need.
#
#   bazel run //tools:install -- --prefix DIR
#
#   DIR/bin/ringgen                   the generator; it needs libclang at run time
#   DIR/include/ringcall/*.h          what interface headers, hosts and generated C include
#   DIR/lib/libringcall.a             the host's side, position independent
#   DIR/lib/pkgconfig/ringcall.pc     says where the others are, by its own place
#   DIR/share/ringcall/go             the Go module "ringcall", for `replace` in a go.mod
#   DIR/share/man/man1                the manual
#
# A relative DIR begins at the caller's folder. With $DESTDIR in the environment, all lands in
# $DESTDIR/DIR, for packaging. Overwrites an older installation. Exit status: 0; 1 when something
# cannot be written; 2 for a wrong command line.

set -euo pipefail

if [[ $# -ne 2 || $1 != --prefix || -z $2 ]]; then
	echo "usage: bazel run //tools:install -- --prefix DIR" >&2
	exit 2
fi
prefix=$2
[[ $prefix == /* ]] || prefix=${BUILD_WORKING_DIRECTORY:-$PWD}/$prefix
prefix=${DESTDIR:-}$prefix

# `bazel run` starts in the runfiles, a test may start it from anywhere.
root=$0.runfiles/ringcall
[[ -d $root ]] || root=$(dirname "$0")/..
cd "$root"

# put MODE FOLDER FILE...: copies files, which may be links.
put() {
	local mode=$1 folder=$prefix/$2
	shift 2
	install -d "$folder"
	install -m "$mode" "$@" "$folder"
}

put 755 bin codegen/ringgen
put 644 include/ringcall cside/include/ringcall/*.h
put 644 lib tools/libringcall.a
for page in docs/*.1; do
	[[ ! -e $page ]] || put 644 share/man/man1 "$page"
done

rm -rf "$prefix/share/ringcall/go"
find -L goside -type f | while read -r source; do
	put 644 "share/ringcall/go/$(dirname "$source")" "$source"
done
put 644 share/ringcall/go go.mod

version=$("$prefix/bin/ringgen" --version)
install -d "$prefix/lib/pkgconfig"
cat >"$prefix/lib/pkgconfig/ringcall.pc" <<END
prefix=\${pcfiledir}/../..
ringgen=\${prefix}/bin/ringgen
godir=\${prefix}/share/ringcall/go

Name: ringcall
Description: C programs call Go workers through shared memory
Version: ${version#ringgen }
Cflags: -I\${prefix}/include
Libs: -L\${prefix}/lib -lringcall -ldl -pthread
END

echo "ringcall ${version#ringgen } is in $prefix; pkg-config finds it with"
echo "  PKG_CONFIG_PATH=$prefix/lib/pkgconfig"
