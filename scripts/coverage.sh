#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# usage: scripts/coverage.sh [FOLDER]
# Builds the library's own tests with clang++ so that they count what runs, runs all but those on real ratings, which are
# about accuracy, and reports which lines and branches of the library they ran, by header. What only the programs and
# examples run does not count. A branch of a template is one branch, whatever it is instantiated with. Leaves the sources
# with their counts as pages in FOLDER. Fails if a test does, or below 97 % of the lines or 85 % of the branches.
set -euo pipefail
folder=${1:+$(mkdir -p "$1" && cd "$1" && pwd)}
cd "$(dirname "$0")/.."

scripts/install_dependencies.sh coverage
build=$PWD/build/coverage
cmake --preset coverage -G Ninja
cmake --build --preset coverage
rm -rf "$build/profiles" # of an earlier run
LLVM_PROFILE_FILE="$build/profiles/%4m.profraw" \
  ctest --preset coverage --parallel "$(getconf _NPROCESSORS_ONLN)" --exclude-regex on_real_data

llvm-profdata merge -sparse "$build"/profiles/*.profraw -o "$build/all.profdata"
mapfile -t programs < <(find "$build/tests" -maxdepth 2 -type f -executable -name 'test_*')
counted=("${programs[0]}" "${programs[@]/#/-object=}" -instr-profile="$build/all.profdata")
llvm-cov report "${counted[@]}" -show-branch-summary -show-region-summary=false "$PWD/include" | tee "$build/report.txt"
[ -z "$folder" ] || llvm-cov show "${counted[@]}" -format=html -show-branches=count -output-dir="$folder" "$PWD/include"
# The last row: functions, lines and branches, each with how many there are, how many were missed, and the share that ran.
awk '$1 == "TOTAL" { exit !($7 + 0 >= 97 && $10 + 0 >= 85) }' "$build/report.txt"
