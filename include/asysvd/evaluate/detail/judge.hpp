// SPDX-License-Identifier: MIT
/// \file
/// The loop over users: gets their lists, one by one or all at once, and measures each.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include <asysvd/detail/tasks.hpp>
#include <asysvd/evaluate/detail/auc_by_user.hpp>
#include <asysvd/evaluate/detail/list_reader.hpp>
#include <asysvd/evaluate/detail/negatives.hpp>
#include <asysvd/evaluate/detail/share_done.hpp>
#include <asysvd/evaluate/evaluation_options.hpp>
#include <asysvd/evaluate/ranking_metrics.hpp>
#include <asysvd/evaluate/recommender.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/recommend.hpp>
#include <asysvd/sparse_matrix_view.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// Recommends to all users of its training matrix at once, what `recommend` gives.
template <class R>
concept BatchRecommender = FoldInRecommender<R> &&
    requires(const R& recommender, const RecommendAllOptions& wanted,
             void (*receive)(Index, std::vector<ScoredItem<typename R::Scalar>>)) {
  recommender.recommend_all(wanted, receive);
};

/// Measures the lists of users. All results are whole numbers or of one user alone: their order does not matter.
template <Recommender R>
class Judge {
 public:
  using Scalar = typename R::Scalar;
  using List = std::vector<ScoredItem<Scalar>>;

  Judge(const R& recommender, const SparseMatrixView<Scalar>& train, const SparseMatrixView<Scalar>& test,
        const std::vector<int>& cutoffs, const EvaluationOptions& options, ShareDone& done)
      : recommender_(recommender),
        train_(train),
        test_(test),
        cutoffs_(cutoffs),
        options_(options),
        done_(done),
        longest_(std::ranges::max(cutoffs)),
        indices_(std::max({Size{recommender.items()}, train.cols(), test.cols()})),
        users_(users_to_judge(test)),
        values_(cutoffs.size(), std::vector<ListMetrics>(users_.size())),
        counts_(cutoffs.size(), std::vector<Size>(static_cast<std::size_t>(recommender.items()), 0)),
        aucs_(recommender, train, test, users_, options.threads, done) {
    const std::size_t first = judge_batch();
    std::vector<ListReader> readers(static_cast<std::size_t>(options.threads), new_reader());
    run_tasks(options.threads, options.threads, [&](Size worker) {
      Negatives negatives(indices_, recommender_.items(), options_.sampled_negatives, options_.seed);
      const auto step = static_cast<std::size_t>(options_.threads);
      for (std::size_t n = first + static_cast<std::size_t>(worker); n < users_.size(); n += step) {
        judge(readers[static_cast<std::size_t>(worker)], n, list_for(users_[n], negatives));
      }
    });
    for (const auto& reader : readers) add_counts(reader);
    if constexpr (ScoringRecommender<R>) {
      if (options.auc) found_ ? aucs_.find_from(first) : aucs_.find_all();
    }
  }

  [[nodiscard]] const std::vector<Index>& users() const noexcept { return users_; }  ///< with a test rating
  /// By cutoff and number of the user in `users()`.
  [[nodiscard]] const std::vector<std::vector<ListMetrics>>& values() const noexcept { return values_; }
  /// By cutoff and item: how often it was recommended.
  [[nodiscard]] const std::vector<std::vector<Size>>& counts() const noexcept { return counts_; }
  /// By number of the user in `users()`; empty if not asked for.
  [[nodiscard]] std::vector<double> aucs() const { return options_.auc ? aucs_.values() : std::vector<double>{}; }
  [[nodiscard]] ProfileView<Scalar> seen_by(Index user) const {
    return user < train_.rows() ? train_.row(user) : ProfileView<Scalar>{};
  }

 private:
  [[nodiscard]] ListReader new_reader() const { return {indices_, recommender_.items(), cutoffs_}; }

  /// Judges the users that the recommender knows through `recommend_all`, if that exists and few of its lists would be
  /// wasted on users without test ratings; finds their AUC from the same matrix products. The number of users judged.
  [[nodiscard]] std::size_t judge_batch() {
    std::size_t next = 0;
    if constexpr (BatchRecommender<R>) {
      if (options_.sampled_negatives > 0 || users_of_a_batch(recommender_, users_) == 0) return 0;
      auto reader = new_reader();
      const RecommendAllOptions wanted{.count = longest_, .threads = options_.threads};
      const auto receive = [&](Index user, const List& list) {
        if (next < users_.size() && users_[next] == user) judge(reader, next++, list);
      };
      if constexpr (FactorRecommender<R>) {
        if (options_.auc) {
          recommend_all_and_show(recommender_, wanted, receive, [&] { return aucs_.new_look(); });
          found_ = true;
        }
      }
      if (!found_) recommender_.recommend_all(wanted, receive);
      add_counts(reader);
    }
    return next;
  }

  [[nodiscard]] List list_for(Index user, Negatives& negatives) const {
    RecommendOptions wanted{.count = longest_};
    if (options_.sampled_negatives > 0) wanted.candidates = negatives.candidates(user, seen_by(user), test_.row(user));
    return recommend_to_anybody(recommender_, user, wanted);
  }

  void judge(ListReader& reader, std::size_t n, const List& list) {
    const auto hits = reader.read(users_[n], list, seen_by(users_[n]), test_.row(users_[n]));
    for (std::size_t c = 0; c < cutoffs_.size(); ++c) values_[c][n] = list_metrics(hits, cutoffs_[c]);
    if (options_.intra_list_diversity) {
      std::vector<Index> items;
      for (const auto& recommended : list) items.push_back(recommended.item);
      for (std::size_t c = 0; c < cutoffs_.size(); ++c) {
        const auto length = std::min(items.size(), static_cast<std::size_t>(cutoffs_[c]));
        values_[c][n].intra_list_diversity = options_.intra_list_diversity(std::span(items).first(length));
      }
    }
    done_.step();
  }

  void add_counts(const ListReader& reader) {
    for (std::size_t c = 0; c < cutoffs_.size(); ++c) {
      std::ranges::transform(counts_[c], reader.counts(c), counts_[c].begin(), std::plus{});
    }
  }

  const R& recommender_;
  const SparseMatrixView<Scalar>& train_;
  const SparseMatrixView<Scalar>& test_;
  const std::vector<int>& cutoffs_;
  const EvaluationOptions& options_;
  ShareDone& done_;
  Size longest_;
  Size indices_;  // bounds every index of an item
  std::vector<Index> users_;
  std::vector<std::vector<ListMetrics>> values_;
  std::vector<std::vector<Size>> counts_;
  AucByUser<R> aucs_;
  bool found_ = false;  // whether those of the users that `judge_batch` judged are
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
