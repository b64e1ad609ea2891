// SPDX-License-Identifier: MIT
// Any numbers make a model: what serves, and what is added to one, need not wait for a fit.
#pragma once

#include <asysvd/model.hpp>
#include <asysvd/random.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace asysvd::test {

/// As if learned from whole stars, with everything drawn at random between −½ and ½.
template <class Model>
Model any_model(Size users, Index items, Options options,
                std::remove_cvref_t<decltype(std::declval<const Model&>().feedback())> feedback = {}) {
  using Scalar = typename Model::Scalar;
  using Feedback = decltype(feedback);
  Random random(11);
  const auto some = [&] { return static_cast<Scalar>(random.uniform() - 0.5); };
  const auto rows = [&](bool has) {
    FactorMatrix<Scalar> matrix(has ? items : 0, options.factors);
    for (Size i = 0; i < matrix.rows(); ++i) {
      for (Scalar& value : matrix.row(i)) value = some();
    }
    return matrix;
  };
  Parameters<Scalar> p;
  p.q = rows(true);
  p.x = rows(Feedback::has_explicit);
  p.y = rows(Feedback::has_implicit);
  p.item_bias.assign(static_cast<std::size_t>(items), 0);
  p.item_baseline.assign(static_cast<std::size_t>(items), 0);
  p.user_bias.assign(static_cast<std::size_t>(users), 0);
  if constexpr (Feedback::has_biases) {
    p.mean = 3;
    for (auto* values : {&p.item_bias, &p.item_baseline, &p.user_bias}) std::ranges::generate(*values, some);
  }
  p.min_rating = 1;
  p.max_rating = 5;
  p.epoch = 1;
  return Model::restore(options, std::move(p), {}, feedback);
}

}  // namespace asysvd::test
