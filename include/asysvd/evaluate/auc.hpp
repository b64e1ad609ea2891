// SPDX-License-Identifier: MIT
/// \file
/// How often a relevant item is scored above one that is not: the area under the ROC curve.
#pragma once

#include <span>

#include <asysvd/detail/check.hpp>
#include <asysvd/evaluate/detail/auc_by_user.hpp>
#include <asysvd/evaluate/detail/share_done.hpp>
#include <asysvd/evaluate/recommender.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/sparse_matrix.hpp>

namespace asysvd {
inline namespace v0_1 {

/// What `auc` found.
struct AreaUnderCurve {
  double auc = 0;  ///< the mean over `users`; 0 if there are none
  Size users = 0;  ///< evaluated: those with both a relevant and another item to compare
};

namespace detail {

/// The mean of what is defined, one after the other.
[[nodiscard]] inline AreaUnderCurve mean_auc(std::span<const double> values) {
  AreaUnderCurve mean;
  for (const double value : values) {
    if (value < 0) continue;
    mean.auc += value;
    ++mean.users;
  }
  if (mean.users > 0) mean.auc /= static_cast<double>(mean.users);
  return mean;
}

}  // namespace detail

/// The area under the ROC curve of each user, averaged: how probable it is that a relevant item is scored above one
/// that is not, of all items that the user has no training rating of,
///
///     (#{(i, j): score_i > score_j} + ½ #{(i, j): score_i = score_j}) / (m · n),
///
/// i of the m relevant items, those of the test row whatever their ratings, j of the n others. 0.5 is chance, 1
/// perfect. Relevant items that the recommender does not know or the user has a training rating of have no score to
/// compare and are left out, and so are users without a relevant or without another item. `test` may have more users
/// than `train`: a user beyond a model's is scored on an empty profile.
///
/// O(items · (cost of a score + log m + ties)) for each user. Where most users of an `AsySVD` have test ratings, their
/// scores come of a matrix product, and are computed again where rounding could matter; elsewhere they are asked for
/// all at once through `scores(user, out)` of a recommender that has it, as `FoldIn` does, or else one by one. The same
/// bits either way, and for every number of threads. Throws `std::invalid_argument` if a matrix is not valid, if there
/// are no test ratings, if `threads` is less than 1, or if `train` has users that the model was not trained on.
template <ScoringRecommender R>
[[nodiscard]] AreaUnderCurve auc(const R& recommender, const SparseMatrixView<typename R::Scalar>& train,
                                 const SparseMatrixView<typename R::Scalar>& test, int threads = 1) {
  detail::require(threads >= 1, "auc", "threads", threads, "at least 1");
  detail::require_judgeable("auc", recommender, train, test);
  const auto users = detail::users_to_judge(test);
  detail::ShareDone nobody_asks({}, 1);
  detail::AucByUser by_user(recommender, train, test, users, threads, nobody_asks);
  by_user.find_all();
  return detail::mean_auc(by_user.values());
}

}  // namespace v0_1
}  // namespace asysvd
