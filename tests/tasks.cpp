// SPDX-License-Identifier: MIT
#include <asysvd/detail/tasks.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

using asysvd::Size;
using asysvd::detail::run_tasks;

TEST_CASE("every task runs once, however many threads there are") {
  for (const int threads : {1, 2, 7, 50}) {
    std::vector<std::atomic<int>> runs(20);
    run_tasks(20, threads, [&](Size n) { ++runs[static_cast<std::size_t>(n)]; });
    for (const auto& count : runs) CHECK(count == 1);
  }
  run_tasks(0, 3, [](Size) { FAIL("there is no task"); });
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
