#!/bin/sh
# SPDX-License-Identifier: MIT
# usage: readme.sh README EXAMPLE_SOURCE EXAMPLE_PROGRAM
# The program in the README is the example that is compiled and run, and what it is said to print is what it prints.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
awk '/^```cpp$/ { inside = 1; next } /^```$/ && inside { exit } inside' "$1" >"$work/program"
sed '/^\/\//d' "$2" >"$work/example"
diff "$work/program" "$work/example" || { echo "the README's program is not the example"; exit 1; }
awk '/^It prints$/ { near = 1 } near && /^    / { sub(/^    /, ""); print; next } near && /^[A-Z]/ && !/^It prints/ { exit }' \
  "$1" >"$work/promised"
"$3" >"$work/printed"
diff "$work/promised" "$work/printed" || { echo "the README's output is not what the example prints"; exit 1; }
