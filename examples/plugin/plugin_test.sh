#!/bin/sh
# SPDX-License-Identifier: MIT
# plugin_test.sh - the host prints the same, whichever way its plug-in reaches Go.
set -u
folder=examples/plugin
wanted='Grüß Gott: 2 words, 8 letters'
failed=0

# Runs the host with RC_ENDPOINT as given; its output has to hold the text.
expect() {
	got=$(RC_ENDPOINT="$1" "$folder/host" 2>&1)
	case $got in
	*"$2"*) ;;
	*)
		echo "RC_ENDPOINT=$1: it printed \"$got\", not \"$2\""
		failed=1
		;;
	esac
}

got=$(env -u RC_ENDPOINT "$folder/host")
if [ "$got" != "$wanted" ]; then
	echo "without RC_ENDPOINT: it printed \"$got\""
	failed=1
fi
for endpoint in "cgo:$folder/libplugin_go.so" "ring:$folder/libplugin_go.so" \
	"worker:$folder/plugin-worker"; do
	expect "$endpoint" "$wanted"
done
# The variable is really what chooses.
expect 'worker:/no/such/worker' 'cannot be started'
expect 'ring:/no/such/library.so' 'cannot be loaded'
exit $failed
