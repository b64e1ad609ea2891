// SPDX-License-Identifier: MIT
/// \file
/// Users that a model was not trained on, as if it had been: for measuring how well it serves strangers.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <asysvd/model.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/recommend.hpp>
#include <asysvd/sparse_matrix.hpp>

namespace asysvd {
inline namespace v0_1 {

/// Serves the users of `profiles` by what they rated there, whoever the model was trained on: a `RatingPredictor` and a
/// `Recommender` for `rating_error` and `ranking`. That is strong generalisation, where the users that are tested on
/// are unseen in training, and part of what each rated is given:
///
///     const auto users = holdout_users(ratings, 0.1, seed);                   // train on users.train
///     const auto given = holdout_within_users(users.test, 0.2, seed);
///     ranking(FoldIn(model, given.train), given.train, given.test, {10});
///
/// N(u) is that of `profiles`. Items that the model does not know take no part in a profile; their ratings are
/// predicted by μ and the user's bias. The model is borrowed. A prediction takes O(n·k) for a profile of n items, and
/// all the scores of a user O(n·k) beyond those of a user of the model. Safe for concurrent use.
template <class Model>
class FoldIn {
 public:
  using Scalar = typename Model::Scalar;  ///< of the model

  /// Borrows the model; keeps of `profiles` what the model knows. O(entries).
  FoldIn(const Model& model, const SparseMatrixView<Scalar>& profiles) : model_(&model), profiles_(known(profiles)) {
    if (profiles.implicit() != nullptr) profiles_ = profiles_.with_implicit(known(*profiles.implicit()));
  }

  FoldIn(const Model&& model, const SparseMatrixView<Scalar>& profiles) = delete;

  [[nodiscard]] Size items() const noexcept { return model_->items(); }  ///< of the model

  /// As `AsySVD::predict` of the profile; μ and b_u of an item that the model does not know.
  [[nodiscard]] Scalar predict(Index user, Index item) const {
    if (item < items()) return model_->predict(profile(user), item);
    const auto& p = model_->parameters();
    return p.mean + user_offset(profile(user), p.mean, p.item_bias, model_->options().user_shrinkage);
  }
  /// As `AsySVD::score` of the profile.
  [[nodiscard]] Scalar score(Index user, Index item) const { return model_->score(profile(user), item); }
  /// As `AsySVD::scores` of the profile.
  void scores(Index user, std::span<Scalar> out) const { model_->scores(profile(user), out); }
  /// As `AsySVD::recommend` of the profile.
  [[nodiscard]] std::vector<ScoredItem<Scalar>> recommend(Index user, const RecommendOptions& wanted) const {
    return model_->recommend(profile(user), wanted);
  }

 private:
  /// The entries of items that the model knows.
  [[nodiscard]] SparseMatrix<Scalar> known(const SparseMatrixView<Scalar>& entries) const {
    std::vector<Size> offsets{0};
    std::vector<Index> items;
    std::vector<Scalar> values;
    for (Size user = 0; user < entries.rows(); ++user) {
      const auto row = entries.row(user);
      for (std::size_t t = 0; t < row.items.size(); ++t) {
        if (row.items[t] >= model_->items()) continue;
        items.push_back(row.items[t]);
        values.push_back(row.ratings[t]);
      }
      offsets.push_back(static_cast<Size>(items.size()));
    }
    return {model_->items(), std::move(offsets), std::move(items), std::move(values)};
  }
  [[nodiscard]] ProfileView<Scalar> profile(Index user) const {
    return user < profiles_.rows() ? profiles_.row(user) : ProfileView<Scalar>{};
  }

  const Model* model_;
  SparseMatrix<Scalar> profiles_;
};

}  // namespace v0_1
}  // namespace asysvd
