#!/bin/bash
# SPDX-License-Identifier: MIT
#
# recipes_test.sh - the build recipes of docs/idl.md, word by word, on examples/hello.
#
# Installs ringcall, sets up a project outside of the tree by each recipe, builds and runs it, and
# looks at what is built again when which file has changed. Runs in the runfiles, with go, make,
# cmake and pkg-config on the path; needs no network. Exit status 1 when anything failed.
set -u

tree=$PWD
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0
checks=0
unset GOFLAGS MAKEFLAGS

fail() {
	echo "FAIL: $*"
	failures=$((failures + 1))
}

# try WHAT COMMAND...: the command succeeds.
try() {
	local what=$1
	shift
	checks=$((checks + 1))
	"$@" >"$scratch/said" 2>&1 && return
	cat "$scratch/said"
	fail "$what"
}

# snippet HEADING [NUMBER]: prints a block below a heading of docs/idl.md.
snippet() {
	awk -v heading="### $1" -v wanted="${2:-1}" '
		/^```/ { fenced = !fenced; inside = fenced && here && ++count == wanted; next }
		inside
		!fenced && /^#/ { here = $0 == heading }
	' "$tree/docs/idl.md"
}

# in_file NUMBER FILE: the block below "Bazel" is part of the file, which Bazel has built.
in_file() {
	local block
	checks=$((checks + 1))
	block=$(snippet Bazel "$1")
	[[ -n $block && $(<"$tree/$2") == *"$block"* ]] && return
	fail "docs/idl.md, Bazel, block $1, is not in $2"
}

# set_up NAME: makes a project and goes there. Its ringgen is counted.
set_up() {
	mkdir -p "$scratch/$1/worker"
	cd "$scratch/$1" || exit 1
	cp -L "$tree/examples/hello/hello.h" .
	chmod u+w hello.h
	echo '#include "more.h"' >>hello.h
	echo 'enum hello_more { HELLO_MORE };' >more.h
	sed 's|examples/hello/||' "$tree/examples/hello/main.c" >main.c
	sed 's|ringcall/examples/hello/hello|example.com/hello/hello|' \
		"$tree/examples/hello/worker/main.go" >worker/main.go
	snippet "Installing, for other build systems" >set_up.sh
	try "$1: go.mod" sh -e set_up.sh
	: >"$scratch/runs"
}

# runs COMMAND: the host that was built calls the worker that was built.
runs() {
	checks=$((checks + 1))
	"./$1" "worker:./$2" >"$scratch/said" 2>&1
	printf '40 + 2 = 42\nHello, C! Hello, C!\n' | diff - "$scratch/said" ||
		fail "$1 printed something else"
}

# state: each file that was built and when.
state() {
	find . \( -name '*.rc.[ch]' -o -name '*.rc.go' -o -name main -o -name hello-worker \) \
		-type f -printf '%p %T@\n' | sort
}

# Says which of these files were built anew since the state in $before.
renewed() {
	state | comm -13 <(printf '%s\n' "$before") - | sed 's/ .*//; s|.*/||' | sort |
		paste -sd ' '
}

# rebuilds WHAT EXPECTED RUNS COMMAND...: the command renews these files, by RUNS runs of ringgen.
rebuilds() {
	local what=$1 expected=$2 count=$3 got
	shift 3
	before=$(state)
	: >"$scratch/runs"
	try "$what" "$@"
	checks=$((checks + 1))
	got=$(renewed)
	[[ $got == "$expected" ]] || fail "$what renewed \"$got\" instead of \"$expected\""
	got=$(wc -l <"$scratch/runs")
	[[ $got -eq $count ]] || fail "$what ran ringgen $got times instead of $count"
}

# incremental NAME COMMAND...: what is built again when which file has changed.
incremental() {
	local name=$1 all="hello-worker hello.rc.c hello.rc.go hello.rc.h main"
	shift
	rebuilds "$name: nothing changed" "" 0 "$@"
	touch hello.h
	rebuilds "$name: the header changed" "$all" 1 "$@"
	touch more.h
	rebuilds "$name: an included header changed" "$all" 1 "$@"
	touch "$ringgen"
	rebuilds "$name: ringgen changed" "$all" 1 "$@"
	touch main.c
	rebuilds "$name: the host changed" "main" 0 "$@"
	touch worker/main.go
	rebuilds "$name: the worker changed" "hello-worker" 0 "$@"
	rebuilds "$name: nothing changed at last" "" 0 "$@"
}

install_it() {
	local prefix=$scratch/prefix
	try "install" "$tree/tools/install" --prefix "$prefix"
	ringgen=$prefix/bin/ringgen
	export PATH=$prefix/bin:$PATH PKG_CONFIG_PATH=$prefix/lib/pkgconfig
	# Counts the runs: the program itself moves beside, where it finds its headers as well.
	mv "$ringgen" "$ringgen.counted"
	printf '#!/bin/sh\necho run >>%s\nexec %s "$@"\n' "$scratch/runs" "$ringgen.counted" \
		>"$ringgen"
	chmod +x "$ringgen"
}

# What a person gets wrong, and a second installation.
install_more() {
	checks=$((checks + 2))
	"$tree/tools/install" --prefix >"$scratch/said" 2>&1
	[[ $? -eq 2 ]] || fail "install without a folder"
	cd "$scratch" || exit 1
	BUILD_WORKING_DIRECTORY=$scratch DESTDIR=$scratch/package/ \
		try "install into a package" "$tree/tools/install" --prefix usr
	cmp "$scratch/package/$scratch/usr/bin/ringgen" "$ringgen.counted" ||
		fail "DESTDIR was not heeded"
	try "install again" "$tree/tools/install" --prefix "$scratch/package/$scratch/usr"
}

bazel() {
	local settings
	in_file 1 examples/hello/BUILD
	in_file 2 tests/recipes/BUILD
	settings=$(go version -m "$tree/tests/recipes/hello-worker-arm64")
	for wanted in GOARCH=arm64 GOARM64=v8.0 -tags=prod CGO_ENABLED=0; do
		checks=$((checks + 1))
		[[ $settings == *"$wanted"* ]] || fail "hello-worker-arm64 lacks $wanted: $settings"
	done
}

make_recipe() {
	set_up make
	snippet Make >Makefile
	try "make" make
	runs main hello-worker
	incremental make make
	try "make -j" make -j 4 -B
	GOARCH=arm64 try "make for arm64" make -B hello-worker
	checks=$((checks + 1))
	go version -m hello-worker | grep -q GOARCH=arm64 || fail "hello-worker is not for arm64"
	rm more.h
	sed -i '/more.h/d' hello.h
	try "make without the included header" make
	try "make clean" make clean
	checks=$((checks + 1))
	[[ -z $(state) ]] || fail "make clean leaves $(state)"
}

cmake_recipe() {
	set_up cmake
	snippet CMake >CMakeLists.txt
	try "cmake" cmake -B build -DCMAKE_BUILD_TYPE=Release
	try "cmake --build" cmake --build build -j 4
	runs build/main build/hello-worker
	incremental cmake cmake --build build
	rm more.h
	sed -i '/more.h/d' hello.h
	try "cmake without the included header" cmake --build build
}

generate_recipe() {
	local flags
	set_up generate
	mkdir hello
	snippet "go generate" >hello/generate.go
	try "go generate" go generate ./...
	flags=$(pkg-config --cflags --libs ringcall)
	# shellcheck disable=SC2086
	try "cc" cc -std=c17 -o main main.c hello.rc.c $flags
	CGO_ENABLED=0 try "go build" go build -o hello-worker ./worker
	try "go vet" go vet ./...
	runs main hello-worker
	cp -r hello hello.rc.* "$scratch/package"
	try "go generate again" go generate ./...
	try "go generate gives the same" cmp hello/hello.rc.go "$scratch/package/hello/hello.rc.go"
	try "go generate gives the same" cmp hello.rc.c "$scratch/package/hello.rc.c"
}

bazel
install_it
install_more
make_recipe
cmake_recipe
generate_recipe
echo "recipes_test.sh: $checks checks, $failures failures"
[[ $failures -eq 0 ]]
