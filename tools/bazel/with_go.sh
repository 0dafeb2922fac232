#!/bin/bash
# SPDX-License-Identifier: MIT
#
# with_go.sh ENVIRONMENT COMMAND... - runs a command with the host's go on its path.

set -euo pipefail

source "$1"
shift
exec "$@"
