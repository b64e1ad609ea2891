// SPDX-License-Identifier: MIT
/// \file
/// Where among a few numbers each of many others has its place.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <asysvd/profile.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// Numbers that are known exactly, by `exact(n)`, but nearly so at less cost: `rough(n)` is `offset` less, give or take
/// `error`.
template <std::floating_point Scalar, class Rough, class Exact>
struct RoughNumbers {
  Rough rough;
  Exact exact;
  Scalar offset;
  Scalar error;
};
template <std::floating_point Scalar, class Rough, class Exact>
RoughNumbers(Rough, Exact, Scalar, Scalar) -> RoughNumbers<Scalar, Rough, Exact>;  // clang++ 14 does not find it

/// Numbers in ascending order, among which others find their place without a branch: a search whose every turn is a
/// coin's is several times slower than the score that is looked up. Most need no search at all: the range is cut into
/// so many intervals that few hold one of the numbers, and what falls into any other has its place from there. So most
/// need not be known exactly either.
template <std::floating_point Scalar>
class Ranks {
 public:
  /// Sorts `values`, among which `others` will find their places; here they are filled up with ∞ to a power of two.
  template <class Others>
  void assign(std::vector<Scalar>& values, const Others& others) {
    std::ranges::sort(values);
    count_ = values.size();
    half_ = std::bit_floor(count_);
    values_.assign(2 * half_, std::numeric_limits<Scalar>::infinity());
    std::ranges::copy(values, values_.begin());
    places_.assign(std::clamp<std::size_t>(256 * count_, 4, 8192) + 1, 0);
    last_ = static_cast<Scalar>(nobody() - 1);
    const auto lowest = [&](Scalar value) { return value - others.offset - others.error; };
    const auto highest = [&](Scalar value) { return value - others.offset + others.error; };
    if (count_ > 0) {
      least_ = lowest(values.front());
      scale_ = std::min((last_ - 2) / (highest(values.back()) - least_), std::numeric_limits<Scalar>::max());
    }
    auto next = places_.begin();
    for (std::size_t below = 0; below < count_; ++below) {
      const auto begin = places_.begin() + interval(lowest(values[below]));
      const auto end = places_.begin() + interval(highest(values[below])) + 1;
      if (next < begin) std::fill(next, begin, static_cast<std::uint32_t>(2 * below));
      if (next < end) std::fill(std::max(next, begin), end, searched);
      next = std::max(next, end);
    }
    std::fill(next, places_.end() - 1, static_cast<std::uint32_t>(2 * count_));
  }

  /// How many are less than number `n` of `others`, and how many at most it, added up: 0 if it is not a number.
  /// O(log n + how many are equal).
  template <class Others>
  [[nodiscard]] std::size_t less_than_and_at_most(const Others& others, std::size_t n) const {
    const std::uint32_t place = places_[static_cast<std::size_t>(interval(others.rough(n)))];
    return place == searched ? search(others.exact(n)) : place;
  }

  /// The same added up over the first `count` of `others`.
  template <class Others>
  [[nodiscard]] std::size_t sum(const Others& others, std::size_t count) const {
    constexpr std::size_t at_a_time = 1024, together = 16;
    std::array<Index, at_a_time> intervals;
    std::array<std::size_t, at_a_time> undecided;
    std::size_t sum = 0;
    for (std::size_t first = 0; first < count; first += at_a_time) {
      const std::size_t some = std::min(at_a_time, count - first);
      for (std::size_t n = 0; n < some; ++n) intervals[n] = interval(others.rough(first + n));
      std::fill(intervals.begin() + static_cast<Size>(some), intervals.end(), nobody());
      std::size_t found = 0;
      for (std::size_t begin = 0; begin < some; begin += together) {
        std::uint64_t places = 0;
        for (std::size_t n = begin; n < begin + together; ++n)
          places += places_[static_cast<std::size_t>(intervals[n])];
        sum += places % searched;
        if (places < searched) continue;
        for (std::size_t n = begin; n < begin + together; ++n) {
          undecided[found] = first + n;
          found += std::size_t{places_[static_cast<std::size_t>(intervals[n])] == searched};
        }
      }
      for (std::size_t n = 0; n < found; ++n) sum += search(others.exact(undecided[n]));
    }
    return sum;
  }

 private:
  static constexpr std::uint32_t searched = std::uint32_t{1} << 31;  // more than all places together

  /// An interval that nothing is in.
  [[nodiscard]] Index nobody() const noexcept { return static_cast<Index>(places_.size()) - 1; }

  /// Never falls as `value` grows, so that the numbers in lower intervals are less. What is below all of them is in
  /// interval 0, and so is what is not a number. If the range is not finite, all is in intervals that are searched.
  [[nodiscard]] Index interval(Scalar value) const noexcept {
    const Scalar position = std::max(Scalar(0), (value - least_) * scale_ + 1);  // 0 if that is not a number
    return static_cast<Index>(std::min(position, last_));
  }

  [[nodiscard]] std::size_t search(Scalar value) const noexcept {
    std::size_t less = 0;
    for (std::size_t step = half_; step > 0; step /= 2) less += step & -std::size_t{values_[less + step - 1] < value};
    std::size_t at_most = less;
    while (at_most < count_ && values_[at_most] == value) ++at_most;
    return less + at_most;
  }

  std::vector<Scalar> values_;
  std::size_t count_ = 0;
  std::size_t half_ = 0;
  std::vector<std::uint32_t> places_;  // by interval: what to answer, or `searched`; 0 for nobody()
  Scalar least_ = 0;
  Scalar scale_ = 0;
  Scalar last_ = 0;  // the number of the last interval
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
