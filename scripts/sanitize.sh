#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# usage: scripts/sanitize.sh [PRESET...]
# Runs all tests under AddressSanitizer and UndefinedBehaviorSanitizer, and those that use threads under ThreadSanitizer,
# or under those of the presets `sanitize` and `thread` that are named. The first finding of a test ends it as failed.
set -euo pipefail
cd "$(dirname "$0")/.."
presets=("$@")
[ ${#presets[@]} -gt 0 ] || presets=(sanitize thread)
threaded=(tasks data_reader_threads train_ensemble train_determinism train_closed_form train_new_items recommend
  ranking_model serve_user_session evaluate_auc evaluate_cross_validation evaluate_ranking evaluate_tuning)

scripts/install_dependencies.sh test
export ASAN_OPTIONS=detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1 TSAN_OPTIONS=halt_on_error=1
for preset in "${presets[@]}"; do
  cmake --preset "$preset" -G Ninja >/dev/null
  if [ "$preset" = thread ]; then
    cmake --build --preset thread --target "${threaded[@]/#/test_}" example_swap
    ctest --preset thread --tests-regex "^($(IFS='|' && echo "${threaded[*]}")|example_swap)\$"
  else
    cmake --build --preset "$preset"
    ctest --preset "$preset"
  fi
done
