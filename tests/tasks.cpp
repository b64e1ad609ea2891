// SPDX-License-Identifier: MIT
#include <asysvd/detail/tasks.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

using asysvd::Size;
using asysvd::detail::run_ranges;
using asysvd::detail::run_tasks;

TEST_CASE("every task runs once, however many threads there are") {
  for (const int threads : {1, 2, 7, 50}) {
    std::vector<std::atomic<int>> runs(20);
    run_tasks(20, threads, [&](Size n) { ++runs[static_cast<std::size_t>(n)]; });
    for (const auto& count : runs) CHECK(count == 1);
  }
  run_tasks(0, 3, [](Size) { FAIL("there is no task"); });
}

TEST_CASE("ranges have each number once") {
  for (const Size count : {0, 1, 7, 8, 9, 80}) {
    std::vector<std::atomic<int>> met(static_cast<std::size_t>(count));
    run_ranges(count, 8, 3, [&](Size begin, Size end) {
      CHECK(begin % 8 == 0);
      CHECK((end == begin + 8 || end == count));
      for (Size n = begin; n < end; ++n) ++met[static_cast<std::size_t>(n)];
    });
    for (const auto& times : met) CHECK(times == 1);
  }
}

TEST_CASE("what a task throws comes out, from whichever thread, and the others are waited for") {
  for (const Size thrower : {0, 1, 19}) {
    std::atomic<int> ended = 0;
    CHECK_THROWS_AS(run_tasks(20, 4,
                              [&](Size n) {
                                if (n == thrower) throw std::runtime_error("enough");
                                ++ended;
                              }),
                    std::runtime_error);
    const int seen = ended;
    CHECK(seen <= 19);
    CHECK(ended == seen);
  }
}
