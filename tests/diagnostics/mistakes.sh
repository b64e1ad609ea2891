#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# usage: mistakes.sh COMPILER FLAG...
# Each of the mistakes in mistakes.cpp gives one error, and the compiler tells what is wrong; without a mistake there is
# none.
set -euo pipefail
source=$(dirname "$0")/mistakes.cpp
log=$(mktemp)
trap 'rm -f "$log"' EXIT

compile() { LC_ALL=C "$1" -std=c++20 -fsyntax-only -DMISTAKE="$2" "${@:3}" "$source" 2>"$log"; }

compile "$1" 0 "${@:2}" || { cat "$log"; exit 1; }
failed=0
tried=0
while read -r number says; do
  tried=$((tried + 1))
  if compile "$1" "$number" "${@:2}"; then
    echo "mistake $number compiles"
    failed=1
    continue
  fi
  errors=$(grep -c ' error: ' "$log")
  echo "mistake $number: $errors error, $(wc -l <"$log") lines"
  if [ "$errors" -ne 1 ] || ! grep -qF "$says" "$log"; then
    echo "expected one error that says \"$says\":"
    cat "$log"
    failed=1
  fi
done < <(sed -nE 's|^#(el)?if MISTAKE == ([0-9]+) +// says: (.*)|\2 \3|p' "$source")
if [ "$tried" -ne "$(grep -c '^#.*MISTAKE ==' "$source")" ]; then
  echo "of some mistakes it does not stand there what the compiler says"
  failed=1
fi
exit $failed
