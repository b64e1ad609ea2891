// SPDX-License-Identifier: MIT
/// \file
/// Work on several threads whose result does not depend on how many there are.
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <future>
#include <utility>
#include <vector>

#include <asysvd/profile.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// Begins `work` on a thread, which the result waits for also where it is thrown away. Works of one type, because what is
/// behind this takes long to compile, once for each.
[[nodiscard]] inline std::future<void> on_a_thread(std::function<void()> work) {
  return std::async(std::launch::async, std::move(work));
}

/// Calls `task(n)` for n from 0 to `count` − 1, at most `threads` of them at a time, and waits for all. If some throw,
/// one of the exceptions is thrown on.
inline void run_tasks(Size count, int threads, const std::function<void(Size)>& task) {
  std::atomic<Size> next = 0;
  const auto work = [&] {
    for (Size n = next++; n < count; n = next++) task(n);
  };
  std::vector<std::future<void>> others;
  const auto workers = std::min(Size{threads}, count);
  for (Size worker = 1; worker < workers; ++worker) others.push_back(on_a_thread(work));
  work();
  for (auto& other : others) other.get();
}

/// Calls `task(begin, end)` for the ranges of `length` that make up [0, count), the last one being shorter, as
/// `run_tasks` does.
inline void run_ranges(Size count, Size length, int threads, const std::function<void(Size, Size)>& task) {
  run_tasks((count + length - 1) / length, threads,
            [&](Size n) { task(n * length, std::min(count, (n + 1) * length)); });
}

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
