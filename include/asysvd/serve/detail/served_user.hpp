// SPDX-License-Identifier: MIT
/// \file
/// What a user is once a profile has been folded in, and what items are worth to one.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <asysvd/factor_matrix.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/recommend.hpp>
#include <asysvd/train/detail/kernel.hpp>
#include <asysvd/train/detail/user_factors.hpp>
#include <asysvd/train/parameters.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// All that a prediction needs of a user. The factors are borrowed, padded as all rows are.
template <std::floating_point Scalar>
struct ServedUser {
  Scalar bias;                   ///< b_u
  const Scalar* factors;         ///< p_u
  bool bias_is_learned = false;  ///< and does not follow from the profile
};

/// r̂ = μ + b_u + b_i + p_u·q_i
template <std::floating_point Scalar>
[[nodiscard]] Scalar score(const Parameters<Scalar>& parameters, const ServedUser<Scalar>& user, Index item) noexcept {
  return parameters.mean + user.bias + parameters.item_bias[item] +
         dot(user.factors, parameters.q.data(item), parameters.q.stride());
}

/// The scores of the items from `first` on, as many as `out` has room for, bit for bit those of `score`: in a loop that
/// knows the width of the rows, and so keeps p_u in registers. O(out.size() · k).
template <std::floating_point Scalar>
void scores(const Parameters<Scalar>& parameters, const ServedUser<Scalar>& user, Size first,
            std::span<Scalar> out) noexcept {
  const Scalar base = parameters.mean + user.bias;
  with_width<Scalar, Eigen::Dynamic>(parameters.q.stride(), [&]<int Width>() {
    const Size stride = Width == Eigen::Dynamic ? parameters.q.stride() : Size{Width};
    const Scalar* q = parameters.q.data(first);
    const Scalar* item_bias = parameters.item_bias.data() + first;
    for (Scalar& value : out) {
      value = base + *item_bias++ + dot(user.factors, q, stride);
      q += stride;
    }
  });
}

/// What `AsySVD::recommend` promises, to somebody who has seen `seen`. Nothing is asked of an item before its score has
/// reached the bar, which few do; only where the candidates are named are no others scored. O(items · k).
template <std::floating_point Scalar, class Filter>
[[nodiscard]] std::vector<ScoredItem<Scalar>> best_items(std::string_view function,
                                                         const Parameters<Scalar>& parameters,
                                                         const ServedUser<Scalar>& user, std::span<const Index> seen,
                                                         const RecommendOptions& wanted, Filter& filter) {
  const auto hidden = hidden_items(function, parameters.items(), wanted, seen);
  const Size items = parameters.items();
  TopItems<Scalar> top(wanted.count);
  Scalar bar = top.bar();
  const auto offer = [&](Size item, Scalar value) {
    if (value < bar || hidden[static_cast<std::size_t>(item)] || !(value >= wanted.minimum_score)) return;
    if (!filter(static_cast<Index>(item))) return;
    top.add({static_cast<Index>(item), value});
    bar = top.bar();
  };
  if (wanted.candidates) {
    for (Size item = 0; item < items; ++item) {
      if (!hidden[static_cast<std::size_t>(item)]) offer(item, score(parameters, user, static_cast<Index>(item)));
    }
  } else {
    std::array<Scalar, 256> block;
    for (Size first = 0; first < items; first += Size{block.size()}) {
      const auto some = std::span(block).first(std::min(block.size(), static_cast<std::size_t>(items - first)));
      scores(parameters, user, first, some);
      for (std::size_t t = 0; t < some.size(); ++t) offer(first + static_cast<Size>(t), some[t]);
    }
  }
  return std::move(top).sorted();
}

/// What `AsySVD::similar_items` promises.
template <std::floating_point Scalar>
[[nodiscard]] std::vector<ScoredItem<Scalar>> nearest_items(const FactorMatrix<Scalar>& q, Index item, Size count) {
  const auto norm = [&](Index i) { return std::sqrt(dot(q.data(i), q.data(i), q.stride())); };
  const Scalar own = norm(item);
  TopItems<Scalar> nearest(count);
  for (Index i = 0; i < static_cast<Index>(q.rows()); ++i) {
    const Scalar other = norm(i);
    if (i == item || !(own > 0) || !(other > 0)) continue;
    nearest.add({i, dot(q.data(item), q.data(i), q.stride()) / (own * other)});
  }
  return std::move(nearest).sorted();
}

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
