#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# usage: scripts/benchmark.sh [FILTER]
# Builds the benchmarks for this machine and runs those whose names match, all of them by default: repetitions in a
# random order among each other, CPU time, medians. Leaves the raw figures in build/release/benchmarks.json, and prints
# the table of docs/benchmarks.md.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install_dependencies.sh test
cmake --preset release -G Ninja >/dev/null
cmake --build build/release --target benchmark_closed_form benchmark_complexity benchmark_epoch \
  benchmark_evaluation benchmark_memory benchmark_model_file benchmark_netflix benchmark_reading benchmark_recommend \
  benchmark_shards benchmark_threads -- --quiet
result=build/release/benchmarks.json
build/release/benchmarks/benchmark_epoch --benchmark_filter="${1:-.}" --benchmark_repetitions=5 \
  --benchmark_enable_random_interleaving=true --benchmark_min_time=0.2 --benchmark_report_aggregates_only=true \
  --benchmark_out=$result --benchmark_out_format=json >/dev/null
python3 scripts/benchmark_table.py $result
build/release/benchmarks/benchmark_reading --benchmark_repetitions=5 --benchmark_enable_random_interleaving=true \
  --benchmark_report_aggregates_only=true 2>/dev/null |
  grep median
for benchmark in model_file recommend; do
  build/release/benchmarks/benchmark_$benchmark --benchmark_repetitions=5 --benchmark_enable_random_interleaving=true \
    --benchmark_report_aggregates_only=true 2>/dev/null | grep median
done
build/release/benchmarks/benchmark_evaluation
build/release/benchmarks/benchmark_memory 32
build/release/benchmarks/benchmark_closed_form
build/release/benchmarks/benchmark_complexity 2>/dev/null | grep -E "BigO|RMS"
build/release/benchmarks/benchmark_netflix
build/release/benchmarks/benchmark_shards 1m
build/release/benchmarks/benchmark_shards 10m 32 1 3 6 12 20
build/release/benchmarks/benchmark_threads
