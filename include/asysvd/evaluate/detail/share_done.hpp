// SPDX-License-Identifier: MIT
/// \file
/// How much of the work of several threads is done, told on one of them.
#pragma once

#include <atomic>
#include <functional>
#include <thread>
#include <utility>

#include <asysvd/profile.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// Counts steps of any thread, and tells the observer, if there is one, at those of the thread that made this.
class ShareDone {
 public:
  ShareDone(std::function<void(double)> observer, Size steps)
      : observer_(std::move(observer)), steps_(static_cast<double>(steps)) {}

  void step() {
    const Size done = ++done_;
    if (observer_ && std::this_thread::get_id() == thread_) observer_(static_cast<double>(done) / steps_);
  }

 private:
  std::function<void(double)> observer_;
  double steps_;
  std::atomic<Size> done_ = 0;
  std::thread::id thread_ = std::this_thread::get_id();
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
