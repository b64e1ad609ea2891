// SPDX-License-Identifier: MIT
/// \file
/// What is in use, and may be replaced at any time.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

/// Whoever answers a request takes a share and keeps it to the end: another one may be put in its place meanwhile, and
/// the old one goes with the last request that began with it. Safe to use from many threads at once.
template <class Value>
class Current {
 public:
  explicit Current(std::shared_ptr<const Value> first) : value_(std::move(first)) {}

  [[nodiscard]] std::shared_ptr<const Value> get() const {
    const std::lock_guard lock(mutex_);
    return value_;
  }
  void set(std::shared_ptr<const Value> next) {
    const std::lock_guard lock(mutex_);
    value_.swap(next);  // the old one is not freed under the lock, but with the parameter
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Value> value_;
};
