// SPDX-License-Identifier: MIT
/// \file
/// Work in turns on several threads, whose results do not depend on how many there are.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <future>
#include <mutex>
#include <utility>
#include <vector>

#include <asysvd/detail/tasks.hpp>
#include <asysvd/profile.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// Several chains, each of which goes through the same number of turns. If they `may_run_ahead`, a thread that finds no
/// chain left in a turn takes one into the next, so that all threads have work also where they do not divide the chains;
/// none is more than one turn ahead.
///
/// - `task(chain, turn)`, on any thread: a turn of a chain, after the one before it.
/// - `publish(chain, turn)`, on any thread: shows what that came to, once the turn before has ended.
/// - `end(turn)`, on the thread that calls `run`: all have published this turn, and none publishes until it returns.
///   False makes it the last one; what is under way then is waited for and not published.
class Turns {
 public:
  using Task = std::function<void(std::size_t chain, Size turn)>;
  using End = std::function<bool(Size turn)>;

  Turns(Size chains, Size turns, bool may_run_ahead, Task task, Task publish, End end)
      : done_(static_cast<std::size_t>(chains), 0),
        busy_(done_.size(), false),
        over_(turns == 0),
        turns_(turns),
        most_ahead_(may_run_ahead ? 1 : 0),
        task_(std::move(task)),
        publish_(std::move(publish)),
        end_(std::move(end)) {}

  /// Once. If something throws, nothing new is begun, and one of the exceptions is thrown on.
  void run(int threads) {
    std::vector<std::future<void>> others;
    const auto workers = std::min(static_cast<std::size_t>(threads), done_.size());
    others.reserve(workers);  // to keep a thread takes no memory once it waits for the others
    try {
      for (std::size_t worker = 1; worker < workers; ++worker) {
        others.push_back(on_a_thread([this] { work(false); }));
      }
      work(true);
    } catch (...) {
      stop();
      throw;
    }
    for (auto& other : others) other.get();
  }

 private:
  void work(bool leads) {
    std::unique_lock lock(mutex_);
    try {
      while (!over_) {
        if (leads && std::ranges::all_of(done_, [&](Size done) { return done > ended_; })) {
          lock.unlock();
          const bool goes_on = end_(ended_);  // which this thread alone changes
          lock.lock();
          ++ended_;
          over_ = over_ || !goes_on || ended_ == turns_;  // it may be since a task threw meanwhile
          for (std::size_t chain = 0; chain < done_.size() && !over_; ++chain) {
            if (done_[chain] > ended_) publish_(chain, ended_);
          }
        } else if (const auto chain = next(); chain < done_.size()) {
          busy_[chain] = true;
          const Size turn = done_[chain];
          lock.unlock();
          task_(chain, turn);
          lock.lock();
          if (turn == ended_ && !over_) publish_(chain, turn);
          ++done_[chain];
          busy_[chain] = false;
        } else {
          changed_.wait(lock);
          continue;
        }
        changed_.notify_all();
      }
    } catch (...) {
      if (lock.owns_lock()) lock.unlock();
      stop();
      throw;
    }
  }

  void stop() {
    const std::lock_guard lock(mutex_);
    over_ = true;
    changed_.notify_all();
  }

  /// The chain that is furthest behind of those that can go on, having published all that they have done; or their
  /// number, if none can.
  [[nodiscard]] std::size_t next() const {
    std::size_t best = done_.size();
    for (std::size_t chain = 0; chain < done_.size(); ++chain) {
      const bool can = !busy_[chain] && done_[chain] <= ended_ + most_ahead_ && done_[chain] < turns_;
      if (can && (best == done_.size() || done_[chain] < done_[best])) best = chain;
    }
    return best;
  }

  std::mutex mutex_;  // of all below, but for the work itself
  std::condition_variable changed_;
  std::vector<Size> done_;  // how many turns, by chain
  std::vector<bool> busy_;
  Size ended_ = 0;  // turns
  bool over_;
  Size turns_;
  Size most_ahead_;
  Task task_;
  Task publish_;
  End end_;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
