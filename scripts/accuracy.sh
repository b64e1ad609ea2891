#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# usage: scripts/accuracy.sh DATA [OUTPUT [SECONDS]]
# Makes the figures of docs/accuracy.md again. DATA is a folder that holds ml-100k and ml-latest-small as MovieLens gives
# them away. The tables go to standard output, the plots into the folder OUTPUT, docs if it is not given. With SECONDS, it
# is the row of what `tune` finds in so long on each fold that is made.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install_dependencies.sh accuracy
cmake --preset demo -G Ninja >/dev/null
cmake --build build/demo --target asysvd_cli -- --quiet
python3 scripts/accuracy.py build/demo/examples/cli/asysvd "$1" "${2:-docs}" "${@:3}"
