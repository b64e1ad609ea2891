// SPDX-License-Identifier: MIT
/// \file
/// What a prediction rests on.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <limits>
#include <vector>

#include <asysvd/feedback.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/serve/detail/served_user.hpp>
#include <asysvd/train/detail/user_factors.hpp>
#include <asysvd/train/parameters.hpp>

namespace asysvd {

/// Why a prediction is what it is: prediction = bias + Σ share, up to rounding.
template <std::floating_point Scalar>
struct Explanation {
  struct Share {
    Index item;     ///< of the profile
    Scalar rating;  ///< that the user gave it; not a number if it is of `ProfileView::unrated`
    Scalar share;   ///< (c_j x_j + d y_j)·q_i, or d y_j·q_i without a rating: what it adds to the prediction
  };
  Scalar prediction = 0;      ///< r̂, unclamped
  Scalar bias = 0;            ///< μ + b_u + b_i
  std::vector<Share> shares;  ///< one per item of the profile, rated or not, greatest share first
};

namespace detail {

/// Why `user`, who has this profile, is predicted for `item` what they are. O(n·k).
template <std::floating_point Scalar, FeedbackPolicy Feedback>
[[nodiscard]] Explanation<Scalar> explanation(const Parameters<Scalar>& parameters, const Feedback& feedback,
                                              double user_shrinkage, const ServedUser<Scalar>& user,
                                              ProfileView<Scalar> profile, Index item) {
  Explanation<Scalar> why;
  why.prediction = score(parameters, user, item);
  why.bias = parameters.mean + user.bias + parameters.item_bias[item];
  const auto weights = profile_weights(parameters, feedback, profile, user_shrinkage);
  const auto meets_q = [&](const FactorMatrix<Scalar>& rows, Index j) {
    return dot(rows.data(j), parameters.q.data(item), parameters.q.stride());
  };
  for (std::size_t t = 0; t < profile.items.size(); ++t) {
    const Index j = profile.items[t];
    Scalar share = 0;
    if constexpr (Feedback::has_explicit) {
      share += weights.explicit_weight(profile.ratings[t], parameters.item_baseline[j]) * meets_q(parameters.x, j);
    }
    if constexpr (Feedback::has_implicit) share += weights.implicit_weight * meets_q(parameters.y, j);
    why.shares.push_back({j, profile.ratings[t], share});
  }
  if constexpr (Feedback::has_implicit) {
    for (const Index j : profile.unrated) {
      why.shares.push_back(
          {j, std::numeric_limits<Scalar>::quiet_NaN(), weights.implicit_weight * meets_q(parameters.y, j)});
    }
  }
  std::ranges::stable_sort(why.shares, [](const auto& a, const auto& b) { return a.share > b.share; });
  return why;
}

}  // namespace detail

}  // namespace asysvd
