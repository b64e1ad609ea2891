// SPDX-License-Identifier: MIT
// Memory that runs out where a test says so: every allocation of the program, by new or by the malloc of Eigen, is
// counted and can be made to fail.
#pragma once

#include <doctest/doctest.h>

#include <initializer_list>
#include <new>

namespace asysvd::test {

/// How many allocations there are that have not been freed.
[[nodiscard]] long live_allocations() noexcept;

/// While it lives, the `first`-th allocation from now on fails, of any thread, and if `all_after`, each one after it.
class FailingAllocation {
 public:
  explicit FailingAllocation(long first, bool all_after = false) noexcept;
  FailingAllocation(const FailingAllocation&) = delete;
  FailingAllocation& operator=(const FailingAllocation&) = delete;
  ~FailingAllocation();

  /// Whether there have been so many.
  [[nodiscard]] bool reached() const noexcept;
};

/// Calls `attempt(copy)` with a copy of `original` where the first allocation fails, then the second one and so on, until
/// there is none any more: first that one alone, then all after it as well. Each time that `std::bad_alloc` comes out of
/// it, nothing must be leaked and `unchanged(copy, original)` must hold. Returns how many failed.
template <class State, class Attempt, class Unchanged>
long fail_at_each_allocation(const State& original, const Attempt& attempt, const Unchanged& unchanged) {
  long failures = 0;
  for (const bool all_after : {false, true}) {
    for (long first = 1;; ++first) {
      const long before = live_allocations();
      bool reached = false, failed = false, same = false;
      {
        State copy = original;
        {
          const FailingAllocation failing(first, all_after);
          try {
            attempt(copy);
          } catch (const std::bad_alloc&) {
            failed = true;
          }
          reached = failing.reached();
        }
        same = unchanged(copy, original);
      }
      const long leaked = live_allocations() - before;
      CAPTURE(first);
      CAPTURE(all_after);
      if (!reached) break;
      if (!failed) continue;  // somebody can do without, such as a stable sort
      ++failures;
      CHECK(leaked == 0);
      REQUIRE(same);
    }
  }
  return failures;
}

/// The same of what changes nothing that it is given.
template <class Attempt>
long fail_at_each_allocation(const Attempt& attempt) {
  return fail_at_each_allocation(
      0, [&](int) { attempt(); }, [](int, int) { return true; });
}

}  // namespace asysvd::test
