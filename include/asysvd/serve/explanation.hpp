// SPDX-License-Identifier: MIT
/// \file
/// What a prediction rests on.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <concepts>
#include <cstddef>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include <asysvd/detail/check.hpp>
#include <asysvd/factor_matrix.hpp>
#include <asysvd/feedback.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/recommend.hpp>
#include <asysvd/serve/detail/profile_sums.hpp>
#include <asysvd/serve/detail/served_user.hpp>
#include <asysvd/train/detail/user_factors.hpp>
#include <asysvd/train/parameters.hpp>

namespace asysvd {
inline namespace v0_1 {

/// Why a prediction is what it is: prediction = bias + Σ share, up to rounding. Of a list of items, everything is the
/// mean over the list.
template <std::floating_point Scalar>
struct Explanation {
  /// The part of one item of the profile.
  struct Share {
    Index item;     ///< of the profile
    Scalar rating;  ///< that the user gave it; not a number if it is of `ProfileView::unrated`
    Scalar share;   ///< (c_j x_j + d y_j)·q_i, or d y_j·q_i without a rating: what it adds to the prediction
    /// The prediction from the profile without it, up to rounding. That is not prediction − share: the others weigh
    /// more in a shorter profile, and b̃_u and b_u are others too, unless b_u was learned.
    Scalar without;
  };
  Scalar prediction = 0;      ///< r̂, unclamped
  Scalar bias = 0;            ///< μ + b_u + b_i
  std::vector<Share> shares;  ///< one per item of the profile, rated or not, greatest share first, equal ones by item
};

namespace detail {

/// All that a prediction needs of an item. The factors are borrowed, padded as all rows are.
template <std::floating_point Scalar>
struct ServedItem {
  Scalar bias;            ///< b_i
  const Scalar* factors;  ///< q_i
};

template <std::floating_point Scalar>
[[nodiscard]] ServedItem<Scalar> served_item(const Parameters<Scalar>& parameters, Index item) noexcept {
  return {parameters.item_bias[item], parameters.q.data(item)};
}

/// The mean of the items of a list: r̂ is linear in b_i and q_i, so what is predicted for it is the mean of what is
/// predicted for each. O(list · k).
template <std::floating_point Scalar>
class MeanItem {
 public:
  /// The items must be of the training matrix. Throws `std::invalid_argument` if there are none.
  MeanItem(std::string_view function, const Parameters<Scalar>& parameters, std::span<const ScoredItem<Scalar>> list)
      : factors_(1, parameters.factors()) {
    require(!list.empty(), function, "number of items", list.size(), "at least 1");
    double bias = 0;
    Eigen::VectorXd q = Eigen::VectorXd::Zero(parameters.factors());
    for (const auto& scored : list) {
      bias += parameters.item_bias[scored.item];
      q += parameters.q.row(scored.item).template cast<double>();
    }
    const auto count = static_cast<double>(list.size());
    bias_ = static_cast<Scalar>(bias / count);
    factors_.row(0) = (q / count).template cast<Scalar>();
  }

  operator ServedItem<Scalar>() const { return {bias_, factors_.data(0)}; }  // NOLINT(google-explicit-constructor)

 private:
  Scalar bias_;
  FactorMatrix<Scalar> factors_;
};

/// Why `user`, who has this profile, is predicted for `item` what they are. O(n·k), as each prediction without an item
/// of the profile is O(1) from the sums over the whole of it; O(n²·k) where a policy weighs what b̃_u moves.
template <std::floating_point Scalar, FeedbackPolicy Feedback>
[[nodiscard]] Explanation<Scalar> explanation(const Parameters<Scalar>& parameters, const Feedback& feedback,
                                              double user_shrinkage, const ServedUser<Scalar>& user,
                                              ProfileView<Scalar> profile, const ServedItem<Scalar>& item) {
  const auto meets_q = [&](const Scalar* row) { return dot(row, item.factors, parameters.q.stride()); };
  const auto x = [&](Index j) { return meets_q(parameters.x.data(j)); };
  const auto y = [&](Index j) { return meets_q(parameters.y.data(j)); };
  Explanation<Scalar> why;
  why.bias = parameters.mean + user.bias + item.bias;
  why.prediction = why.bias + meets_q(user.factors);

  const auto weights = profile_weights(parameters, feedback, profile, user_shrinkage);
  for (std::size_t t = 0; t < profile.items.size(); ++t) {
    const Index j = profile.items[t];
    Scalar share = 0;
    if constexpr (Feedback::has_explicit) {
      share += weights.explicit_weight(profile.ratings[t], parameters.item_baseline[j]) * x(j);
    }
    if constexpr (Feedback::has_implicit) share += weights.implicit_weight * y(j);
    why.shares.push_back({j, profile.ratings[t], share, 0});
  }
  const auto rated = why.shares.size();
  if constexpr (Feedback::has_implicit) {
    for (const Index j : profile.unrated) {
      why.shares.push_back({j, std::numeric_limits<Scalar>::quiet_NaN(), weights.implicit_weight * y(j), 0});
    }
  }

  const auto prediction = [&](Scalar user_bias, Scalar factors) {
    return parameters.mean + (user.bias_is_learned ? user.bias : user_bias) + item.bias + factors;
  };
  if constexpr (WeighingFeedback<Feedback> && Feedback::has_biases) {
    const Profile<Scalar> whole(profile);
    FactorMatrix<Scalar> factors(1, parameters.factors());
    for (auto& share : why.shares) {
      auto rest = whole;
      rest.erase(share.item);
      user_factors(parameters, feedback, rest.view(), user_shrinkage, factors.data(0));
      share.without = prediction(user_offset(rest.view(), parameters.mean, parameters.item_bias, user_shrinkage),
                                 meets_q(factors.data(0)));
    }
  } else {
    ProfileSums<double, Feedback> sums(0);
    const auto add = [&](ProfileSums<double, Feedback>& to, std::size_t t, double times) {
      const auto& share = why.shares[t];
      if (t < rated) to.add_rating(parameters, feedback, share.item, share.rating, x, times);
      to.add_implicit(share.item, y, times);
    };
    for (std::size_t t = 0; t < why.shares.size(); ++t) add(sums, t, 1);
    for (std::size_t t = 0; t < why.shares.size(); ++t) {
      auto rest = sums;
      add(rest, t, -1);
      const Size left = profile.size() - (t < rated ? 1 : 0);
      why.shares[t].without = prediction(
          static_cast<Scalar>(rest.user_bias(left, user_shrinkage)),
          static_cast<Scalar>(rest.user_factors(feedback, left, profile.implicit_size() - 1, user_shrinkage)));
    }
  }
  std::ranges::sort(why.shares, [](const auto& a, const auto& b) {
    return a.share > b.share || (a.share == b.share && a.item < b.item);
  });
  return why;
}

}  // namespace detail

}  // namespace v0_1
}  // namespace asysvd
