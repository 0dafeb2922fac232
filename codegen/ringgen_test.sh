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

# ringgen_on NAME ARGUMENT...: runs ringgen on the header in the working folder.
ringgen_on() {
	interface=$1
	shift
	# shellcheck disable=SC2046,SC2086
	"$ringgen" --src "$interface.h" $includes $(arguments_of "$interface") \
		--go-package "$(basename "$interface")" "$@"
}

# generate NAME FOLDER: from the header in the working folder.
generate() {
	mkdir -p "$2"
	ringgen_on "$1" --c-header "$2/$1.rc.h" --c-source "$2/$1.rc.c" --go "$2/$1.rc.go" \
		--describe >"$2/$1.description"
}

# users_test.sh compiles the same with optimization and more warnings.
compile() {
	# shellcheck disable=SC2086
	succeeds "$1.rc.c under gcc" gcc -std=c17 -O0 -Wall -Wextra -Wconversion -Wpedantic \
		-Werror $includes -I . -c "$2/$1.rc.c" -o "$scratch/object.o"
	# shellcheck disable=SC2086
	succeeds "$1.rc.c under clang" clang -std=c17 -Wall -Wextra -Wconversion -Wpedantic \
		-Werror $includes -I . -fsyntax-only "$2/$1.rc.c"
}

vet() {
	module=$scratch/module
	mkdir -p "$module/goside/internal"
	cp -L "$go_tree/go.mod" "$module"
	cp -RL "$go_tree/goside/rt" "$module/goside"
	cp -RL "$go_tree/goside/internal/layout" "$module/goside/internal"
	# What a skeleton needs of the package itself; tests/skeleton runs one with the real one.
	cat >"$module/goside/stub.go" <<-'END'
		package ringcall

		import "ringcall/goside/rt"

		func Register(*rt.Service) {}
		func Main()                {}
	END
	mkdir "$module/describe"
	for golden in "$scratch"/first/*.rc.go; do
		name=$(basename "$golden" .rc.go)
		mkdir -p "$module/$name" "$module/skeleton/$name"
		cp "$golden" "$module/$name"
		ringgen_on "$name" --describe=json >"$module/describe/$name.json"
		succeeds "--skeleton of $name" ringgen_on "$name" --with-main \
			--skeleton "$module/skeleton/$name/main.go" --go-import "ringcall/$name"
		if [ -d "../go/$name" ]; then
			cp -L "../go/$name"/* "$module/$name"
		fi
	done
	succeeds "gofmt of skeletons" gofmt -l "$module/skeleton"
	mkdir "$module/skeleton/alone"
	echo 'package main; func main() {}' >"$module/skeleton/alone/main.go"
	ringgen_on kv --skeleton "$module/skeleton/alone/kv.go" --go-import ringcall/kv
	cp -L ../go/describe/* "$module/describe"
	succeeds "go vet" sh -c "cd '$module' && GOFLAGS=-mod=mod go vet ./..."
	for test in ../go/*; do
		name=$(basename "$test")
		status 0 "go test of $name" sh -c "cd '$module' && GOFLAGS=-mod=mod go test ./$name"
	done
}

# together NAME...: generated headers that share types, in one translation unit.
together() {
	for name in "$@"; do
		echo "#include \"$scratch/first/$name.rc.h\""
	done >"$scratch/together.c"
	# shellcheck disable=SC2086
	succeeds "$* in one file" gcc -std=c17 -Wall -Wextra -Wpedantic -Werror $includes -I . \
		-fsyntax-only "$scratch/together.c"
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
	together services shared
	if grep -l "$testdata\|$scratch\|/usr/" "$scratch"/first/*; then
		fail "a path of this machine is in the output"
	fi
	if [ "$go_tree" ]; then
		vet
	fi
}

# refuse NAME: the errors, without the header's name, into $scratch/errors.
refuse() {
	ringgen_on "$1" --go "$scratch/refused.rc.go" >"$scratch/said" 2>"$scratch/raw"
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

# The reasons that --help is short enough for.
wrong_command_lines() {
	status 2 "no arguments" "$ringgen"
	status 2 "nothing to do" "$ringgen" --src kv.h
	status 2 "an unknown option" "$ringgen" --src kv.h --fast
	status 2 "a header without --src" "$ringgen" kv.h --check
	status 2 "an option without its value" "$ringgen" --src
	status 2 "an option twice" "$ringgen" --src kv.h --check --src plain.h
	status 2 "a flag with a value" "$ringgen" --src kv.h --check=no
	status 2 "another way to describe" "$ringgen" --src kv.h --describe=xml
	status 2 "--c-source without --c-header" "$ringgen" --src kv.h --c-source "$scratch/x"
	status 2 "a bad key of tags" "$ringgen" --src kv.h --check --tags "json,"
	status 2 "a key of tags twice" "$ringgen" --src kv.h --check --tags json,db,json
	status 2 "C of a layout" "$ringgen" --src kv.h --go-layout --c-header "$scratch/x"
	status 2 "a bad package" "$ringgen" --src kv.h --go-package my-kv --go "$scratch/x"
	status 2 "a depfile of nothing" "$ringgen" --src kv.h --check --depfile "$scratch/x"
	status 2 "a skeleton without an import path" "$ringgen" --src kv.h --skeleton "$scratch/x"
	status 2 "a bad import path" "$ringgen" --src kv.h --skeleton "$scratch/x" \
		--go-import 'a b'
	status 2 "a main without a skeleton" "$ringgen" --src kv.h --check --with-main
	status 2 "a skeleton of a layout" "$ringgen" --src kv.h --go-layout \
		--skeleton "$scratch/x" --go-import x
	status 2 "a check of a skeleton" "$ringgen" --src kv.h --check --skeleton "$scratch/x" \
		--go-import x
	[ ! -e "$scratch/x" ] || fail "a wrong command line writes a file"
	"$ringgen" --fast 2>"$scratch/said"
	checks=$((checks + 1))
	if ! grep -qx "ringgen: unknown option --fast; see ringgen --help" "$scratch/said"; then
		cat "$scratch/said"
		fail "a wrong command line has another reason"
	fi
}

# help_fits: on a screen of 24 lines of 80 columns, with the prompt below.
help_fits() {
	"$ringgen" --help >"$scratch/help"
	[ "$(wc -l <"$scratch/help")" -le 23 ] && ! grep -q '.\{81\}' "$scratch/help"
}

# untouched WHAT COMMAND...: fails with status 1 and leaves kept.go, alone, in its folder.
untouched() {
	mkdir -p "$scratch/kept"
	echo kept >"$scratch/kept/kept.go"
	status 1 "$@"
	[ "$(ls "$scratch/kept")" = kept.go ] && [ "$(cat "$scratch/kept/kept.go")" = kept ] ||
		fail "$1: a file is written"
	rm -r "$scratch/kept"
}

# What is written, and what is not when something is wrong.
files() {
	cp kv.h "$scratch/own.h"
	untouched "an output that cannot be written" ringgen_on kv --c-header \
		"$scratch/kept/kept.go" --go "$scratch/not/there.go"
	untouched "two outputs of one name" ringgen_on kv --c-header "$scratch/kept/kept.go" \
		--go "$scratch/kept/../kept/kept.go"
	untouched "a skeleton that is there" ringgen_on kv --go "$scratch/kept/new.go" \
		--skeleton "$scratch/kept/kept.go" --go-import ringcall/kv
	untouched "a header with errors" ringgen_on ../reject/wchar --go "$scratch/kept/kept.go"
	# shellcheck disable=SC2086
	status 1 "an output that is the header" "$ringgen" --src "$scratch/own.h" $includes \
		--go "$scratch/./own.h"
	same kv.h "$scratch/own.h" "the header is overwritten"
	ln -s real.go "$scratch/link.go"
	echo old >"$scratch/real.go"
	status 0 "an output behind a link" ringgen_on kv --go "$scratch/link.go"
	same kv.rc.go "$scratch/real.go" "a link is replaced"
	ringgen_on kv --go /dev/stdout | cat >"$scratch/piped.go"
	same kv.rc.go "$scratch/piped.go" "a pipe gets another text"
	status 1 "--describe into a full device" sh -c "'$ringgen' --help >/dev/full"
	cat >"$scratch/host.h" <<-'END'
		#include <ringcall/idl.h>
		RC_HOST_SERVICE(host) { int (*get)(uint32_t *number); };
	END
	# shellcheck disable=SC2086
	untouched "a skeleton without a service" "$ringgen" --src "$scratch/host.h" $includes \
		--skeleton "$scratch/kept/new.go" --go-import ringcall/host
	touch -d 2001-01-01 "$scratch/real.go"
	ringgen_on kv --go "$scratch/real.go"
	[ "$scratch/real.go" -nt kv.h ] || fail "a file that is current is older than its header"
	status 0 "--depfile" ringgen_on services --go "$scratch/a b.go" \
		--depfile "$scratch/depfile"
	checks=$((checks + 1))
	if ! grep -q '^.*/a\\ b\.go: services\.h' "$scratch/depfile" ||
		! grep -q '^  .*include/common\.h' "$scratch/depfile" ||
		! grep -q '^[^ ]*include/common\.h:$' "$scratch/depfile"; then
		cat "$scratch/depfile"
		fail "the depfile does not name the output and what is included"
	fi
}

# Layouts are those of the machine that --target names.
targets() {
	cat >"$scratch/target.h" <<-'END'
		#include <ringcall/idl.h>
		struct target_sizes {
			long number;
		#ifdef __aarch64__
			uint64_t arm[2];
		#endif
		};
		RC_SERVICE(target) { int (*get)(struct target_sizes *sizes); };
	END
	cd "$scratch" || exit 2
	for line in "aarch64-linux-gnu 24" "x86_64-linux-gnu 8" "x86_64-pc-windows-msvc 4"; do
		# shellcheck disable=SC2086
		"$ringgen" --src target.h $includes --target "${line% *}" -ffreestanding \
			--describe >"$scratch/said"
		checks=$((checks + 1))
		grep -q "struct target_sizes, ${line##* } bytes" "$scratch/said" ||
			fail "another layout for ${line% *}"
	done
	# shellcheck disable=SC2086
	status 1 "a target of 32 bits" "$ringgen" --src target.h $includes --check \
		--target i686-linux-gnu
	grep -q "target has 32-bit pointers" "$scratch/said" ||
		fail "i686 is refused for another reason"
	cd "$testdata/accept" || exit 2
}

command_line() {
	cd "$testdata/accept" || exit 2
	status 0 "--version" "$ringgen" --version
	succeeds "--help fits" help_fits
	wrong_command_lines
	status 1 "a header that is not there" "$ringgen" --src not_there.h --check
	status 1 "a folder" "$ringgen" --src . --check
	status 1 "a layout of a service" ringgen_on kv --go-layout --check
	succeeds "--check of the goldens" ringgen_on kv --check \
		--c-header kv.rc.h --c-source=kv.rc.c --go kv.rc.go
	status 1 "--check of others" ringgen_on kv --check --go plain.rc.go
	succeeds "--check of a header alone" ringgen_on kv --check
	status 1 "--check of a bad header alone" ringgen_on ../reject/wchar --check
	files
	targets
}

accept
reject
command_line
echo "ringgen_test.sh: $checks checks, $failures failures"
[ $failures -eq 0 ]
