#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# usage: scripts/serve.sh [RATINGS [TITLES]]
# From nothing to a recommendation service: installs what is missing, builds for this machine, trains on RATINGS, or on
# generated ratings with made-up titles, and serves the model, and a page to try it on, at http://127.0.0.1:8080. Ends at
# Ctrl-C. $PORT names another port.
set -euo pipefail
absolute() {
  [ -r "$1" ] || { echo "scripts/serve.sh: can't read $1" >&2; exit 2; }
  printf '%s/%s\n' "$(cd "$(dirname "$1")" && pwd)" "$(basename "$1")"
}
ratings=${1:+$(absolute "$1")}
titles=${2:+$(absolute "$2")}
cd "$(dirname "$0")/.."

scripts/install_dependencies.sh service
build=build/demo
cmake --preset demo -G Ninja >/dev/null
cmake --build $build --target asysvd_cli asysvd_service -- --quiet

if [ -z "$ratings" ]; then
  ratings=$build/ratings.csv
  titles=$build/titles.csv
  $build/examples/cli/asysvd generate --shape movielens-100k --to $ratings
  # Another title for each of the 1682 items: a pair of words comes again after 31 * 29 items, with another year.
  awk 'BEGIN {
    n = split("Quiet Red Last Silver Hidden Broken Golden Distant Burning Paper Winter Lonely Crooked Velvet Endless \
               Hollow Northern Restless Secret Wild Frozen Second Empty Savage Gentle Bitter Midnight Iron Blind \
               Borrowed Lost", first)
    m = split("River Harbour Garden Detective Mountain Letter Summer Orchard Train Stranger Promise Island Mirror \
               Kingdom Violin Road Horizon Witness Lantern Season Bridge Machine Passenger Heart Circus Storm Village \
               Echo Voyage", second)
    print "item,title"
    for (i = 1; i <= 1682; ++i) {
      printf "%d,The %s %s (%d)\n", i, first[i % n + 1], second[i % m + 1], 1930 + i * 7 % 70
    }
  }' >$titles
fi
$build/examples/cli/asysvd train --ratings "$ratings" --save $build/served.safetensors
exec $build/examples/service/asysvd_service --model $build/served.safetensors ${titles:+--titles "$titles"} \
  --port "${PORT:-8080}"
