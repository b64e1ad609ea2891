// SPDX-License-Identifier: MIT
/// \file
/// How often a relevant item is scored above one that is not: the area under the ROC curve.
#pragma once

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include <asysvd/detail/check.hpp>
#include <asysvd/detail/tasks.hpp>
#include <asysvd/evaluate/recommender.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/sparse_matrix.hpp>

namespace asysvd {

/// A recommender that tells the score of any of its items for any user, not of the best alone, and is safe for
/// concurrent use. One that knows only the users of its training matrix by index scores anybody else by profile.
template <class R>
concept ScoringRecommender = Recommender<R> &&
    requires(const R& recommender, Index user, ProfileView<typename R::Scalar> profile, Index item) {
  { recommender.score(user, item) } -> std::convertible_to<typename R::Scalar>;
  requires !FoldInRecommender<R> || requires {
    { recommender.score(profile, item) } -> std::convertible_to<typename R::Scalar>;
  };
};

/// What `auc` found.
struct AreaUnderCurve {
  double auc = 0;  ///< the mean over `users`; 0 if there are none
  Size users = 0;  ///< evaluated: those with both a relevant and another item to compare
};

namespace detail {

/// Numbers in ascending order, among which others find their place without a branch: a search whose every turn is a
/// coin's is several times slower than the score that is looked up.
template <std::floating_point Scalar>
class Ranks {
 public:
  /// Sorts `values`; here they are filled up with ∞ to a power of two.
  void assign(std::vector<Scalar>& values) {
    std::ranges::sort(values);
    count_ = values.size();
    half_ = std::bit_floor(count_);
    values_.assign(2 * half_, std::numeric_limits<Scalar>::infinity());
    std::ranges::copy(values, values_.begin());
  }

  /// How many are less than `value`, and how many at most `value`, added up. O(log n + how many are equal).
  [[nodiscard]] std::size_t less_than_and_at_most(Scalar value) const noexcept {
    std::size_t less = 0;
    for (std::size_t step = half_; step > 0; step /= 2) less += step & -std::size_t{values_[less + step - 1] < value};
    std::size_t at_most = less;
    while (at_most < count_ && values_[at_most] == value) ++at_most;
    return less + at_most;
  }

 private:
  std::vector<Scalar> values_;
  std::size_t count_ = 0;
  std::size_t half_ = 0;
};

/// The AUC of one user after another.
template <ScoringRecommender R>
class AucOfUser {
 public:
  using Scalar = typename R::Scalar;
  static constexpr double undefined = -1;

  /// `items` bounds every index that will come.
  AucOfUser(const R& recommender, Size items)
      : recommender_(recommender), left_out_of_(static_cast<std::size_t>(items), -1) {}

  /// Only the scores of the relevant items are sorted; every other one finds its place among them.
  [[nodiscard]] double operator()(Index user, ProfileView<Scalar> seen, ProfileView<Scalar> relevant) {
    for (const Index item : seen.items) left_out_of_[item] = user;
    scores_.clear();
    for (const Index item : relevant.items) {
      if (left_out_of_[item] == user || item >= recommender_.items()) continue;
      left_out_of_[item] = user;
      scores_.push_back(score(user, item));
    }
    if (scores_.empty()) return undefined;
    ranks_.assign(scores_);
    std::size_t half_losses = 0;
    Size others = 0;
    for (Index item = 0; item < recommender_.items(); ++item) {
      if (left_out_of_[item] == user) continue;
      ++others;
      half_losses += ranks_.less_than_and_at_most(score(user, item));
    }
    const double pairs = static_cast<double>(scores_.size()) * static_cast<double>(others);
    return others == 0 ? undefined : 1 - static_cast<double>(half_losses) / (2 * pairs);
  }

 private:
  [[nodiscard]] Scalar score(Index user, Index item) const {
    if constexpr (FoldInRecommender<R>) {
      if (user >= recommender_.users()) return recommender_.score(ProfileView<Scalar>{}, item);
    }
    return recommender_.score(user, item);
  }

  const R& recommender_;
  std::vector<Index> left_out_of_;  // by item: the last user for whom it is not one to compare with
  std::vector<Scalar> scores_;      // of the relevant items
  Ranks<Scalar> ranks_;             // of the same
};

/// The AUC of each of `users`, or `undefined`.
template <ScoringRecommender R>
[[nodiscard]] std::vector<double> auc_by_user(const R& recommender, const SparseMatrixView<typename R::Scalar>& train,
                                              const SparseMatrixView<typename R::Scalar>& test,
                                              std::span<const Index> users, int threads) {
  std::vector<double> values(users.size());
  run_tasks(threads, threads, [&](Size worker) {
    AucOfUser auc_of(recommender, std::max({Size{recommender.items()}, train.cols(), test.cols()}));
    for (auto n = static_cast<std::size_t>(worker); n < users.size(); n += static_cast<std::size_t>(threads)) {
      const Index user = users[n];
      const auto seen = user < train.rows() ? train.row(user) : ProfileView<typename R::Scalar>{};
      values[n] = auc_of(user, seen, test.row(user));
    }
  });
  return values;
}

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

/// The area under the ROC curve of each user, averaged: how probable it is that a relevant item is scored above one that
/// is not, of all items that the user has no training rating of,
///
///     (#{(i, j): score_i > score_j} + ½ #{(i, j): score_i = score_j}) / (m · n),
///
/// i of the m relevant items, those of the test row whatever their ratings, j of the n others. 0.5 is chance, 1 perfect.
/// Relevant items that the recommender does not know or the user has a training rating of have no score to compare and
/// are left out, and so are users without a relevant or without another item. `test` may have more users than `train`: a
/// user beyond a model's is scored on an empty profile.
///
/// O(items · (cost of a score + log m + ties)) for each user. The same bits for every number of threads. Throws
/// `std::invalid_argument` if a matrix is not valid, if there are no test ratings, if `threads` is less than 1, or if
/// `train` has users that the model was not trained on.
template <ScoringRecommender R>
[[nodiscard]] AreaUnderCurve auc(const R& recommender, const SparseMatrixView<typename R::Scalar>& train,
                                 const SparseMatrixView<typename R::Scalar>& test, int threads = 1) {
  detail::require(threads >= 1, "auc", "threads", threads, "at least 1");
  detail::require_judgeable("auc", recommender, train, test);
  return detail::mean_auc(detail::auc_by_user(recommender, train, test, detail::users_to_judge(test), threads));
}

}  // namespace asysvd
