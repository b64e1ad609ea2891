// SPDX-License-Identifier: MIT
/// \file
/// What a model has to beat: the mean, the biases alone, and popularity.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

#include <asysvd/detail/check.hpp>
#include <asysvd/model.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/sparse_matrix.hpp>
#include <asysvd/train/rating_summary.hpp>

namespace asysvd {
inline namespace v0_1 {

/// r̂ = μ, the mean of the training ratings, for everybody and everything. Safe for concurrent use.
template <std::floating_point ScalarType>
class GlobalMean {
 public:
  using Scalar = ScalarType;  ///< of the ratings

  /// O(ratings). Throws `std::invalid_argument` if there are no ratings or one is not valid.
  explicit GlobalMean(const SparseMatrixView<Scalar>& train) {
    detail::require(train.nonzeros() > 0, "GlobalMean", "number of ratings", train.nonzeros(), "at least 1");
    train.validate();
    const double sum = std::accumulate(train.values().begin(), train.values().end(), 0.0);
    mean_ = static_cast<Scalar>(sum / static_cast<double>(train.nonzeros()));
  }

  /// μ, whoever and whatever is asked for.
  [[nodiscard]] Scalar predict(Index /*user*/, Index /*item*/) const noexcept { return mean_; }

 private:
  Scalar mean_;
};

/// r̂_ui = μ + b_u + b_i, clamped to the range of the training ratings, where
///
///     b_i = Σ_u (r_ui − μ) / (item shrinkage + |R(i)|),   b_u = Σ_i (r_ui − μ − b_i) / (user shrinkage + |R(u)|).
///
/// These are b̃_i and b̃_u, from which a fit of `AsySVD` starts: what a model gains over this, its factors and the
/// learning of its biases have gained. Safe for concurrent use.
template <std::floating_point ScalarType>
class BiasOnly {
 public:
  using Scalar = ScalarType;  ///< of the ratings

  /// O(ratings). Throws `std::invalid_argument` if there are no ratings, if one is not valid, or if a shrinkage is out
  /// of its range.
  explicit BiasOnly(const SparseMatrixView<Scalar>& train, BiasShrinkage shrinkage = {})
      : summary_(valid(train, shrinkage), true, shrinkage) {}

  /// The bias of a user or an item that the training matrix does not have is 0. O(1). Throws `std::invalid_argument`
  /// if an index is negative.
  [[nodiscard]] Scalar predict(Index user, Index item) const {
    detail::require(user >= 0, "BiasOnly::predict", "user", user, "an index of at least 0");
    detail::require(item >= 0, "BiasOnly::predict", "item", item, "an index of at least 0");
    return std::clamp(summary_.mean + bias(summary_.user_offsets, user) + bias(summary_.item_offsets, item),
                      summary_.min, summary_.max);
  }

 private:
  [[nodiscard]] static const SparseMatrixView<Scalar>& valid(const SparseMatrixView<Scalar>& train,
                                                             BiasShrinkage shrinkage) {
    const auto not_negative = [](const char* name, double value) {
      detail::require(detail::is_finite(value) && value >= 0, "BiasOnly", name, value, "a finite number of at least 0");
    };
    detail::require(train.nonzeros() > 0, "BiasOnly", "number of ratings", train.nonzeros(), "at least 1");
    train.validate();
    not_negative("user shrinkage", shrinkage.user);
    not_negative("item shrinkage", shrinkage.item);
    return train;
  }

  [[nodiscard]] static Scalar bias(const std::vector<Scalar>& biases, Index index) noexcept {
    return index < static_cast<Size>(biases.size()) ? biases[index] : Scalar(0);
  }

  RatingSummary<Scalar> summary_;
};

/// Recommends to everybody what most people rated, whatever they thought of it; equal numbers by item.
///
/// It goes on reading the training matrix: it shares that of a `SparseMatrix`; any other must outlive it. Safe for
/// concurrent use.
template <std::floating_point ScalarType>
class Popularity {
 public:
  using Scalar = ScalarType;  ///< of the ratings

  /// O(ratings + items log items). Throws `std::invalid_argument` if a rating is not valid.
  explicit Popularity(const SparseMatrixView<Scalar>& train)
      : train_(train), best_first_(static_cast<std::size_t>(train.cols())) {
    train.validate();
    counts_ = rating_counts(train);
    std::iota(best_first_.begin(), best_first_.end(), Index{0});
    std::ranges::sort(best_first_,
                      [&](Index a, Index b) { return std::pair(counts_[b], a) < std::pair(counts_[a], b); });
  }

  [[nodiscard]] Size items() const noexcept { return train_.cols(); }  ///< of the training matrix

  /// What items are ranked by: the number of training ratings of `item`, whoever `user` is; 0 for an item that the
  /// training matrix does not have. O(1). Throws `std::invalid_argument` if `item` is negative.
  [[nodiscard]] Scalar score(Index /*user*/, Index item) const {
    detail::require(item >= 0, "Popularity::score", "item", item, "an index of at least 0");
    return item < items() ? static_cast<Scalar>(counts_[item]) : Scalar(0);
  }

  /// The most popular items, those that `user` has rated left out unless asked for; a user beyond the training matrix
  /// has rated nothing. Fewer than `count` if there are fewer. O(items). Throws `std::invalid_argument` if `user` or
  /// `count` is negative.
  [[nodiscard]] std::vector<ScoredItem<Scalar>> recommend(Index user, const RecommendOptions& wanted = {}) const {
    detail::require(user >= 0, "Popularity::recommend", "user", user, "an index of at least 0");
    const auto seen = user < train_.rows() ? train_.row(user) : ProfileView<Scalar>{};
    const auto hidden = detail::hidden_items("Popularity::recommend", items(), wanted, seen.items);
    std::vector<ScoredItem<Scalar>> best;
    for (const Index item : best_first_) {
      if (static_cast<Size>(best.size()) == wanted.count) break;
      if (!hidden[item] && score(user, item) >= wanted.minimum_score) best.push_back({item, score(user, item)});
    }
    return best;
  }

 private:
  SparseMatrixView<Scalar> train_;
  std::vector<Size> counts_;       // by item
  std::vector<Index> best_first_;  // items
};

}  // namespace v0_1
}  // namespace asysvd
