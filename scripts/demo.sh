#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# usage: scripts/demo.sh [RATINGS [TITLES]]
# From nothing to recommendations: installs what is missing, builds for this machine, trains on RATINGS or on generated
# ratings in the shape of MovieLens-100K, and shows what was learned.
set -euo pipefail
files=()
for file in "$@"; do
  [ -r "$file" ] || { echo "can't read $file" >&2; exit 2; }
  files+=("$(cd "$(dirname "$file")" && pwd)/$(basename "$file")")
done
cd "$(dirname "$0")/.."

scripts/install_dependencies.sh run
build=build/demo
[ -e $build/build.ninja ] || cmake --preset demo -G Ninja >/dev/null
cmake --build $build --target asysvd_cli -- --quiet
exec $build/examples/cli/asysvd demo "${files[@]}"
