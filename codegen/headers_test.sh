#!/bin/bash
# SPDX-License-Identifier: MIT
#
# headers_test.sh - ringgen on headers that nobody wrote for it: those of a system, and garbage.
#
# usage: headers_test.sh RINGGEN TESTDATA [--all] [--go-tree DIR] -I DIR
#
#   -I DIR         where <ringcall/idl.h> and <ringcall/generated.h> are
#   --go-tree DIR  the tree with go.mod and goside: the generated Go is vetted against it
#   --all          valgrind looks at every run instead of a few: for hours
#
# A type of the system is translated, and the output compiles, or is refused with its place. A
# header as a whole, and what is no header at all, ends with status 0 or 1, and with 1 with errors
# that have a place. Under valgrind there is no error and no leak. Nothing of libclang had to be
# suppressed: what it keeps for the next translation unit is still reachable at the end. Of
# ringgen's own memory not even that is left.
set -uo pipefail

ringgen=$(realpath "$1")
testdata=$(realpath "$2")
shift 2
all=
go_tree=
include=
while [[ $# -gt 0 ]]; do
	case $1 in
	--all) all=yes ;;
	--go-tree)
		go_tree=$(realpath "$2")
		shift
		;;
	-I)
		include=$(realpath "$2")
		shift
		;;
	*)
		echo "headers_test.sh: unknown argument $1" >&2
		exit 2
		;;
	esac
	shift
done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 2
mkdir go
failures=0
checks=0

fail() {
	echo "FAIL: $*"
	failures=$((failures + 1))
}

# The header, the type, and what becomes of it.
readonly types="
time.h struct timespec: translated
time.h struct itimerspec: translated
time.h struct tm: refused
sys/stat.h struct stat: translated
sys/statvfs.h struct statvfs: translated
sys/time.h struct timeval: translated
sys/resource.h struct rusage: refused
sys/epoll.h struct epoll_event: refused
netinet/in.h struct sockaddr_in: translated
netinet/in.h struct ip_mreq: translated
netinet/in.h struct sockaddr_in6: refused
poll.h struct pollfd: translated
termios.h struct termios: translated
signal.h siginfo_t: refused
pthread.h pthread_mutex_t: refused
stdio.h FILE: refused
stdio.h fpos_t: refused
stdlib.h ldiv_t: translated
elf.h Elf64_Ehdr: translated
linux/perf_event.h struct perf_event_attr: refused
zlib.h uLong: translated
zlib.h z_stream: refused
zlib.h gz_header: refused
sqlite3.h sqlite3_int64: translated
sqlite3.h struct sqlite3_index_info: refused
sqlite3.h sqlite3_module: refused
sqlite3.h sqlite3: refused
liburing.h struct io_uring_params: translated
liburing.h struct io_uring_cqe: refused
liburing.h struct io_uring_sqe: refused
liburing.h struct io_uring: refused
uv.h uv_stat_t: translated
uv.h uv_rusage_t: translated
uv.h uv_errno_t: translated
uv.h uv_req_type: translated
uv.h uv_cpu_info_t: refused
uv.h uv_loop_t: refused
uv.h uv_interface_address_t: refused
"

find_tools() {
	local header
	for tool in gcc valgrind; do
		if ! command -v $tool >said; then
			echo "FAIL: there is no $tool; ./bazelw test installs it"
			exit 1
		fi
	done
	for header in sqlite3.h uv.h zlib.h liburing.h; do
		if [[ ! -e /usr/include/$header ]]; then
			echo "FAIL: there is no /usr/include/$header; ./bazelw test installs it"
			exit 1
		fi
	done
}

# run STATUSES WHAT HEADER NAME: writes all there is to write, and ends with one of the statuses;
# with 1, it names places.
run() {
	local statuses=$1 what=$2 status
	checks=$((checks + 1))
	timeout 300 "$ringgen" --src "$3" -I "$include" -I "$testdata/accept" --go-package "$4" \
		--go "$4.go" --c-header "$4.rc.h" --c-source "$4.rc.c" >said 2>errors
	status=$?
	if [[ " $statuses " != *" $status "* ]]; then
		head -c 2000 errors
		fail "$what: status $status"
	elif [[ $status -eq 1 ]] && { [[ ! -s errors ]] ||
		grep -avE '^[^:]+:[0-9]+:[0-9]+: error: .' errors | head -c 2000 |
		grep -a .; }; then
		fail "$what: an error without a place, or none"
	fi
}

# interface TYPE NAME: a service that takes and gives the type.
interface() {
	echo "#include <ringcall/idl.h>"
	echo "RC_SERVICE($2) { int (*get)(const $1 *in, $1 *out); };"
}

translated() {
	run 0 "$1 of $2" "$3.h" "$3"
	checks=$((checks + 1))
	if ! gcc -std=gnu17 -Wall -Wextra -Werror -I "$include" -fsyntax-only "$3.rc.c" \
		2>errors; then
		head -c 2000 errors
		fail "$1 of $2: the C does not compile"
	fi
	mkdir -p "go/$3"
	mv "$3.go" "go/$3"
}

borrowed_types() {
	local line type header name outcome
	while read -r line; do
		[[ -n $line ]] || continue
		header=${line%% *}
		outcome=${line##*: }
		type=${line#* }
		type=${type%: *}
		name=of_$(tr -dc 'a-z0-9' <<<"${header%.h}$type")
		{
			echo "#include <$header>"
			interface "$type" "$name"
		} >"$name.h"
		if [[ $outcome == translated ]]; then
			translated "$type" "$header" "$name"
		else
			run 1 "$type of $header" "$name.h" "$name"
		fi
	done <<<"$types"
}

vet() {
	local module=$scratch/module
	[[ -n $go_tree ]] || return
	mkdir -p "$module/goside/internal"
	cp -L "$go_tree/go.mod" "$module"
	cp -RL "$go_tree/goside/rt" "$module/goside"
	cp -RL "$go_tree/goside/internal/layout" "$module/goside/internal"
	mv go "$module/system"
	checks=$((checks + 1))
	(cd "$module" && GOFLAGS=-mod=mod go vet ./system/...) || fail "go vet"
}

# Headers as if a user had written them: what is of no use is refused.
whole_headers() {
	local header found
	for header in sqlite3.h liburing.h uv.h zlib.h stdio.h sys/stat.h netinet/in.h time.h; do
		found=$(ls /usr/include/$header /usr/include/*-linux-gnu/$header 2>said | head -1)
		{
			cat "$found"
			echo
			echo "#include <ringcall/idl.h>"
			echo "RC_SERVICE(whole) { int (*get)(void); };"
		} >whole.h
		run "0 1" "$header as a whole" whole.h whole
	done
}

# repeat COUNT TEXT
repeat() {
	printf "%*s" "$1" "" | sed "s/ /$2/g"
}

garbage() {
	local types_header=$testdata/accept/types.h bytes at
	: >empty.h
	run 1 "an empty file" empty.h empty
	run 1 "a folder" "$testdata" folder
	run 1 "no file" not_there.h not_there
	head -c 100000 "$ringgen" >binary.h
	run 1 "a program" binary.h binary
	head -c 5000 /dev/zero >zeros.h
	run 1 "zeros" zeros.h zeros
	repeat 1000000 x >line.h
	run 1 "a line of 1 MB" line.h line
	echo "$(interface uint8_t comment) /* $(repeat 1000000 x) */" >comment.h
	run 0 "a comment of 1 MB" comment.h comment
	echo "int x = $(repeat 100000 '(');" >nested.h
	run 1 "100000 brackets" nested.h nested
	{
		echo "#include <ringcall/idl.h>"
		echo "struct deep { $(repeat 200 'struct { ') int a; $(repeat 200 '} f;') };"
		interface "struct deep" service
	} >deep.h
	run 0 "200 structs in each other" deep.h deep
	echo '#include "self.h"' >self.h
	run 1 "a header that includes itself" self.h self
	bytes=$(wc -c <"$types_header")
	for ((at = 0; at < bytes; at += 97)); do
		head -c $at "$types_header" >cut.h
		run "0 1" "types.h cut at byte $at" cut.h cut
	done
}

# memory NUMBER STATUSES HEADER ARGUMENT...: a run under valgrind, in a folder of its own.
memory() {
	local number=$1 statuses=$2 header=$3 status
	shift 3
	mkdir "run$number"
	(
		cd "run$number" || exit 2
		valgrind -q --leak-check=full --show-leak-kinds=all \
			--errors-for-leak-kinds=definite,indirect,possible --error-exitcode=99 \
			"$ringgen" --src "$header" -I "$include" -I "$testdata/accept" "$@" \
			>said 2>errors
	)
	status=$?
	if [[ ${statuses/-/ } != *$status* ]]; then
		grep -a '^==' "run$number/errors" | head -40
		echo "$header $*: status $status under valgrind" >>memory.failures
	elif grep -aE ' (memory_(take|copy|print)|text_[a-z_]+) ' "run$number/errors" | head -5 |
		grep . ; then
		echo "$header $*: memory of ringgen is left" >>memory.failures
	fi
}

# Every second of the runs, from the given one on.
memory_half() {
	local number
	for ((number = $1; number < ${#runs[@]}; number += 2)); do
		# shellcheck disable=SC2086
		memory "$number" ${runs[$number]}
	done
}

# A few runs, two at a time, that come by most of the code; or all.
valgrind_runs() {
	local outputs="--go out.go --c-header out.rc.h --c-source out.rc.c --depfile out.d"
	local accept=$testdata/accept name failure
	runs=(
		"0 $accept/types.h --tags json --describe $outputs"
		"1 $scratch/sqlite.h --check"
		"0 $accept/nameless.h --skeleton main.go --go-import x/y --with-main $outputs"
		"1 $scratch/truncated.h --check"
	)
	{
		cat /usr/include/sqlite3.h
		interface int sqlite
	} >sqlite.h
	head -c 3001 "$accept/types.h" >truncated.h
	if [[ -n $all ]]; then
		for name in "$accept"/*.h "$testdata"/reject/*.h "$scratch"/*.h; do
			[[ $name == *.rc.h ]] || runs+=("0-1 $name --describe $outputs")
		done
	fi
	checks=$((checks + ${#runs[@]}))
	: >memory.failures
	memory_half 0 &
	memory_half 1 &
	wait
	while read -r failure; do
		fail "$failure"
	done <memory.failures
}

find_tools
borrowed_types
vet
whole_headers
garbage
valgrind_runs
echo "headers_test.sh: $checks checks, $failures failures"
[[ $failures -eq 0 ]]
