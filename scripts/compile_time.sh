#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# usage: scripts/compile_time.sh [COMPILER]
# What including costs: the CPU seconds that COMPILER, c++ where none is named, takes at -O2 for each public header by
# itself, for Eigen/Core alone, and for the quick start; the least of three. Prints a table.
set -euo pipefail
cd "$(dirname "$0")/.."
compiler=${1:-c++}
unit=$(mktemp --suffix=.cpp)
trap 'rm -f "$unit"' EXIT
read -ra eigen < <(pkg-config --cflags-only-I eigen3)

# usage: row NAME FILE
row() {
  local least
  least=$(for _ in 1 2 3; do
    { TIMEFORMAT=%U; time "$compiler" -std=c++20 -O2 -Iinclude "${eigen[@]}" -c -o /dev/null "$2"; } 2>&1
  done | sort -n | head -1)
  printf '| `%s` | %.1f |\n' "$1" "$least"
}

printf '%s, -O2\n\n| | seconds |\n|---|---|\n' "$("$compiler" --version | head -1)"
for header in Eigen/Core $(cd include && find asysvd -name '*.hpp' -not -path '*/detail/*' | LC_ALL=C sort); do
  echo "#include <$header>" >"$unit"
  row "$header" "$unit"
done
row examples/quick_start.cpp examples/quick_start.cpp
