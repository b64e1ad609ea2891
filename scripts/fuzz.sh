#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# usage: scripts/fuzz.sh [SECONDS [PROPERTY...]]
# Builds the fuzz targets of tests/fuzz and runs each, or those that are named, for so many seconds, 600 by default, from
# the corpus there and what earlier runs have found. Ends at the first input that a property does not hold for, which is
# left in build/fuzz/found; it belongs into the corpus, with the defect mended.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-600}
properties=("${@:2}")
[ ${#properties[@]} -gt 0 ] || properties=(ratings matrix_market titles converted model checkpoint arguments)
scripts/install_dependencies.sh fuzz
build=$PWD/build/fuzz # from the root, since a target may go elsewhere
cmake --preset fuzz -G Ninja >/dev/null
cmake --build "$build" --target "${properties[@]/#/fuzz_}" -- --quiet
mkdir -p "$build/found"
for property in "${properties[@]}"; do
  mkdir -p "$build/corpus/$property"
  # What a file claims is to take no memory: half a GiB is more than any input of at most 4096 bytes may ask for.
  "$build/tests/fuzz/fuzz_$property" "$build/corpus/$property" "$PWD/tests/fuzz/corpus/$property" \
    -max_total_time="$seconds" -max_len=4096 -timeout=30 -rss_limit_mb=2048 -malloc_limit_mb=512 \
    -dict="tests/fuzz/$property.dict" -artifact_prefix="$build/found/$property-" -close_fd_mask=1 \
    -print_final_stats=1 -verbosity=0
done
