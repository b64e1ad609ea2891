#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# usage: no_exceptions.sh COMPILER FLAG...
# Without exceptions the library is refused by one line that says why, ahead of whatever else a compiler then finds.
set -euo pipefail
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if echo '#include <asysvd/model.hpp>' | "$1" -std=c++20 -fno-exceptions -fsyntax-only -x c++ "${@:2}" - 2>"$log"; then
  echo "the library is compiled with -fno-exceptions"
  exit 1
fi
first=$(grep -m1 error "$log")
echo "$first"
grep -q 'asysvd tells misuse and broken files by exceptions' <<<"$first"
