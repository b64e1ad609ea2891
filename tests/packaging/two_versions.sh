#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# usage: two_versions.sh COMPILER FLAG...
# Parts of one program that were compiled with different versions of the library share no function of it: a linker would
# take one of the two for both.
set -euo pipefail
include=$(cd "$(dirname "$0")/../../include" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
command -v nm >/dev/null || { echo "skipped: nm is not installed"; exit 77; }

cp -r "$include" "$folder/next"
find "$folder/next" -name '*.hpp' -exec sed -i -E 's/^(inline namespace )v[0-9_]+/\1vnext/' {} +
cat >"$folder/part.cpp" <<'END'
#include <asysvd/sparse_matrix.hpp>
#include <vector>
long ratings() {
  return asysvd::SparseMatrix<float>::from_triplets(1, 1, std::vector<asysvd::Rating<float>>{{0, 0, 1}}).nonzeros();
}
END
functions() {  # COMPILER INCLUDE FLAG...
  "$1" -std=c++20 -I"$2" "${@:3}" -c "$folder/part.cpp" -o "$folder/part.o"
  nm "$folder/part.o" | awk '$2 ~ /[WVu]/ && $3 ~ /6asysvd/ { print $3 }' | sort
}
functions "$1" "$include" "${@:2}" >"$folder/this.txt"
functions "$1" "$folder/next" "${@:2}" >"$folder/next.txt"
echo "$(wc -l <"$folder/this.txt") functions in one version, $(wc -l <"$folder/next.txt") in the other"
[ -s "$folder/this.txt" ] && [ -s "$folder/next.txt" ]
shared=$(comm -12 "$folder/this.txt" "$folder/next.txt")
[ -z "$shared" ] || { echo "shared: $shared"; exit 1; }
