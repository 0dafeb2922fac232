#!/bin/sh
# SPDX-License-Identifier: MIT
#
# users_test.sh - what ringgen gives its users pleases their tools.
#
# usage: users_test.sh RINGGEN TESTDATA DOCS -I DIR...
#
#   DOCS    the folder with ringgen.1
#   -I DIR  where <ringcall/idl.h> and <ringcall/generated.h> are
#
# The man page and --help have the same options. What is generated from each header of
# TESTDATA/accept, and the public headers, compile without a warning under clang's -Weverything and
# gcc's strict options; the headers as C++17 under g++ and clang++, too.
set -u

ringgen=$(realpath "$1")
testdata=$(realpath "$2")
docs=$(realpath "$3")
shift 3
includes=
while [ $# -gt 0 ]; do
	includes="$includes -I $(realpath "$2")"
	shift 2
done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0
checks=0

fail() {
	echo "FAIL: $*"
	failures=$((failures + 1))
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

# What is not there would make the checks pass that need it.
find_tools() {
	for tool in gcc g++ clang clang++ mandoc; do
		if ! command -v $tool >"$scratch/said"; then
			echo "FAIL: there is no $tool; ./bazelw test installs it"
			exit 1
		fi
	done
}

man_page() {
	succeeds "ringgen.1" mandoc -T lint -W warning "$docs/ringgen.1"
	mandoc -T man "$docs/ringgen.1" >"$scratch/page" 2>&1
	"$ringgen" --help | sed 's/  [a-z].*//' | grep -oE -- '(^|[ ,])--?[A-Za-z][a-z-]*' |
		tr -d ' ,' | sort -u >"$scratch/help"
	sed -n 's/^\.It Fl/Fl/p' "$docs/ringgen.1" |
		sed 's/Fl Fl /--/g; s/Fl /-/g' | grep -oE -- '(^|[ ,])--?[A-Za-z][a-z-]*' |
		tr -d ' ,' | sort -u >"$scratch/options"
	checks=$((checks + 1))
	[ "$(wc -l <"$scratch/help")" -gt 20 ] || fail "--help has too few options"
	succeeds "ringgen.1 and --help have other options" \
		diff -u "$scratch/help" "$scratch/options"
}

# The headers of accept are the user's own: they count as those of a system.
compile() {
	lenient="-Wno-unknown-warning-option -Wno-unsafe-buffer-usage"
	# shellcheck disable=SC2086
	succeeds "$1.rc.c under clang -Weverything" clang -std=c17 -Weverything -Werror $lenient \
		$includes -isystem "$testdata/accept" -c "$1.rc.c" -o "$1.o"
	# shellcheck disable=SC2086
	succeeds "$1.rc.c under gcc" gcc -std=c17 -Wall -Wextra -Wpedantic -Wconversion -Wshadow \
		-Wstrict-prototypes -Wmissing-prototypes -Wmissing-declarations -Wundef \
		-Wcast-align=strict -Wcast-qual -Wbad-function-cast -Wnested-externs \
		-Wold-style-definition -Wredundant-decls -Wwrite-strings -Wpointer-arith \
		-Wformat=2 -Wnull-dereference -Wdouble-promotion -Wpadded -Wswitch-enum \
		-Wdeclaration-after-statement -O2 -Werror \
		$includes -isystem "$testdata/accept" -c "$1.rc.c" -o "$1.o"
	printf '#include "%s.rc.h"\n#include <ringcall/generated.h>\n' "$1" >"$1.user.c"
	cp "$1.user.c" "$1.user.cc"
	# shellcheck disable=SC2086
	succeeds "$1.rc.h under clang -Weverything" clang -std=c17 -Weverything -Werror $lenient \
		$includes -isystem "$testdata/accept" -fsyntax-only "$1.user.c"
	[ "$1" != empty ] || return # in C++ a struct without a field has a size
	for compiler in g++ clang++; do
		# shellcheck disable=SC2086
		succeeds "$1.rc.h under $compiler" $compiler -std=c++17 -Wall -Wextra -Wpedantic \
			-Wold-style-cast -Wzero-as-null-pointer-constant -Wconversion -Werror \
			$includes -isystem "$testdata/accept" -fsyntax-only "$1.user.cc"
	done
}

generated() {
	cd "$scratch" || exit 2
	for header in "$testdata"/accept/*.h; do
		case $header in *.rc.h) continue ;; esac
		name=$(basename "$header" .h)
		arguments=$(sed -n 's|^/\* arguments: \(.*\) \*/$|\1|p' "$header")
		# shellcheck disable=SC2086
		succeeds "$name.h" "$ringgen" --src "$header" $includes $arguments \
			--c-header "$name.rc.h" --c-source "$name.rc.c"
		compile "$name"
	done
}

find_tools
man_page
generated
echo "users_test.sh: $checks checks, $failures failures"
[ $failures -eq 0 ]
