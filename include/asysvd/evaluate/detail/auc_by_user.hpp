// SPDX-License-Identifier: MIT
/// \file
/// The area under the ROC curve of each user.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <span>
#include <vector>

#include <asysvd/detail/tasks.hpp>
#include <asysvd/evaluate/detail/ranks.hpp>
#include <asysvd/evaluate/detail/share_done.hpp>
#include <asysvd/evaluate/recommender.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/recommend.hpp>
#include <asysvd/sparse_matrix_view.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// The AUC of one user after another.
template <std::floating_point Scalar>
class AucOfUser {
 public:
  static constexpr double undefined = -1;

  /// `items` have scores; `indices` bounds every index that will come.
  AucOfUser(Size items, Size indices) : items_(items), left_out_of_(static_cast<std::size_t>(indices), -1) {}

  /// `get_scores()` is only asked for them if they are needed: `RoughNumbers`, by item. Only those of the relevant
  /// items are sorted; every other one finds its place among them.
  template <class GetScores>
  [[nodiscard]] double operator()(Index user, ProfileView<Scalar> seen, ProfileView<Scalar> relevant,
                                  const GetScores& get_scores) {
    const auto collect = [&](std::span<const Index> items, std::vector<std::size_t>& distinct) {
      distinct.clear();
      for (const Index item : items) {
        if (item >= items_ || left_out_of_[item] == user) continue;
        left_out_of_[item] = user;
        distinct.push_back(static_cast<std::size_t>(item));
      }
    };
    collect(seen.items, seen_);
    collect(relevant.items, relevant_);
    const auto count = static_cast<std::size_t>(items_);
    const std::size_t others = count - seen_.size() - relevant_.size();
    if (relevant_.empty() || others == 0) return undefined;
    const auto scores = get_scores();
    relevant_scores_.clear();
    for (const std::size_t item : relevant_) relevant_scores_.push_back(scores.exact(item));
    ranks_.assign(relevant_scores_, scores);
    std::size_t half_losses = ranks_.sum(scores, count);
    for (const auto* left_out : {&seen_, &relevant_}) {
      for (const std::size_t item : *left_out) half_losses -= ranks_.less_than_and_at_most(scores, item);
    }
    return 1 -
           static_cast<double>(half_losses) / (2 * static_cast<double>(relevant_.size()) * static_cast<double>(others));
  }

 private:
  Size items_;
  std::vector<Index> left_out_of_;     // by item: the last user for whom it is not one to compare with
  std::vector<std::size_t> seen_;      // each item once
  std::vector<std::size_t> relevant_;  // those that have a score to compare
  std::vector<Scalar> relevant_scores_;
  Ranks<Scalar> ranks_;  // of the same
};

/// The AUC of each of `users`, who are in ascending order.
template <Recommender R>
class AucByUser {
 public:
  using Scalar = typename R::Scalar;

  AucByUser(const R& recommender, const SparseMatrixView<Scalar>& train, const SparseMatrixView<Scalar>& test,
            std::span<const Index> users, int threads, ShareDone& done)
      : recommender_(recommender),
        train_(train),
        test_(test),
        users_(users),
        threads_(threads),
        done_(done),
        values_(users.size(), AucOfUser<Scalar>::undefined) {}

  /// By number of the user in `users`: `AucOfUser::undefined` where there is none.
  [[nodiscard]] const std::vector<double>& values() const noexcept { return values_; }

  /// A look for `recommend_all_and_show`. Those of different threads may look at once.
  [[nodiscard]] auto new_look() requires FactorRecommender<R> {
    return [this, auc_of = new_auc_of()](Index user, const Scalar* products, Scalar error) mutable {
      const auto place = std::ranges::lower_bound(users_, user);
      if (place == users_.end() || *place != user) return;
      const auto& parameters = recommender_.parameters();
      const Scalar* const biases = parameters.item_bias.data();
      const auto scores = [&] {
        return RoughNumbers{
            [=](std::size_t item) { return products[item] + biases[item]; },
            [this, user](std::size_t item) { return recommender_.score(user, static_cast<Index>(item)); },
            parameters.mean + parameters.user_bias[user], error};
      };
      find(auc_of, static_cast<std::size_t>(place - users_.begin()), scores);
    };
  }

  /// Those of all users.
  void find_all() requires ScoringRecommender<R> {
    std::size_t known = 0;
    if constexpr (FactorRecommender<R>) {
      known = users_of_a_batch(recommender_, users_);
      if (known > 0) {
        recommend_all_and_show(
            recommender_, {.count = 0, .threads = threads_}, [](auto&&...) {}, [&] { return new_look(); });
      }
    }
    find_from(known);
  }

  /// Those of all users from number `first` on, whose scores are asked for one user at a time.
  void find_from(std::size_t first) requires ScoringRecommender<R> {
    run_tasks(threads_, threads_, [&](Size worker) {
      auto auc_of = new_auc_of();
      std::vector<Scalar> scores(static_cast<std::size_t>(Size{recommender_.items()}));
      const auto exact = [&](std::size_t item) { return scores[item]; };
      for (auto n = first + static_cast<std::size_t>(worker); n < users_.size();
           n += static_cast<std::size_t>(threads_)) {
        find(auc_of, n, [&] {
          ask(users_[n], scores);
          return RoughNumbers{exact, exact, Scalar(0), Scalar(0)};
        });
      }
    });
  }

 private:
  [[nodiscard]] AucOfUser<Scalar> new_auc_of() const {
    return {recommender_.items(), std::max({Size{recommender_.items()}, train_.cols(), test_.cols()})};
  }

  template <class GetScores>
  void find(AucOfUser<Scalar>& auc_of, std::size_t n, const GetScores& get_scores) {
    const Index user = users_[n];
    const auto seen = user < train_.rows() ? train_.row(user) : ProfileView<Scalar>{};
    values_[n] = auc_of(user, seen, test_.row(user), get_scores);
    done_.step();
  }

  void ask(Index user, std::span<Scalar> scores) const {
    if constexpr (FoldInRecommender<R>) {
      if (user >= recommender_.users()) return ask_for(ProfileView<Scalar>{}, scores);
    }
    ask_for(user, scores);
  }

  template <class Who>
  void ask_for(const Who& who, std::span<Scalar> scores) const {
    if constexpr (BatchScoringRecommender<R>) {
      recommender_.scores(who, scores);
    } else {
      for (std::size_t item = 0; item < scores.size(); ++item) {
        scores[item] = recommender_.score(who, static_cast<Index>(item));
      }
    }
  }

  const R& recommender_;
  const SparseMatrixView<Scalar>& train_;
  const SparseMatrixView<Scalar>& test_;
  std::span<const Index> users_;
  int threads_;
  ShareDone& done_;
  std::vector<double> values_;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
