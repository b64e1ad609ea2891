// SPDX-License-Identifier: MIT
/// \file
/// Weights for ratings that are worth the less the older they are.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <span>
#include <vector>

#include <asysvd/detail/check.hpp>

namespace asysvd {
inline namespace v0_1 {

/// 2^(−age / half_life) of each rating, its age being that before the latest one: weights for `FitOptions::weights`.
/// `half_life` is in the unit of the timestamps, seconds in what `read_ratings` reads. Throws `std::invalid_argument`
/// unless it is finite and greater than 0. O(ratings).
template <std::floating_point Scalar>
[[nodiscard]] std::vector<Scalar> time_decay(std::span<const std::int64_t> timestamps, double half_life) {
  detail::require(detail::is_finite(half_life) && half_life > 0, "time_decay", "half_life", half_life,
                  "a finite number greater than 0");
  std::vector<Scalar> weights;
  if (timestamps.empty()) return weights;
  const auto latest = static_cast<double>(std::ranges::max(timestamps));
  weights.reserve(timestamps.size());
  for (const auto timestamp : timestamps) {
    weights.push_back(static_cast<Scalar>(std::exp2((static_cast<double>(timestamp) - latest) / half_life)));
  }
  return weights;
}

}  // namespace v0_1
}  // namespace asysvd
