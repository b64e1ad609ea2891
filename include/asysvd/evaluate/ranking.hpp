// SPDX-License-Identifier: MIT
/// \file
/// How well recommendation lists meet what users went on to rate: top-N metrics at cutoffs.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include <asysvd/detail/check.hpp>
#include <asysvd/evaluate/detail/list_reader.hpp>
#include <asysvd/evaluate/ranking_metrics.hpp>
#include <asysvd/evaluate/recommender.hpp>
#include <asysvd/model.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/sparse_matrix.hpp>

namespace asysvd {

/// What `ranking` found.
struct RankingReport {
  std::vector<RankingMetrics> at;  ///< one for each cutoff, in the order in which they were asked for
  Size users = 0;                  ///< evaluated: those with a test rating
  ItemSpread training{};           ///< how the training ratings spread over the items of the recommender
};

namespace detail {

/// The number of ratings of each of the first `items` items.
template <std::floating_point Scalar>
[[nodiscard]] std::vector<Size> ratings_by_item(const SparseMatrixView<Scalar>& ratings, Size items) {
  std::vector<Size> counts(static_cast<std::size_t>(items), 0);
  for (const Index item : ratings.items()) {
    if (item < items) ++counts[item];
  }
  return counts;
}

}  // namespace detail

/// Top-N metrics of `recommender`, which learned from `train`, at each of `cutoffs`; see `ListMetrics`, `ItemSpread` and
/// `RankingMetrics` for formulas.
///
/// All items minus the user's training items are ranked, not a sample of them. Relevant are the user's test items,
/// whatever their ratings; users without any are left out. `test` may have more users and items than `train`: a user
/// beyond a model's is recommended to on an empty profile.
///
/// O(training ratings + test ratings + users · cost of a recommendation), which is O(items · k) for an `AsySVD`. Sums
/// in `double`, in the order of users. Memory: 88 bytes for each user and cutoff. Throws `std::invalid_argument` if there are no cutoffs or one is less than 1, if
/// a matrix is not valid, if there are no test ratings, if `train` has users that the model was not trained on, or if
/// the recommender repeats an item or gives one that the user has rated or that is not among its items.
template <Recommender R>
[[nodiscard]] RankingReport ranking(const R& recommender, const SparseMatrixView<typename R::Scalar>& train,
                                    const SparseMatrixView<typename R::Scalar>& test, const std::vector<int>& cutoffs) {
  detail::require(!cutoffs.empty(), "ranking", "number of cutoffs", cutoffs.size(), "at least 1");
  for (const int cutoff : cutoffs) detail::require(cutoff >= 1, "ranking", "a cutoff", cutoff, "at least 1");
  detail::require_judgeable("ranking", recommender, train, test);
  const Size longest = std::ranges::max(cutoffs);
  const Size catalogue = recommender.items();
  detail::ListReader reader(std::max({catalogue, train.cols(), test.cols()}), catalogue, cutoffs);
  std::vector<std::vector<ListMetrics>> values(cutoffs.size());  // by cutoff and user

  for (Size row = 0; row < test.rows(); ++row) {
    const auto relevant = test.row(row);
    if (relevant.empty()) continue;
    const auto user = static_cast<Index>(row);
    const auto seen = row < train.rows() ? train.row(row) : ProfileView<typename R::Scalar>{};
    const auto list = detail::recommend_to_anybody(recommender, user, {.count = longest});
    const auto hits = reader.read(user, list, seen, relevant);
    for (std::size_t c = 0; c < cutoffs.size(); ++c) values[c].push_back(detail::list_metrics(hits, cutoffs[c]));
  }

  const auto popularity = detail::ratings_by_item(train, catalogue);
  RankingReport report;
  report.users = static_cast<Size>(values.front().size());
  report.training = detail::item_spread(popularity, popularity);
  for (std::size_t c = 0; c < cutoffs.size(); ++c) {
    const auto counts = reader.counts(c);
    const auto spread = detail::item_spread(counts, popularity);
    report.at.push_back({detail::mean_of(values[c]), spread, cutoffs[c],
                         detail::inter_list_diversity(counts, report.users), spread.ratio_to(report.training)});
  }
  return report;
}

}  // namespace asysvd
