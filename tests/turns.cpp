// SPDX-License-Identifier: MIT
#include <asysvd/detail/turns.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using asysvd::Size;
using asysvd::detail::Turns;

namespace {

/// What all threads write to, one at a time.
struct Record {
  explicit Record(std::size_t chains) : worked(chains, 0), published(chains, 0) {}

  std::mutex mutex;
  std::vector<Size> worked;     // turns, by chain
  std::vector<Size> published;  // turns, by chain
  Size ended = 0;
  int wrong = 0;  // whatever came out of its order

  void expect(bool right) { wrong += right ? 0 : 1; }
};

/// Goes through the turns until `goes_on(turn)` is false, and looks whether all comes in its order.
template <class GoesOn>
void go_through(Record& record, int turns, int threads, bool may_run_ahead, GoesOn goes_on) {
  const auto caller = std::this_thread::get_id();
  Turns(
      static_cast<Size>(record.worked.size()), turns, may_run_ahead,
      [&](std::size_t chain, Size turn) {
        const std::lock_guard lock(record.mutex);
        record.expect(turn == record.worked[chain] && turn == record.published[chain] &&
                      turn <= record.ended + (may_run_ahead ? 1 : 0));
        ++record.worked[chain];
      },
      [&](std::size_t chain, Size turn) {
        const std::lock_guard lock(record.mutex);
        record.expect(turn == record.published[chain] && turn + 1 == record.worked[chain] && turn == record.ended);
        ++record.published[chain];
      },
      [&](Size turn) {
        const std::lock_guard lock(record.mutex);
        record.expect(std::this_thread::get_id() == caller && turn == record.ended);
        for (const Size published : record.published) record.expect(published == turn + 1);
        ++record.ended;
        return goes_on(turn);
      })
      .run(threads);
}

}  // namespace

TEST_CASE("every chain goes through every turn in its order, however many threads there are") {
  for (const std::size_t chains : {1u, 2u, 3u, 5u}) {
    for (const int threads : {1, 2, 3, 4, 9}) {
      for (const bool may_run_ahead : {false, true}) {
        Record record(chains);
        go_through(record, 50, threads, may_run_ahead, [](Size) { return true; });
        CHECK(record.wrong == 0);
        CHECK(record.ended == 50);
        CHECK(record.published == std::vector<Size>(chains, 50));
        CHECK(record.worked == record.published);
      }
    }
  }
}

TEST_CASE("without turns nothing is asked") {
  Record record(3);
  go_through(record, 0, 2, true, [](Size) { return true; });
  CHECK(record.ended == 0);
  CHECK(record.worked == std::vector<Size>(3, 0));
}

TEST_CASE("a turn that is to be the last one is the last that is shown") {
  for (const int threads : {1, 2, 4}) {
    Record record(3);
    go_through(record, 50, threads, true, [](Size turn) { return turn < 6; });
    CHECK(record.wrong == 0);
    CHECK(record.ended == 7);
    CHECK(record.published == std::vector<Size>(3, 7));
    for (const Size worked : record.worked) CHECK(worked <= 8);
    if (threads == 1) CHECK(record.worked == record.published);
  }
}

TEST_CASE("a thread without a chain in this turn takes one into the next") {
  std::mutex mutex;
  std::condition_variable changed;
  bool next_begun = false;
  bool in_time = true;
  Turns(
      3, 2, true,
      [&](std::size_t chain, Size turn) {
        std::unique_lock lock(mutex);
        if (turn == 1) {
          next_begun = true;
          changed.notify_all();
        } else if (chain == 2) {  // the last of the first turn waits for one of the second
          in_time = changed.wait_for(lock, std::chrono::minutes(1), [&] { return next_begun; });
        }
      },
      [](std::size_t, Size) {}, [](Size) { return true; })
      .run(2);
  CHECK(in_time);
}

TEST_CASE("what is thrown while a turn ends comes out as well") {
  std::atomic<bool> thrown = false;
  const auto run = [&] {
    Turns(
        3, 2, true,
        [&](std::size_t, Size turn) {
          if (turn == 0) return;
          thrown = true;
          throw std::runtime_error("ahead");
        },
        [](std::size_t, Size) {},
        [&](Size) {
          // Whoever has none left of this turn goes ahead, and throws; then this turn goes on to end.
          for (int wait = 0; wait < 1000 && !thrown; ++wait) std::this_thread::sleep_for(std::chrono::milliseconds(1));
          std::this_thread::sleep_for(std::chrono::milliseconds(20));
          return true;
        })
        .run(2);
  };
  CHECK_THROWS_WITH_AS(run(), "ahead", std::runtime_error);
  CHECK(thrown);
}

TEST_CASE("what is thrown comes out, from whichever thread and function, and the others are waited for") {
  for (const int threads : {1, 2, 4}) {
    for (const std::string thrower : {"task", "publish", "end"}) {
      std::atomic<int> under_way = 0;
      const auto fail_in = [&](const char* name, Size turn) {
        if (name == thrower && turn == 3) throw std::runtime_error(name);
      };
      const auto run = [&] {
        Turns(
            4, 10, true,
            [&](std::size_t chain, Size turn) {
              ++under_way;
              if (chain == 1) fail_in("task", turn);
              --under_way;
            },
            [&](std::size_t chain, Size turn) {
              if (chain == 2) fail_in("publish", turn);
            },
            [&](Size turn) {
              fail_in("end", turn);
              return true;
            })
            .run(threads);
      };
      CHECK_THROWS_WITH_AS(run(), thrower.c_str(), std::runtime_error);
      CHECK(under_way == (thrower == "task" ? 1 : 0));
    }
  }
}
