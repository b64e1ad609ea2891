// SPDX-License-Identifier: MIT
/// \file
/// The numbers of one step, worked out once an epoch.
#pragma once

#include <algorithm>
#include <concepts>
#include <vector>

#include <asysvd/profile.hpp>
#include <asysvd/train/options.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

template <std::floating_point Scalar>
struct Rates {
  /// What the parameters of an item are multiplied by at each of its ratings; side by side, since both are wanted.
  struct Item {
    Scalar decay_q;     ///< 1 − η(λ_q + whole λ_q / n), at least 0
    Scalar decay_bias;  ///< 1 − η(λ_b + whole λ / n), at least 0
  };

  Scalar eta;      ///< η
  Scalar decay_x;  ///< of a row of x at each sample of a user who rated the item
  Scalar decay_y;
  Scalar visit_x;  ///< of the same row at the end of the visit: one of the two is 1
  Scalar visit_y;
  std::vector<Item> items;

  /// \param counts the number of ratings of each item.
  Rates(const Options& options, double learning_rate, const std::vector<Size>& counts)
      : eta(static_cast<Scalar>(learning_rate)),
        lambda_bias_(learning_rate * options.regularization.bias),
        whole_user_(learning_rate * options.regularization.whole_user) {
    const auto& lambda = options.regularization;
    const auto x = static_cast<Scalar>(1 - learning_rate * lambda.x);
    const auto y = static_cast<Scalar>(1 - learning_rate * lambda.y);
    const bool per_sample = options.shrink == Shrink::per_sample;
    decay_x = per_sample ? x : 1;
    decay_y = per_sample ? y : 1;
    visit_x = per_sample ? 1 : x;
    visit_y = per_sample ? 1 : y;
    items.reserve(counts.size());
    for (const Size count : counts) {
      const auto n = static_cast<double>(std::max(count, Size{1}));  // without ratings, nothing is ever asked of it
      items.push_back({left_after(learning_rate * (lambda.q + lambda.whole_q / n)),
                       left_after(learning_rate * (lambda.bias + lambda.whole_item / n))});
    }
  }

  /// What b_u is multiplied by at each of the user's ratings.
  [[nodiscard]] Scalar decay_user(Size ratings) const noexcept {
    return left_after(lambda_bias_ + whole_user_ / static_cast<double>(ratings));
  }
  /// Whether rows shrink while samples follow each other.
  [[nodiscard]] bool decaying() const noexcept { return decay_x != 1 || decay_y != 1; }

 private:
  /// A step of a large λ over few ratings ends at 0: it would be beyond the least of what it descends.
  [[nodiscard]] static Scalar left_after(double taken) noexcept {
    return static_cast<Scalar>(std::max(0.0, 1 - taken));
  }

  double lambda_bias_;  // times η, as the other
  double whole_user_;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
