#!/bin/bash
# SPDX-License-Identifier: MIT
#
# server_test.sh SERVER - several connections get their answers, each in order.
set -euo pipefail

coproc server { exec "$1"; }
trap 'kill "$server_PID"' EXIT
read -r _ _ _ port <&"${server[0]}"

exec {first}<>"/dev/tcp/127.0.0.1/$port" {second}<>"/dev/tcp/127.0.0.1/$port"

# Expects a line from a connection.
expect() {
	local got
	read -r -t 60 got <&"$1"
	[[ $got == "$2" ]] || { echo "it answered \"$got\", not \"$2\""; exit 1; }
}

printf 'to be' >&"$first"
printf 'second\n' >&"$second"
expect "$second" SECOND
printf ' or not\nto be\n\nthat is\n' >&"$first"
expect "$first" 'TO BE OR NOT'
expect "$first" 'TO BE'
expect "$first" ''
expect "$first" 'THAT IS'
# One that leaves disturbs nobody.
printf 'gone\n' >&"$first"
exec {first}>&-
for number in {1..200}; do
	printf 'line %d\n' "$number" >&"$second"
done
for number in {1..200}; do
	expect "$second" "LINE $number"
done
