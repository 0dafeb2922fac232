#!/bin/bash
# SPDX-License-Identifier: MIT
#
# bazelw_test.sh BAZELW - what ./bazelw does on machines that lack one thing or another.
#
# Each machine is a folder with commands that answer as apt-get, dpkg-query, go and so on would
# there, and note what they were asked to do. BAZELW runs in it with all of its paths, and PATH,
# leading there: it needs no network and changes nothing outside. Exit status 1 when anything
# failed.
set -u

bazelw=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0
checks=0

# What bazelw runs that is the same everywhere.
readonly tools=(bash cat chmod dirname env grep mkdir mktemp mv printf readlink rm sed sort touch
	tr)

fail() {
	echo "FAIL: $name: $*"
	sed 's/^/    /' "$machine/said"
	failures=$((failures + 1))
}

# command_of NAME: makes one of the machine's, of the script on standard input.
command_of() {
	{
		echo '#!/bin/bash'
		echo "machine=$machine"
		cat
	} >"$machine/bin/$1"
	chmod +x "$machine/bin/$1"
}

# go_of FILE VERSION: makes a Go. Only what bazelw asks of it.
go_of() {
	mkdir -p "$(dirname "$1")"
	cat >"$1" <<-END
		#!/bin/bash
		machine=$machine
		case "\$*" in
		"env GOVERSION") echo go$2 ;;
		"env GOOS") echo linux ;;
		"env GOARCH") echo amd64 ;;
		"mod download "*)
			echo "go \$*" >>"\$machine/done"
			if [[ -e \$machine/no_network ]]; then
				echo "dial tcp: no route to host" >&2
				exit 1
			fi
			release=\$GOMODCACHE/\$3
			mkdir -p "\$release/bin" "\$release/pkg/tool/linux_amd64"
			sed 's/go$2/go1.26.8/' "\$0" >"\$release/bin/go"
			touch "\$release/bin/gofmt" "\$release/pkg/tool/linux_amd64/compile"
			;;
		*) exit 2 ;;
		esac
	END
	chmod +x "$1"
}

# machine_of NAME: makes one with everything but Go. Its user is root.
machine_of() {
	name=$1
	machine=$scratch/machine
	rm -rf "$machine"
	mkdir -p "$machine/bin" "$machine/tree" "$machine/home"
	for tool in "${tools[@]}"; do
		ln -s "$(PATH=/usr/bin:/bin type -P "$tool")" "$machine/bin/$tool"
	done
	sed "s,/usr/,$machine/usr/,g" "$bazelw" >"$machine/tree/bazelw"
	chmod +x "$machine/tree/bazelw"
	touch "$machine/done"
	command_of id <<<'cat "$machine/uid" 2>/dev/null || echo 0'
	command_of uname <<<'echo x86_64'
	command_of bazel <<<'echo "bazel $*" >>"$machine/done"'
	command_of apt-get <<-'END'
		echo "apt-get $*" >>"$machine/done"
		[[ $* == *" install "* && -e $machine/installs ]] || exit 0
		. "$machine/installs"
	END
	# Packages that are there, and "Package: version" of those to be had.
	command_of dpkg-query <<-'END'
		sed -n 's/.*"\([a-z0-9|.+-]*\): .*/\1/p' "$machine/tree/bazelw" | tr '|' '\n' |
			grep -vxF -f <(cat "$machine/lacks" 2>/dev/null) | sed 's/^/ii  /'
	END
	command_of apt-cache <<-'END'
		case $1 in
		policy) sed -n "s/^$2: /  Candidate: /p" "$machine/offers" 2>/dev/null ;;
		pkgnames) sed 's/: .*//' "$machine/offers" 2>/dev/null | grep "^$2" ;;
		esac
	END
}

# installs_go FILE VERSION: what apt-get installs is that.
installs_go() {
	declare -f go_of
	echo "go_of '$1' $2"
} >"$machine/installs"

# run STATUS: runs bazelw, which exits with that.
run() {
	local status
	checks=$((checks + 1))
	env -i HOME="$machine/home" PATH="$machine/bin" "$machine/tree/bazelw" build //... \
		>"$machine/said" 2>&1 </dev/null
	status=$?
	[[ $status -eq $1 ]] || fail "exit status $status, not $1"
}

# did LINE...: what was done is that, in that order; a line may be a pattern.
did() {
	local line index=0
	checks=$((checks + 1))
	mapfile -t lines <"$machine/done"
	[[ ${#lines[@]} -eq $# ]] || fail "did ${#lines[@]} things, not $#: ${lines[*]}"
	for line in "$@"; do
		# shellcheck disable=SC2053
		[[ ${lines[index]:-} == $line ]] || fail "did '${lines[index]:-}', not '$line'"
		index=$((index + 1))
	done
}

# says TEXT: it did.
says() {
	checks=$((checks + 1))
	[[ $(<"$machine/said") == *"$1"* ]] || fail "does not say '$1'"
}

# says_nothing: it did not, as nothing was missing.
says_nothing() {
	checks=$((checks + 1))
	[[ ! -s $machine/said ]] || fail "says something"
}

# in_home FILE...: those alone are in ~/sdk.
in_home() {
	local found
	checks=$((checks + 1))
	found=$(ls -A "$machine/home/sdk" 2>/dev/null | tr '\n' ' ')
	[[ ${found% } == "$*" ]] || fail "in ~/sdk is '$found', not '$*'"
}

readonly download="go mod download golang.org/toolchain@v0.0.1-go1.26.8.linux-amd64"
readonly debian_12="golang-go: 2:1.19~1"

machine_of "nothing is missing"
go_of "$machine/bin/go" 1.23.5
run 0
did "bazel build //..."
says_nothing

machine_of "a Go that is not on the path"
go_of "$machine/usr/lib/go-1.24/bin/go" 1.24.1
run 0
did "bazel build //..."

machine_of "an old Go, and nobody to install another"
echo 1000 >"$machine/uid"
go_of "$machine/bin/go" 1.19.8
echo "$debian_12" >"$machine/offers"
run 0
says "Go 1.23+"
did "$download" "bazel build //..."
in_home go1.26.8
[[ -x $machine/home/sdk/go1.26.8/pkg/tool/linux_amd64/compile ]] || fail "tools cannot be run"
run 0
did "$download" "bazel build //..." "bazel build //..."
says_nothing

machine_of "an old Go, and no network"
go_of "$machine/bin/go" 1.22.9
touch "$machine/no_network"
run 1
says "no route to host"
says "could not fetch Go 1.26.8"
did "$download"
in_home

machine_of "Debian 12, fresh"
echo "$debian_12" >"$machine/offers"
echo "liburing-dev: 2.3-3" >>"$machine/offers"
echo liburing-dev >"$machine/lacks"
installs_go "$machine/bin/go" 1.19.8
run 0
says "liburing-dev"
did "apt-get*update" "apt-get*install*liburing-dev golang-go" "$download" "bazel build //..."
in_home go1.26.8

machine_of "Debian 12 with backports, and an old Go"
go_of "$machine/bin/go" 1.19.8
printf '%s\n' "$debian_12" "golang-1.22-go: 1.22.12" "golang-1.24-go: 1.24.4" >"$machine/offers"
installs_go "$machine/usr/lib/go-1.24/bin/go" 1.24.4
run 0
did "apt-get*update" "apt-get*install*golang-1.24-go" "bazel build //..."
in_home

machine_of "no Go to be had"
run 1
says "no Go is here"
did "apt-get*update"

machine_of "packages are missing, and nobody to install them"
echo 1000 >"$machine/uid"
go_of "$machine/bin/go" 1.25.0
echo liburing-dev >"$machine/lacks"
echo "liburing-dev: 2.3-3" >"$machine/offers"
run 1
says "apt-get update && apt-get install liburing-dev"
did

echo "$checks checks, $failures failed"
[[ $failures -eq 0 ]]
