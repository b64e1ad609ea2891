// SPDX-License-Identifier: MIT
/// \file
/// A model for ranking: what should be shown, and not which rating it would get.
#pragma once

#include <concepts>
#include <utility>

#include <asysvd/feedback.hpp>
#include <asysvd/model.hpp>
#include <asysvd/sparse_matrix.hpp>
#include <asysvd/train/closed_form.hpp>

namespace asysvd {

/// r̂_ui = Σ_{j ∈ R(u)} w(r_uj) x_j·q_i. It recommends, folds in, explains and is saved as any other `AsySVD`.
template <std::floating_point Scalar>
using RankingModel = AsySVD<Scalar, ByUser, InteractionFeedback>;

/// A model that `closed_form` trained, ready to serve the users of `ratings`.
///
/// ```
/// auto model = fit_ranking(train, {.factors = 64});
/// auto top = model.recommend(user, {.count = 10});
/// ```
///
/// Throws what `closed_form` throws.
template <std::floating_point Scalar>
[[nodiscard]] RankingModel<Scalar> fit_ranking(const SparseMatrixView<Scalar>& ratings,
                                               const RankingOptions& options = {},
                                               const InteractionFeedback& feedback = {}) {
  auto model = RankingModel<Scalar>::restore({}, closed_form(ratings, options, feedback), {}, feedback);
  model.set_ratings(ratings);
  return model;
}

}  // namespace asysvd
