// SPDX-License-Identifier: MIT
/// \file
/// The numbers of one step, worked out once an epoch.
#pragma once

#include <concepts>

#include <asysvd/train/options.hpp>

namespace asysvd::detail {

template <std::floating_point Scalar>
struct Rates {
  Scalar eta;          ///< η
  Scalar lambda_bias;  ///< λ_b
  Scalar decay_q;      ///< 1 − ηλ_q
  Scalar decay_x;      ///< of a row of x at each sample of a user who rated the item
  Scalar decay_y;
  Scalar visit_x;  ///< of the same row at the end of the visit: one of the two is 1
  Scalar visit_y;

  Rates(const Options& options, double learning_rate)
      : eta(static_cast<Scalar>(learning_rate)),
        lambda_bias(static_cast<Scalar>(options.regularization.bias)),
        decay_q(static_cast<Scalar>(1 - learning_rate * options.regularization.q)) {
    const auto x = static_cast<Scalar>(1 - learning_rate * options.regularization.x);
    const auto y = static_cast<Scalar>(1 - learning_rate * options.regularization.y);
    const bool per_sample = options.shrink == Shrink::per_sample;
    decay_x = per_sample ? x : 1;
    decay_y = per_sample ? y : 1;
    visit_x = per_sample ? 1 : x;
    visit_y = per_sample ? 1 : y;
  }

  /// Whether rows shrink while samples follow each other.
  [[nodiscard]] bool decaying() const noexcept { return decay_x != 1 || decay_y != 1; }
};

}  // namespace asysvd::detail
