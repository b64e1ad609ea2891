// SPDX-License-Identifier: MIT
/// \file
/// Looks up recommendation lists: which ranks hit, and how often each item comes.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include <asysvd/detail/check.hpp>
#include <asysvd/evaluate/ranking_metrics.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/recommend.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// Reads the lists of one user after another.
class ListReader {
 public:
  /// `items` bounds every index that will come; `catalogue`, those that may be recommended.
  ListReader(Size items, Size catalogue, const std::vector<int>& cutoffs)
      : cutoffs_(cutoffs),
        relevant_to_(static_cast<std::size_t>(items), -1),
        taken_by_(static_cast<std::size_t>(items), -1),
        gain_(static_cast<std::size_t>(items)),
        counts_(cutoffs.size(), std::vector<Size>(static_cast<std::size_t>(catalogue), 0)) {}

  template <std::floating_point Scalar>
  [[nodiscard]] Hits read(Index user, const std::vector<ScoredItem<Scalar>>& list, ProfileView<Scalar> seen,
                          ProfileView<Scalar> relevant) {
    // Marked with the user, so that nothing has to be wiped for the next one.
    for (const Index item : seen.items) taken_by_[item] = user;
    Hits hits;
    for (Size t = 0; t < relevant.size(); ++t) {
      const Index item = relevant.items[t];
      relevant_to_[item] = user;
      gain_[item] = std::max(static_cast<double>(relevant.ratings[t]), 0.0);
      hits.best_gains.push_back(gain_[item]);
    }
    std::ranges::sort(hits.best_gains, std::greater{});
    for (const auto& [item, score] : list) take(user, item, hits);
    return hits;
  }

  /// How often each item of the catalogue was among the first `cutoffs[cutoff]` of a list.
  [[nodiscard]] std::span<const Size> counts(std::size_t cutoff) const { return counts_[cutoff]; }

 private:
  void take(Index user, Index item, Hits& hits) {
    require(item >= 0 && item < static_cast<Size>(counts_.front().size()), "ranking", "a recommended item", item,
            "at least 0 and less than the items() of the recommender");
    require(taken_by_[item] != user, "ranking", "a recommended item", item,
            "each item once, and none that the user has rated in the training matrix");
    taken_by_[item] = user;
    const Size rank = ++hits.length;
    for (std::size_t c = 0; c < cutoffs_.size(); ++c) counts_[c][item] += rank <= cutoffs_[c] ? 1 : 0;
    if (relevant_to_[item] == user) hits.hits.push_back({static_cast<int>(rank), gain_[item]});
  }

  std::vector<int> cutoffs_;
  std::vector<Index> relevant_to_;         // by item: the last user to whom it was relevant
  std::vector<Index> taken_by_;            // by item: the last user who had rated it or had it in the list already
  std::vector<double> gain_;               // by item: for the user to whom it was relevant
  std::vector<std::vector<Size>> counts_;  // by cutoff and item
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
