// SPDX-License-Identifier: MIT
/// \file
/// How often a relevant item is scored above one that is not: the area under the ROC curve.
#pragma once

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <asysvd/detail/check.hpp>
#include <asysvd/detail/tasks.hpp>
#include <asysvd/evaluate/detail/share_done.hpp>
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

/// Tells the scores of all items for a user at once, those that `score` gives.
template <class R>
concept BatchScoringRecommender = ScoringRecommender<R> &&
    requires(const R& recommender, Index user, ProfileView<typename R::Scalar> profile,
             std::span<typename R::Scalar> out) {
  recommender.scores(user, out);
  requires !FoldInRecommender<R> || requires {
    recommender.scores(profile, out);
  };
};

/// Numbers in ascending order, among which others find their place without a branch: a search whose every turn is a
/// coin's is several times slower than the score that is looked up. Most need no search at all: the range is cut into
/// so many intervals that few hold one of the numbers, and what falls into any other has its place from there.
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
    places_.assign(std::clamp<std::size_t>(32 * count_, 4, 4096), 0);
    last_ = static_cast<Scalar>(places_.size() - 1);
    if (count_ == 0) return;
    least_ = values.front();
    scale_ = std::min((last_ - 2) / (values.back() - least_), std::numeric_limits<Scalar>::max());
    for (const Scalar value : values) places_[interval(value)] = searched;
    std::size_t below = 0;
    for (std::size_t n = 0; n < places_.size(); ++n) {
      if (places_[n] != searched) places_[n] = static_cast<std::uint32_t>(2 * below);
      while (below < count_ && interval(values[below]) == n) ++below;
    }
  }

  /// How many are less than `value`, and how many at most `value`, added up: 0 if it is not a number.
  /// O(log n + how many are equal).
  [[nodiscard]] std::size_t less_than_and_at_most(Scalar value) const noexcept {
    const std::uint32_t place = places_[interval(value)];
    return place == searched ? search(value) : place;
  }

 private:
  static constexpr std::uint32_t searched = std::numeric_limits<std::uint32_t>::max();

  /// Never falls as `value` grows, so that the numbers in lower intervals are less. What is below all of them is in
  /// interval 0. If the range is not finite, all is in intervals that are searched.
  [[nodiscard]] std::size_t interval(Scalar value) const noexcept {
    const Scalar position = std::max(Scalar(0), (value - least_) * scale_ + 1);  // 0 if that is not a number
    return static_cast<std::size_t>(static_cast<Index>(std::min(position, last_)));
  }

  [[nodiscard]] std::size_t search(Scalar value) const noexcept {
    std::size_t less = 0;
    for (std::size_t step = half_; step > 0; step /= 2) less += step & -std::size_t{values_[less + step - 1] < value};
    std::size_t at_most = less;
    while (at_most < count_ && values_[at_most] == value) ++at_most;
    return less + at_most;
  }

  std::vector<Scalar> values_;
  std::size_t count_ = 0;
  std::size_t half_ = 0;
  std::vector<std::uint32_t> places_;  // by interval: what to answer, or `searched`
  Scalar least_ = 0;
  Scalar scale_ = 0;
  Scalar last_ = 0;  // the number of the last interval
};

/// The AUC of one user after another.
template <ScoringRecommender R>
class AucOfUser {
 public:
  using Scalar = typename R::Scalar;
  static constexpr double undefined = -1;

  /// `items` bounds every index that will come.
  AucOfUser(const R& recommender, Size items)
      : recommender_(recommender),
        left_out_of_(static_cast<std::size_t>(items), -1),
        scores_(static_cast<std::size_t>(Size{recommender.items()})) {}

  /// Only the scores of the relevant items are sorted; every other one finds its place among them.
  [[nodiscard]] double operator()(Index user, ProfileView<Scalar> seen, ProfileView<Scalar> relevant) {
    const auto size = static_cast<Index>(scores_.size());
    Size others = size;
    const auto leave_out = [&](Index item) {
      if (item >= size || left_out_of_[item] == user) return false;
      left_out_of_[item] = user;
      --others;
      return true;
    };
    for (const Index item : seen.items) leave_out(item);
    compared_.clear();
    for (const Index item : relevant.items) {
      if (leave_out(item)) compared_.push_back(item);
    }
    if (compared_.empty() || others == 0) return undefined;
    find_scores(user);
    relevant_.clear();
    for (const Index item : compared_) relevant_.push_back(scores_[item]);
    ranks_.assign(relevant_);
    for (const auto items : {seen.items, std::span<const Index>(compared_)}) {
      for (const Index item : items) {
        if (item < size) scores_[item] = std::numeric_limits<Scalar>::quiet_NaN();  // above none
      }
    }
    std::size_t half_losses = 0;
    for (const Scalar score : scores_) half_losses += ranks_.less_than_and_at_most(score);
    const double pairs = static_cast<double>(relevant_.size()) * static_cast<double>(others);
    return 1 - static_cast<double>(half_losses) / (2 * pairs);
  }

 private:
  void find_scores(Index user) {
    if constexpr (FoldInRecommender<R>) {
      if (user >= recommender_.users()) return find_scores_for(ProfileView<Scalar>{});
    }
    find_scores_for(user);
  }

  template <class Who>
  void find_scores_for(const Who& user) {
    if constexpr (BatchScoringRecommender<R>) {
      recommender_.scores(user, std::span(scores_));
    } else {
      for (std::size_t item = 0; item < scores_.size(); ++item) {
        scores_[item] = recommender_.score(user, static_cast<Index>(item));
      }
    }
  }

  const R& recommender_;
  std::vector<Index> left_out_of_;  // by item: the last user for whom it is not one to compare with
  std::vector<Index> compared_;     // the relevant items that have a score to compare
  std::vector<Scalar> scores_;      // by item, for the user at hand
  std::vector<Scalar> relevant_;    // those of `compared_`
  Ranks<Scalar> ranks_;             // of the same
};

/// The AUC of each of `users`, or `undefined`.
template <ScoringRecommender R>
[[nodiscard]] std::vector<double> auc_by_user(const R& recommender, const SparseMatrixView<typename R::Scalar>& train,
                                              const SparseMatrixView<typename R::Scalar>& test,
                                              std::span<const Index> users, int threads, ShareDone& done) {
  std::vector<double> values(users.size());
  run_tasks(threads, threads, [&](Size worker) {
    AucOfUser auc_of(recommender, std::max({Size{recommender.items()}, train.cols(), test.cols()}));
    for (auto n = static_cast<std::size_t>(worker); n < users.size(); n += static_cast<std::size_t>(threads)) {
      const Index user = users[n];
      const auto seen = user < train.rows() ? train.row(user) : ProfileView<typename R::Scalar>{};
      values[n] = auc_of(user, seen, test.row(user));
      done.step();
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
/// O(items · (cost of a score + log m + ties)) for each user, whose scores are asked for all at once through
/// `scores(user, out)` of a recommender that has it, as `AsySVD` and `FoldIn` do. The same bits for every number of threads. Throws
/// `std::invalid_argument` if a matrix is not valid, if there are no test ratings, if `threads` is less than 1, or if
/// `train` has users that the model was not trained on.
template <ScoringRecommender R>
[[nodiscard]] AreaUnderCurve auc(const R& recommender, const SparseMatrixView<typename R::Scalar>& train,
                                 const SparseMatrixView<typename R::Scalar>& test, int threads = 1) {
  detail::require(threads >= 1, "auc", "threads", threads, "at least 1");
  detail::require_judgeable("auc", recommender, train, test);
  const auto users = detail::users_to_judge(test);
  detail::ShareDone nobody_asks({}, 1);
  return detail::mean_auc(detail::auc_by_user(recommender, train, test, users, threads, nobody_asks));
}

}  // namespace asysvd
