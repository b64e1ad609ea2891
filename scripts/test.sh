#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# usage: scripts/test.sh [PRESET...]
# Installs what is missing, builds everything with warnings as errors, and runs every test: by the preset `test`, which
# takes the compiler that CMake finds, or by those that are named, such as `clang`, which has the benchmarks and the C++ of
# the pages as well.
# Tests on real ratings look for them in the folder $ASYSVD_DATA, or ../shared/data; they say so when it is not there.
set -euo pipefail
cd "$(dirname "$0")/.."
presets=("$@")
[ ${#presets[@]} -gt 0 ] || presets=(test)

scripts/install_dependencies.sh test
for preset in "${presets[@]}"; do
  cmake --preset "$preset" -G Ninja
  cmake --build --preset "$preset"
  ctest --preset "$preset" --parallel "$(getconf _NPROCESSORS_ONLN)"
done
