#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# usage: scripts/demo.sh [RATINGS [TITLES]]
# From nothing to recommendations: installs what is missing, builds the program for this machine, trains on RATINGS, or
# on generated ratings in the shape of MovieLens-100K, and shows what was learned.
set -euo pipefail
absolute() {
  [ -r "$1" ] || { echo "scripts/demo.sh: can't read $1" >&2; exit 2; }
  printf '%s/%s\n' "$(cd "$(dirname "$1")" && pwd)" "$(basename "$1")"
}
ratings=${1:+$(absolute "$1")}
titles=${2:+$(absolute "$2")}
cd "$(dirname "$0")/.."

scripts/install_dependencies.sh run
build=build/demo
[ -e $build/build.ninja ] || cmake --preset demo -G Ninja >/dev/null
cmake --build $build --target asysvd_cli -- --quiet

show() {
  printf '\n$ asysvd %s\n' "$*"
  $build/examples/cli/asysvd "$@"
}
if [ -z "$ratings" ]; then
  ratings=$build/ratings.csv
  show generate --shape movielens-100k --to $ratings
fi
show stats --ratings "$ratings"
show train --ratings "$ratings" --holdout 0.2 --save $build/model.safetensors
show recommend --model $build/model.safetensors --ratings "$ratings" ${titles:+--titles "$titles"}
