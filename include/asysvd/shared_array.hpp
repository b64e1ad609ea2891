// SPDX-License-Identifier: MIT
/// \file
/// An array that does not change, and that its copies share.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace asysvd {
inline namespace v0_1 {

/// Values that nobody changes any more: those of a vector that was given away, or of memory that something else keeps,
/// such as a mapped file. Copies are O(1), share the values and keep them alive. Safe for concurrent use.
template <class T>
class SharedArray {
 public:
  /// No values.
  SharedArray() = default;

  /// Takes over a vector.
  SharedArray(std::vector<T> values) {  // NOLINT(google-explicit-constructor): a vector is one
    auto kept = std::make_shared<const std::vector<T>>(std::move(values));
    values_ = *kept;
    owner_ = std::move(kept);
  }

  /// Borrows `values`, which must stay as they are for as long as `owner` lives.
  SharedArray(std::span<const T> values, std::shared_ptr<const void> owner)
      : values_(values), owner_(std::move(owner)) {}

  [[nodiscard]] const T* data() const noexcept { return values_.data(); }     ///< the first value
  [[nodiscard]] std::size_t size() const noexcept { return values_.size(); }  ///< values
  [[nodiscard]] bool empty() const noexcept { return values_.empty(); }       ///< whether there are none
  [[nodiscard]] const T* begin() const noexcept { return data(); }            ///< as `data`
  [[nodiscard]] const T* end() const noexcept { return data() + size(); }     ///< one past the last value
  /// `index` must lie in [0, size()): not checked.
  [[nodiscard]] const T& operator[](std::size_t index) const noexcept { return values_[index]; }

  /// Whether the values are equal, wherever they lie.
  friend bool operator==(const SharedArray& a, const SharedArray& b) noexcept { return std::ranges::equal(a, b); }

 private:
  std::span<const T> values_;
  std::shared_ptr<const void> owner_;
};

}  // namespace v0_1
}  // namespace asysvd
