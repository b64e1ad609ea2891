#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# usage: scripts/test.sh
# Installs what is missing, builds everything with warnings as errors under g++ and clang++, and runs every test.
# Tests on real ratings look for them in the folder $ASYSVD_DATA, or ../shared/data; they say so when it is not there.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install_dependencies.sh test
for preset in test clang; do
  if [ $preset = clang ] && ! command -v clang++ >/dev/null; then
    echo "clang++ is not here: its leg is skipped"
    continue
  fi
  cmake --preset $preset -G Ninja -DASYSVD_BUILD_BENCHMARKS=ON
  cmake --build --preset $preset
  ctest --preset $preset --parallel "$(getconf _NPROCESSORS_ONLN)"
done
