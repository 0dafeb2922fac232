#!/bin/sh
# SPDX-License-Identifier: MIT
# pipeline_test.sh - every reply came, and each was right.
got=$(examples/pipeline/main) || exit 1
wanted='1000000 replies, sum 333332833333500000'
[ "$got" = "$wanted" ] || { echo "it printed \"$got\", not \"$wanted\""; exit 1; }
