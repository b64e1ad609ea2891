// SPDX-License-Identifier: MIT
/// \file
/// How well recommendation lists meet what users went on to rate: top-N metrics at cutoffs.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <vector>

#include <asysvd/detail/check.hpp>
#include <asysvd/model.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/sparse_matrix.hpp>

namespace asysvd {

/// Recommends some of `items()` items, best first, those that the user has rated left out. `ranking` asks for the
/// users of the test matrix, also such as the training matrix does not have. `Popularity` is an example.
template <class R>
concept Recommender = requires(const R& recommender, Index user, const RecommendOptions& wanted) {
  typename R::Scalar;
  { recommender.items() } -> std::convertible_to<Size>;
  { recommender.recommend(user, wanted) } -> std::same_as<std::vector<ScoredItem<typename R::Scalar>>>;
};

/// A recommender that knows the users of its training matrix by index and anybody else by profile, as `AsySVD` does.
template <class R>
concept FoldInRecommender = Recommender<R> &&
    requires(const R& recommender, ProfileView<typename R::Scalar> profile, const RecommendOptions& wanted) {
  { recommender.users() } -> std::convertible_to<Size>;
  { recommender.recommend(profile, wanted) } -> std::same_as<std::vector<ScoredItem<typename R::Scalar>>>;
};

/// The metrics at one cutoff K: averages over the users evaluated, in [0, 1].
///
/// For a user, the relevant items are those of the test row, m of them, at least 1. hit(r) is 1 if the item at rank r,
/// from 1, is relevant, and 0 if it is not or the list is shorter than r. Relevant items that could not be recommended,
/// because the recommender does not know them or the user has a training rating of them, stay among the m.
struct RankingMetrics {
  int cutoff = 0;  ///< K, at least 1
  /// Σ_{r≤K} hit(r) / K: also where the list is shorter than K, so that leaving places empty does not pay. Below 1 for
  /// any list if m < K.
  double precision = 0;
  /// Σ_{r≤K} hit(r) / m. Below 1 for any list if m > K.
  double recall = 0;
  /// 1 if any of the first K is relevant, otherwise 0.
  double hit_rate = 0;
  /// Average precision: Σ_{r≤K} hit(r) · (Σ_{s≤r} hit(s) / r) / min(K, m). 1 if the first min(K, m) are all relevant.
  double map = 0;
  /// 1 / the rank of the first relevant item, 0 if there is none among the first K.
  double mrr = 0;
  /// DCG / IDCG, DCG = Σ_{r≤K} hit(r) / log2(r + 1), IDCG = Σ_{r≤min(K, m)} 1 / log2(r + 1): the gain is binary,
  /// whatever the test rating. 1 if the first min(K, m) are all relevant.
  double ndcg = 0;
  /// Not of a user but of all: the share of the recommender's items that are among the first K of anybody evaluated.
  double coverage = 0;
};

/// What `ranking` found.
struct RankingReport {
  std::vector<RankingMetrics> at;  ///< one for each cutoff, in the order in which they were asked for
  Size users = 0;                  ///< evaluated: those with a test rating
};

namespace detail {

/// Somebody beyond the training matrix is somebody of whom nothing is known: an empty profile.
template <Recommender R>
[[nodiscard]] std::vector<ScoredItem<typename R::Scalar>> recommend_to_anybody(const R& recommender, Index user,
                                                                               const RecommendOptions& wanted) {
  if constexpr (FoldInRecommender<R>) {
    if (user >= recommender.users()) return recommender.recommend(ProfileView<typename R::Scalar>{}, wanted);
  }
  return recommender.recommend(user, wanted);
}

/// All that the metrics of one user need.
struct Hits {
  std::vector<int> ranks;  ///< of the relevant items in the list, ascending, from 1
  Size relevant;           ///< m
};

[[nodiscard]] inline double discounted_gain(int rank) noexcept {
  return 1 / std::log2(rank + 1.0);
}

/// IDCG by min(K, m), up to `most`.
[[nodiscard]] inline std::vector<double> ideal_gains(Size most) {
  std::vector<double> gains{0.0};
  for (int rank = 1; rank <= most; ++rank) gains.push_back(gains.back() + discounted_gain(rank));
  return gains;
}

/// Adds what one user contributes to the averages.
inline void add_user(RankingMetrics& sums, const Hits& hits, const std::vector<double>& ideal) {
  double found = 0;
  double precisions = 0;
  double gain = 0;
  for (const int rank : hits.ranks) {
    if (rank > sums.cutoff) break;
    ++found;
    precisions += found / rank;
    gain += discounted_gain(rank);
  }
  const Size attainable = std::min(Size{sums.cutoff}, hits.relevant);
  sums.precision += found / sums.cutoff;
  sums.recall += found / static_cast<double>(hits.relevant);
  sums.hit_rate += found > 0 ? 1 : 0;
  sums.map += precisions / static_cast<double>(attainable);
  sums.mrr += found > 0 ? 1.0 / hits.ranks.front() : 0;
  sums.ndcg += gain / ideal[attainable];
}

/// Looks up the lists of one user after another: which ranks hit, and how far up each item ever came.
class ListReader {
 public:
  static constexpr int never = std::numeric_limits<int>::max();

  /// `items` bounds every index that will come; `catalogue`, those that may be recommended.
  ListReader(Size items, Size catalogue)
      : relevant_to_(static_cast<std::size_t>(items), -1),
        taken_by_(static_cast<std::size_t>(items), -1),
        best_rank_(static_cast<std::size_t>(catalogue), never) {}

  template <std::floating_point Scalar>
  [[nodiscard]] Hits read(Index user, const std::vector<ScoredItem<Scalar>>& list, ProfileView<Scalar> seen,
                          ProfileView<Scalar> relevant) {
    // Marked with the user, so that nothing has to be wiped for the next one.
    for (const Index item : seen.items) taken_by_[item] = user;
    for (const Index item : relevant.items) relevant_to_[item] = user;
    Hits hits{{}, relevant.size()};
    int rank = 0;
    for (const auto& [item, score] : list) {
      ++rank;
      require(item >= 0 && item < static_cast<Size>(best_rank_.size()), "ranking", "a recommended item", item,
              "at least 0 and less than the items() of the recommender");
      require(taken_by_[item] != user, "ranking", "a recommended item", item,
              "each item once, and none that the user has rated in the training matrix");
      taken_by_[item] = user;
      best_rank_[item] = std::min(best_rank_[item], rank);
      if (relevant_to_[item] == user) hits.ranks.push_back(rank);
    }
    return hits;
  }

  [[nodiscard]] double coverage(int cutoff) const {
    if (best_rank_.empty()) return 0;
    const auto covered = std::ranges::count_if(best_rank_, [&](int rank) { return rank != never && rank <= cutoff; });
    return static_cast<double>(covered) / static_cast<double>(best_rank_.size());
  }

 private:
  std::vector<Index> relevant_to_;  // by item: the last user to whom it was relevant
  std::vector<Index> taken_by_;     // by item: the last user who had rated it or had it in the list already
  std::vector<int> best_rank_;      // by item
};

}  // namespace detail

/// Top-N metrics of `recommender`, which learned from `train`, at each of `cutoffs`; see `RankingMetrics` for formulas.
///
/// All items minus the user's training items are ranked, not a sample of them. Relevant are the user's test items,
/// whatever their ratings; users without any are left out. `test` may have more users and items than `train`: a user
/// beyond a model's is recommended to on an empty profile.
///
/// O(training ratings + test ratings + users · cost of a recommendation), which is O(items · k) for an `AsySVD`. Sums
/// in `double`, in the order of users. Throws `std::invalid_argument` if there are no cutoffs or one is less than 1, if
/// a matrix is not valid, if there are no test ratings, if `train` has users that the model was not trained on, or if
/// the recommender repeats an item or gives one that the user has rated or that is not among its items.
template <Recommender R>
[[nodiscard]] RankingReport ranking(const R& recommender, const SparseMatrixView<typename R::Scalar>& train,
                                    const SparseMatrixView<typename R::Scalar>& test, const std::vector<int>& cutoffs) {
  detail::require(!cutoffs.empty(), "ranking", "number of cutoffs", cutoffs.size(), "at least 1");
  for (const int cutoff : cutoffs) detail::require(cutoff >= 1, "ranking", "a cutoff", cutoff, "at least 1");
  detail::require(test.nonzeros() > 0, "ranking", "number of test ratings", test.nonzeros(), "at least 1");
  if constexpr (FoldInRecommender<R>) {
    detail::require(train.rows() <= recommender.users(), "ranking", "train.rows()", train.rows(),
                    "at most the number of users that the model was trained on");
  }
  train.validate();
  test.validate();

  const Size longest = std::ranges::max(cutoffs);
  const auto ideal = detail::ideal_gains(std::min(longest, test.longest_row()));
  const Size catalogue = recommender.items();
  detail::ListReader reader(std::max({catalogue, train.cols(), test.cols()}), catalogue);
  RankingReport report;
  for (const int cutoff : cutoffs) report.at.push_back({.cutoff = cutoff});

  for (Size row = 0; row < test.rows(); ++row) {
    const auto relevant = test.row(row);
    if (relevant.empty()) continue;
    const auto user = static_cast<Index>(row);
    const auto seen = row < train.rows() ? train.row(row) : ProfileView<typename R::Scalar>{};
    const auto list = detail::recommend_to_anybody(recommender, user, {.count = longest});
    const auto hits = reader.read(user, list, seen, relevant);
    for (auto& metrics : report.at) detail::add_user(metrics, hits, ideal);
    ++report.users;
  }

  for (auto& metrics : report.at) {
    for (double* sum :
         {&metrics.precision, &metrics.recall, &metrics.hit_rate, &metrics.map, &metrics.mrr, &metrics.ndcg})
      *sum /= static_cast<double>(report.users);
    metrics.coverage = reader.coverage(metrics.cutoff);
  }
  return report;
}

}  // namespace asysvd
