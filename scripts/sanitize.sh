#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# usage: scripts/sanitize.sh [KIND...]
# Runs tests under AddressSanitizer and UndefinedBehaviorSanitizer (`sanitize`: all but two), those that use threads under
# ThreadSanitizer (`thread`), and under valgrind those of reading, writing, learning and answering, for use of what was
# never written, which the sanitizers don't see (`valgrind`): all three kinds, or those that are named. The first finding of
# a test ends it as failed.
set -euo pipefail
cd "$(dirname "$0")/.."
kinds=("$@")
[ ${#kinds[@]} -gt 0 ] || kinds=(sanitize thread valgrind)
threaded=(tasks turns data_reader_threads train_ensemble train_shards train_validation train_determinism
  train_closed_form train_new_items recommend ranking_model serve_user_session evaluate_auc evaluate_cross_validation
  evaluate_ranking evaluate_tuning)
# Valgrind can't throw where memory is refused, so those are not here that ask for more than there is.
initialized=(sparse_matrix sparse_matrix_view profile turns data_detail_numbers data_id_map data_reader data_reader_errors
  data_reader_threads data_titles data_split io_csv io_matrix_market io_ratings io_checkpoint io_safetensors io_safetensors_hostile
  train_ensemble train_implicit train_partial_fit train_targets model recommend serve_explanation serve_user_session
  evaluate_fold_in evaluate_rating_error)

scripts/install_dependencies.sh test
export ASAN_OPTIONS=detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1 TSAN_OPTIONS=halt_on_error=1
for kind in "${kinds[@]}"; do
  preset=$kind
  if [ "$kind" = valgrind ]; then
    scripts/install_dependencies.sh valgrind
    preset=test
  fi
  cmake --preset "$preset" -G Ninja >/dev/null
  case $kind in
    thread)
      cmake --build --preset thread --target "${threaded[@]/#/test_}" example_swap
      ctest --preset thread --tests-regex "^($(IFS='|' && echo "${threaded[*]}")|example_swap)\$"
      ;;
    valgrind)
      cmake --build --preset test --target "${initialized[@]/#/test_}"
      for test in "${initialized[@]}"; do
        echo "valgrind: $test"
        valgrind --quiet --error-exitcode=1 "build/test/tests/test_$test" "--test-suite-exclude=real*" --no-intro
      done
      ;;
    *)
      cmake --build --preset "$preset"
      # What the first two look into is not what is delivered: a package that needs the sanitizers, and an instrumented
      # loop. The third one waits for the service's memory to stay, which AddressSanitizer gives back late.
      ctest --preset "$preset" --exclude-regex '^(consumer_deb|object_inlined|service_soak)$'
      programs=build/sanitize/examples
      ASAN_OPTIONS=$ASAN_OPTIONS:quarantine_size_mb=1 \
        python3 tests/service/soak.py $programs/cli/asysvd $programs/service/asysvd_service 40 8 0.005
      ;;
  esac
done
