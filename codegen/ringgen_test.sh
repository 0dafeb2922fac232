#!/bin/sh
# SPDX-License-Identifier: MIT
#
# ringgen_test.sh - what ringgen makes of testdata/accept and says of testdata/reject.
#
# usage: ringgen_test.sh RINGGEN TESTDATA [--update] [--go-tree DIR] [--docs FILE] [-I DIR]...
#
#   --docs FILE    docs/idl.md: it has to name each header of testdata/reject
#   -I DIR         where <ringcall/idl.h> and <ringcall/generated.h> are; for the compilers too
#   --go-tree DIR  the tree with go.mod and goside: the generated Go is vetted against it, and the
#                  tests of testdata/go are run
#   --update       rewrite the goldens and the expected errors instead of comparing them
#
# accept: the output is the golden byte for byte, is the same in a second run, compiles without a
# warning under gcc and clang, and is what gofmt would write. reject: exit status 1 and exactly the
# errors of the header's `expect:` lines. Prints a diff for each failure; exit status 1 if any.
set -u

ringgen=$(realpath "$1")
testdata=$(realpath "$2")
shift 2
update=
go_tree=
docs=
includes=
while [ $# -gt 0 ]; do
	case $1 in
	--update) update=yes ;;
	--go-tree)
		go_tree=$(realpath "$2")
		shift
		;;
	--docs)
		docs=$(realpath "$2")
		shift
		;;
	-I)
		includes="$includes -I $(realpath "$2")"
		shift
		;;
	*)
		echo "ringgen_test.sh: unknown argument $1" >&2
		exit 2
		;;
	esac
	shift
done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0
checks=0

fail() {
	echo "FAIL: $*"
	failures=$((failures + 1))
}

# same EXPECTED ACTUAL WHAT
same() {
	checks=$((checks + 1))
	diff -u "$1" "$2" || fail "$3"
}

# succeeds WHAT COMMAND...: the command says nothing and succeeds.
succeeds() {
	what=$1
	shift
	checks=$((checks + 1))
	if ! "$@" >"$scratch/said" 2>&1 || [ -s "$scratch/said" ]; then
		cat "$scratch/said"
		fail "$what"
	fi
}

# status EXPECTED WHAT COMMAND...
status() {
	expected=$1
	what=$2
	shift 2
	checks=$((checks + 1))
	"$@" >"$scratch/said" 2>&1
	actual=$?
	if [ $actual -ne "$expected" ]; then
		cat "$scratch/said"
		fail "$what: exit status $actual instead of $expected"
	fi
}

# arguments_of NAME: what the header in the working folder asks for.
arguments_of() {
	sed -n 's|^/\* arguments: \(.*\) \*/$|\1|p' "$1.h"
}

# generate NAME FOLDER: from the header in the working folder.
generate() {
	mkdir -p "$2"
	# shellcheck disable=SC2046,SC2086
	"$ringgen" --src "$1.h" $includes $(arguments_of "$1") --go-package "$1" \
		--c-header "$2/$1.rc.h" \
		--c-source "$2/$1.rc.c" --go "$2/$1.rc.go" --describe >"$2/$1.description"
}

compile() {
	for compiler in gcc clang; do
		for optimization in -O0 -O2; do
			# shellcheck disable=SC2086
			succeeds "$1.rc.c under $compiler $optimization" $compiler -std=c17 \
				$optimization -Wall -Wextra -Wconversion -Wpedantic -Werror \
				$includes -I . -c "$2/$1.rc.c" -o "$scratch/object.o"
		done
	done
	case $1 in
	kv | plain)
		echo "#include \"$2/$1.rc.h\"" >"$scratch/include.cc"
		# shellcheck disable=SC2086
		succeeds "$1.rc.h under g++" g++ -std=c++17 -Wall -Wextra -Wpedantic -Werror \
			$includes -I . -fsyntax-only "$scratch/include.cc"
		;;
	esac
}

vet() {
	module=$scratch/module
	mkdir -p "$module/goside/internal"
	cp -L "$go_tree/go.mod" "$module"
	cp -RL "$go_tree/goside/rt" "$module/goside"
	cp -RL "$go_tree/goside/internal/layout" "$module/goside/internal"
	for golden in "$scratch"/first/*.rc.go; do
		name=$(basename "$golden" .rc.go)
		mkdir -p "$module/$name"
		cp "$golden" "$module/$name"
		if [ -d "../go/$name" ]; then
			cp -L "../go/$name"/* "$module/$name"
		fi
	done
	succeeds "go vet" sh -c "cd '$module' && GOFLAGS=-mod=mod go vet ./..."
	for test in ../go/*; do
		name=$(basename "$test")
		status 0 "go test of $name" sh -c "cd '$module' && GOFLAGS=-mod=mod go test ./$name"
	done
}

accept() {
	cd "$testdata/accept" || exit 2
	for header in *.h; do
		case $header in *.rc.h) continue ;; esac
		name=${header%.h}
		if ! generate "$name" "$scratch/first"; then
			fail "$header is refused"
			continue
		fi
		generate "$name" "$scratch/second"
		for suffix in rc.h rc.c rc.go description; do
			same "$scratch/first/$name.$suffix" "$scratch/second/$name.$suffix" \
				"$name.$suffix differs between two runs"
			if [ "$update" ]; then
				cp "$scratch/first/$name.$suffix" "$name.$suffix"
			else
				same "$name.$suffix" "$scratch/first/$name.$suffix" \
					"$name.$suffix is not the golden"
			fi
		done
		compile "$name" "$scratch/first"
		succeeds "gofmt of $name.rc.go" gofmt -l "$scratch/first/$name.rc.go"
	done
	if grep -l "$testdata\|$scratch\|/usr/" "$scratch"/first/*; then
		fail "a path of this machine is in the output"
	fi
	if [ "$go_tree" ]; then
		vet
	fi
}

# refuse NAME: the errors, without the header's name, into $scratch/errors.
refuse() {
	# shellcheck disable=SC2046,SC2086
	"$ringgen" --src "$1.h" $includes $(arguments_of "$1") --go-package "$1" \
		--go "$scratch/refused.rc.go" >"$scratch/said" 2>"$scratch/raw"
	code=$?
	sed "s|^$1\.h:||" "$scratch/raw" >"$scratch/errors"
	return $code
}

# Errors name lines, and the expected errors are lines: repeat until nothing moves.
update_expected() {
	for _ in 1 2 3; do
		refuse "$1"
		sed 's|.*|/* expect: & */|' "$scratch/errors" >"$scratch/header.h"
		sed '/^\/\* expect: /d' "$1.h" >>"$scratch/header.h"
		cp "$scratch/header.h" "$1.h"
	done
}

reject() {
	cd "$testdata/reject" || exit 2
	for header in *.h; do
		name=${header%.h}
		if [ "$update" ]; then
			update_expected "$name"
		fi
		status 1 "reject/$header" refuse "$name"
		if [ -e "$scratch/refused.rc.go" ]; then
			fail "reject/$header has output"
			rm "$scratch/refused.rc.go"
		fi
		sed -n 's|^/\* expect: \(.*\) \*/$|\1|p' "$header" >"$scratch/expected"
		same "$scratch/expected" "$scratch/errors" "reject/$header"
		if [ "$docs" ] && ! grep -q "\`$name\`" "$docs"; then
			fail "reject/$header is not in the table of refusals of $docs"
		fi
	done
}

command_line() {
	cd "$testdata/accept" || exit 2
	status 0 "--help" "$ringgen" --help
	status 0 "--version" "$ringgen" --version
	status 2 "no arguments" "$ringgen"
	status 2 "an unknown option" "$ringgen" --src kv.h --fast
	status 2 "an option without its value" "$ringgen" --src
	status 2 "--c-source without --c-header" "$ringgen" --src kv.h --c-source "$scratch/x"
	status 2 "a bad key of tags" "$ringgen" --src kv.h --tags "json,"
	status 2 "a key of tags twice" "$ringgen" --src kv.h --tags json,db,json
	status 2 "C of a layout" "$ringgen" --src kv.h --go-layout --c-header "$scratch/x"
	status 2 "a bad package" "$ringgen" --src kv.h --go-package my-kv --go "$scratch/x"
	status 1 "a header that is not there" "$ringgen" --src not_there.h
	status 1 "a folder" "$ringgen" --src .
	# shellcheck disable=SC2086
	status 1 "an output that cannot be written" "$ringgen" --src kv.h $includes \
		--go "$scratch/not/there.go"
	# shellcheck disable=SC2086
	status 1 "a layout of a service" "$ringgen" --src kv.h $includes --go-layout
	# shellcheck disable=SC2086
	succeeds "--check of the goldens" "$ringgen" --src kv.h $includes --check \
		--c-header kv.rc.h --c-source kv.rc.c --go kv.rc.go
	# shellcheck disable=SC2086
	status 1 "--check of others" "$ringgen" --src kv.h $includes --check --go plain.rc.go
	# shellcheck disable=SC2086
	succeeds "--depfile" "$ringgen" --src services.h $includes --go "$scratch/a b.go" \
		--depfile "$scratch/depfile"
	checks=$((checks + 1))
	if ! grep -q '^.*/a\\ b\.go: services\.h' "$scratch/depfile" ||
		! grep -q 'include/common\.h' "$scratch/depfile"; then
		cat "$scratch/depfile"
		fail "the depfile does not name the output and what is included"
	fi
}

accept
reject
command_line
echo "ringgen_test.sh: $checks checks, $failures failures"
[ $failures -eq 0 ]
