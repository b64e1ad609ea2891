#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# usage: scripts/benchmark_service.sh [TRIES]
# How many requests a second the service answers two clients of this machine that ask one after the other, in 10 s, while
# its model is swapped 20 times; on the demo's data.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install_dependencies.sh load
build=build/demo
cmake --preset demo -G Ninja >/dev/null
cmake --build $build --target asysvd_cli asysvd_service -- --quiet
program=$build/examples/cli/asysvd
$program generate --shape movielens-100k --to $build/ratings.csv >/dev/null
items=$(awk -F, 'NR > 1 && !seen[$2]++ && ++number <= 100 { print $2 }' $build/ratings.csv)
$program train --ratings $build/ratings.csv --save $build/served.safetensors >/dev/null

mkfifo $build/said.$$
$build/examples/service/asysvd_service --model $build/served.safetensors --port 0 >$build/said.$$ &
service=$!
trap 'kill $service' EXIT
exec 3<$build/said.$$
rm $build/said.$$
read -r _ _ address <&3

for try in $(seq "${1:-5}"); do
  # shellcheck disable=SC2086 # each item is an argument
  wrk --threads 2 --connections 2 --duration 10s --script benchmarks/service_request.lua "$address" -- $items | tail -n 1 &
  clients=$!
  for swap in {1..20}; do
    sleep 0.45
    curl --silent --fail -H 'Content-Type: application/json' -d '{}' "$address/reload" >/dev/null || echo "swap $swap of try $try failed"
  done
  wait $clients
done
curl --silent "$address/metrics" | awk '
  /^asysvd_request_seconds_count/ { requests = $2 }
  /^process_cpu_seconds_total/ { seconds = $2 }
  /^asysvd_model_loads_total/ { print }
  END { printf "%.0f microseconds of CPU time a request, swaps included\n", 1e6 * seconds / requests }'
