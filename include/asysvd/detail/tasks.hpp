// SPDX-License-Identifier: MIT
/// \file
/// Work on several threads whose result does not depend on how many there are.
#pragma once

#include <algorithm>
#include <atomic>
#include <future>
#include <vector>

#include <asysvd/profile.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// Calls `task(n)` for n from 0 to `count` − 1, at most `threads` of them at a time, and waits for all. If some throw,
/// one of the exceptions is thrown on.
template <class Task>
void run_tasks(Size count, int threads, const Task& task) {
  std::atomic<Size> next = 0;
  const auto work = [&] {
    for (Size n = next++; n < count; n = next++) task(n);
  };
  std::vector<std::future<void>> others;  // which wait for their threads also where something is thrown
  const auto workers = std::min(Size{threads}, count);
  for (Size worker = 1; worker < workers; ++worker) others.push_back(std::async(std::launch::async, work));
  work();
  for (auto& other : others) other.get();
}

/// Calls `task(begin, end)` for the ranges of `length` that make up [0, count), the last one being shorter, as `run_tasks`
/// does.
template <class Task>
void run_ranges(Size count, Size length, int threads, const Task& task) {
  run_tasks((count + length - 1) / length, threads,
            [&](Size n) { task(n * length, std::min(count, (n + 1) * length)); });
}

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
