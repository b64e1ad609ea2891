// SPDX-License-Identifier: MIT
/// \file
/// What a model has to beat: the mean, the biases alone, and popularity.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <numeric>
#include <vector>

#include <asysvd/detail/check.hpp>
#include <asysvd/model.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/sparse_matrix.hpp>
#include <asysvd/train/parameters.hpp>

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

/// What pulls biases of few ratings towards 0. Finite numbers of at least 0; the defaults are those of `Options`.
struct BiasShrinkage {
  double user = 10;  ///< of b_u
  double item = 25;  ///< of b_i
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
      : mean_(GlobalMean<Scalar>(train).predict(0, 0)) {
    const auto not_negative = [](const char* name, double value) {
      detail::require(detail::is_finite(value) && value >= 0, "BiasOnly", name, value, "a finite number of at least 0");
    };
    not_negative("user shrinkage", shrinkage.user);
    not_negative("item shrinkage", shrinkage.item);
    const auto [least, greatest] = std::ranges::minmax(train.values());
    min_rating_ = least;
    max_rating_ = greatest;
    item_bias_ = item_offsets(train, mean_, shrinkage.item);
    user_bias_.reserve(static_cast<std::size_t>(train.rows()));
    for (Size user = 0; user < train.rows(); ++user) {
      user_bias_.push_back(user_offset(train.row(user), mean_, item_bias_, shrinkage.user));
    }
  }

  /// The bias of a user or an item that the training matrix does not have is 0. O(1). Throws `std::invalid_argument`
  /// if an index is negative.
  [[nodiscard]] Scalar predict(Index user, Index item) const {
    detail::require(user >= 0, "BiasOnly::predict", "user", user, "an index of at least 0");
    detail::require(item >= 0, "BiasOnly::predict", "item", item, "an index of at least 0");
    return std::clamp(mean_ + bias(user_bias_, user) + bias(item_bias_, item), min_rating_, max_rating_);
  }

 private:
  [[nodiscard]] static Scalar bias(const std::vector<Scalar>& biases, Index index) noexcept {
    return index < static_cast<Size>(biases.size()) ? biases[index] : Scalar(0);
  }

  Scalar mean_;
  Scalar min_rating_;
  Scalar max_rating_;
  std::vector<Scalar> user_bias_;
  std::vector<Scalar> item_bias_;
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
      : train_(train),
        counts_(static_cast<std::size_t>(train.cols()), 0),
        best_first_(static_cast<std::size_t>(train.cols())) {
    train.validate();
    for (const Index item : train.items()) ++counts_[item];
    std::iota(best_first_.begin(), best_first_.end(), Index{0});
    std::ranges::sort(best_first_,
                      [&](Index a, Index b) { return counts_[a] > counts_[b] || (counts_[a] == counts_[b] && a < b); });
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
