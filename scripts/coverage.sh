#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# usage: scripts/coverage.sh [FOLDER]
# Builds everything so that it counts what runs, runs every test but those on real ratings, which take hours like that
# and are about accuracy, and reports which lines and branches of the library
# they ran, by header, with the lines that none did. Leaves the report as pages in FOLDER. Fails if a test does, or below
# 97 % of the lines or 85 % of the branches. Branches that the compiler adds for exceptions do not count.
set -euo pipefail
folder=${1:+$(mkdir -p "$1" && cd "$1" && pwd)}
cd "$(dirname "$0")/.."

scripts/install_dependencies.sh coverage
build=build/coverage
cmake --preset coverage -G Ninja
cmake --build --preset coverage
find $build -name '*.gcda' -delete # of an earlier run
ctest --preset coverage --parallel "$(getconf _NPROCESSORS_ONLN)" --exclude-regex on_real_data
gcovr --root . --filter 'include/asysvd/' --exclude-throw-branches --exclude-unreachable-branches \
  --fail-under-line 97 --fail-under-branch 85 --txt --print-summary ${folder:+--html-details "$folder/index.html"} $build
