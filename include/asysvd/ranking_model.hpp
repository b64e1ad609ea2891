// SPDX-License-Identifier: MIT
/// \file
/// A model for ranking: what should be shown, and not which rating it would get.
#pragma once

#include <concepts>
#include <utility>

#include <asysvd/data/join.hpp>
#include <asysvd/detail/check.hpp>
#include <asysvd/feedback.hpp>
#include <asysvd/model.hpp>
#include <asysvd/sparse_matrix.hpp>
#include <asysvd/train/closed_form.hpp>

namespace asysvd {
inline namespace v0_1 {

/// r̂_ui = Σ_{j ∈ R(u)} w(r_uj) x_j·q_i. It recommends, folds in, explains and is saved as any other `AsySVD`.
template <std::floating_point Scalar>
using RankingModel = AsySVD<Scalar, ByUser, InteractionFeedback>;

/// A model that `closed_form` trained, ready to serve the users of `ratings`.
///
/// ```cpp
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
/// Refused: the model would go on reading a matrix of Eigen's that is gone.
template <std::floating_point Scalar, TemporaryRowMajor<Scalar> Matrix>
RankingModel<Scalar> fit_ranking(Matrix&&, const RankingOptions& = {}, const InteractionFeedback& = {}) = delete;

/// Adds the items that `ratings` has beyond those of the model, as `AsySVD::add_items` does to one that was learned by
/// descent: q_i of each is the minimum of the loss of `closed_form`, over all users, with everything else fixed. The
/// options should be those that the model was trained with; `ratings` need not hold again those that it serves its
/// users by. As long as two products of k columns with the ratings.
///
/// Throws `std::invalid_argument` if an option is out of its range, if the model has not the ratings of its users, if
/// there are more of these in `ratings`, or fewer items, or if a rating is not finite or beyond what factors in
/// `Scalar` can tell; the model then is as it was.
template <std::floating_point Scalar>
void add_items(RankingModel<Scalar>& model, const SparseMatrixView<Scalar>& ratings,
               const RankingOptions& options = {}) {
  options.validate();
  detail::require(model.users() > 0 && model.ratings().rows() == model.users(), "add_items",
                  "number of users with ratings", model.ratings().rows(), "all of them; see set_ratings");
  detail::require(ratings.rows() <= model.users(), "add_items", "ratings.rows()", ratings.rows(),
                  "at most the number of users of the model");
  detail::require(ratings.cols() >= model.items(), "add_items", "ratings.cols()", ratings.cols(),
                  "at least the number of items of the model");
  ratings.validate();
  const auto served = model.ratings();
  const SparseMatrix<Scalar> all = join(served, ratings);
  auto grown = detail::with_new_items<Scalar>(model.parameters(), all, options, model.feedback());
  detail::require(grown.all_finite(), "add_items", "a rating of a new item", "too large",
                  "one that leaves its factors finite");
  auto next = RankingModel<Scalar>::restore(model.options(), std::move(grown), {}, model.feedback());
  next.set_ratings(served);
  model = std::move(next);
}

}  // namespace v0_1
}  // namespace asysvd
