// SPDX-License-Identifier: MIT
/// \file
/// What a user is once a profile has been folded in, and what items are worth to one.
#pragma once

#include <concepts>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <asysvd/profile.hpp>
#include <asysvd/recommend.hpp>
#include <asysvd/train/detail/user_factors.hpp>
#include <asysvd/train/parameters.hpp>

namespace asysvd::detail {

/// All that a prediction needs of a user. The factors are borrowed, padded as all rows are.
template <std::floating_point Scalar>
struct ServedUser {
  Scalar bias;            ///< b_u
  const Scalar* factors;  ///< p_u
};

/// r̂ = μ + b_u + b_i + p_u·q_i
template <std::floating_point Scalar>
[[nodiscard]] Scalar score(const Parameters<Scalar>& parameters, const ServedUser<Scalar>& user, Index item) noexcept {
  return parameters.mean + user.bias + parameters.item_bias[item] +
         dot(user.factors, parameters.q.data(item), parameters.q.stride());
}

/// What `AsySVD::recommend` promises, to somebody who has seen `seen`. O(items · k).
template <std::floating_point Scalar, class Filter>
[[nodiscard]] std::vector<ScoredItem<Scalar>> best_items(std::string_view function,
                                                         const Parameters<Scalar>& parameters,
                                                         const ServedUser<Scalar>& user, std::span<const Index> seen,
                                                         const RecommendOptions& wanted, Filter& filter) {
  const auto hidden = hidden_items(function, parameters.items(), wanted, seen);
  TopItems<Scalar> top(wanted.count);
  for (Index item = 0; item < static_cast<Index>(parameters.items()); ++item) {
    if (hidden[item] || !filter(item)) continue;
    const Scalar value = score(parameters, user, item);
    if (value >= wanted.minimum_score) top.add({item, value});
  }
  return std::move(top).sorted();
}

}  // namespace asysvd::detail
