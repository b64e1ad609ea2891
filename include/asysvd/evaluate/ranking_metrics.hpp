// SPDX-License-Identifier: MIT
/// \file
/// The top-N metrics and their formulas: of one list, and of how recommendations spread over the items.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <numeric>
#include <span>
#include <vector>

#include <asysvd/detail/check.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/recommend.hpp>

namespace asysvd {
inline namespace v0_1 {

/// A member of a struct of metrics, and what it is called.
template <class Metrics>
struct NamedMetric {
  const char* name;        ///< as in docs/metrics.md
  double Metrics::*value;  ///< the member
};

/// How well the first K of a list meet what is relevant: of one user, or averages over users, in [0, 1] but for `arhr`
/// and `intra_list_diversity`.
///
/// For a user, the relevant items are those of the test row, m of them, at least 1. hit(r) is 1 if the item at rank r,
/// from 1, is relevant, and 0 if it is not or the list is shorter than r. Relevant items that could not be recommended,
/// because the recommender does not know them or the user has a training rating of them, stay among the m.
struct ListMetrics {
  /// Σ_{r≤K} hit(r) / K: also where the list is shorter than K, so that leaving places empty does not pay. Below 1 for
  /// any list if m < K.
  double precision = 0;
  /// Σ_{r≤K} hit(r) / m. Below 1 for any list if m > K.
  double recall = 0;
  /// The harmonic mean of the two, 2 Σ_{r≤K} hit(r) / (K + m), of each user before the average. 0 without a hit.
  double f1 = 0;
  /// 1 if any of the first K is relevant, otherwise 0.
  double hit_rate = 0;
  /// Average precision: Σ_{r≤K} hit(r) · (Σ_{s≤r} hit(s) / r) / min(K, m). 1 if the first min(K, m) are all relevant.
  double map = 0;
  /// The same sum divided by m, as others define it: below 1 for any list if m > K.
  double map_recall = 0;
  /// 1 / the rank of the first relevant item, 0 if there is none among the first K.
  double mrr = 0;
  /// Reciprocal ranks of all hits, Σ_{r≤K} hit(r) / r: from 0 to 1 + 1/2 + … + 1/min(K, m).
  double arhr = 0;
  /// DCG / IDCG, DCG = Σ_{r≤K} hit(r) / log2(r + 1), IDCG = Σ_{r≤min(K, m)} 1 / log2(r + 1): the gain is binary,
  /// whatever the test rating. 1 if the first min(K, m) are all relevant.
  double ndcg = 0;
  /// The same with gains: DCG = Σ_{r≤K} hit(r) · max(rating, 0) / log2(r + 1), and IDCG that of the best order of the
  /// relevant items. The gain is the rating itself, not 2^rating − 1, so that its scale does not matter; a negative
  /// rating gains nothing. 0 where no rating is above 0; `ndcg` where all are the same above 0.
  double ndcg_graded = 0;
  /// 1 if the list has K items, 0 if it is shorter.
  double user_coverage = 0;
  /// What `EvaluationOptions::intra_list_diversity` says of the first K items; 0 where that is empty.
  double intra_list_diversity = 0;

  /// Every member with its name.
  [[nodiscard]] static constexpr std::array<NamedMetric<ListMetrics>, 12> all() {
    return {{{"precision", &ListMetrics::precision},
             {"recall", &ListMetrics::recall},
             {"f1", &ListMetrics::f1},
             {"hit_rate", &ListMetrics::hit_rate},
             {"map", &ListMetrics::map},
             {"map_recall", &ListMetrics::map_recall},
             {"mrr", &ListMetrics::mrr},
             {"arhr", &ListMetrics::arhr},
             {"ndcg", &ListMetrics::ndcg},
             {"ndcg_graded", &ListMetrics::ndcg_graded},
             {"user_coverage", &ListMetrics::user_coverage},
             {"intra_list_diversity", &ListMetrics::intra_list_diversity}}};
  }
};

/// Between which values the average of each metric lies, were other users of the same kind asked.
struct MetricIntervals {
  ListMetrics lower{};  ///< lower ends
  ListMetrics upper{};  ///< upper ends
};

/// How c_i picks of each item i spread over the n items: the recommendations of all users together, or the ratings of
/// the training matrix. C = Σ c_i, p_i = c_i / C; t_i is the number of training ratings of item i, T = Σ t_i. All are 0
/// if C or n is 0.
struct ItemSpread {
  /// The share of items with c_i > 0.
  double coverage = 0;
  /// 2 Σ_j (n + 1 − j) p_(j) / (n + 1), with p_(1) ≤ p_(2) ≤ …: 1 if all items are picked alike, 2 / (n + 1) if it is
  /// always the same.
  double gini_diversity = 0;
  /// −Σ p_i log2 p_i, in bits; an item never picked adds 0. From 0 to log2 n.
  double shannon_entropy = 0;
  /// 1 − Σ p_i²: how probable it is that two picks are different items. From 0 to 1 − 1/n.
  double herfindahl_diversity = 0;
  /// −Σ p_i log2(max(t_i, 1) / T), in bits: the mean surprise of a pick. An item without training ratings counts as if
  /// it had one. 0 if T is 0.
  double novelty = 0;
  /// Σ p_i t_i: the mean number of training ratings of what is picked.
  double average_popularity = 0;

  /// Every member with its name.
  [[nodiscard]] static constexpr std::array<NamedMetric<ItemSpread>, 6> all() {
    return {{{"coverage", &ItemSpread::coverage},
             {"gini_diversity", &ItemSpread::gini_diversity},
             {"shannon_entropy", &ItemSpread::shannon_entropy},
             {"herfindahl_diversity", &ItemSpread::herfindahl_diversity},
             {"novelty", &ItemSpread::novelty},
             {"average_popularity", &ItemSpread::average_popularity}}};
  }

  /// Each member divided by that of `other`; 0 where that is 0.
  [[nodiscard]] ItemSpread ratio_to(const ItemSpread& other) const {
    ItemSpread ratio;
    for (const auto& [name, value] : all()) ratio.*value = other.*value == 0 ? 0 : this->*value / other.*value;
    return ratio;
  }
};

/// The metrics at one cutoff K: averages over the users evaluated, and the spread of the first K of all their lists
/// over the items of the recommender.
struct RankingMetrics : ListMetrics, ItemSpread {
  int cutoff = 0;  ///< K, at least 1
  /// 1 − the mean overlap of the lists of two users: how probable it is that an item drawn from all lists is not in
  /// another user's list, also drawn, 1 − Σ c_i (c_i − 1) / (C (U − 1)) for U users. With full lists it is the mean
  /// over all pairs of 1 − items in common / K. 0 if all lists are the same, if there is one user, or if all are empty.
  double inter_list_diversity = 0;
  /// The spread divided by that of the training ratings, `RankingReport::training`: 1 for a recommender that picks
  /// items as often as they were rated.
  ItemSpread to_training{};
};

namespace detail {

/// How `counts` spread; `popularity` has the t_i of the same items. O(n log n).
[[nodiscard]] inline ItemSpread item_spread(std::span<const Size> counts, std::span<const Size> popularity) {
  const auto total = static_cast<double>(std::accumulate(counts.begin(), counts.end(), Size{0}));
  const auto ratings = static_cast<double>(std::accumulate(popularity.begin(), popularity.end(), Size{0}));
  ItemSpread spread;
  if (total == 0) return spread;
  double squares = 0;
  for (std::size_t item = 0; item < counts.size(); ++item) {
    if (counts[item] == 0) continue;
    const double share = static_cast<double>(counts[item]) / total;
    const auto rated = static_cast<double>(popularity[item]);
    ++spread.coverage;
    spread.shannon_entropy -= share * std::log2(share);
    squares += share * share;
    if (ratings > 0) spread.novelty -= share * std::log2(std::max(rated, 1.0) / ratings);
    spread.average_popularity += share * rated;
  }
  std::vector<Size> ascending(counts.begin(), counts.end());
  std::ranges::sort(ascending);
  const auto items = static_cast<double>(counts.size());
  double rest = items;  // n + 1 − j
  for (const Size count : ascending) spread.gini_diversity += rest-- * static_cast<double>(count);
  spread.gini_diversity *= 2 / ((items + 1) * total);
  spread.coverage /= items;
  spread.herfindahl_diversity = 1 - squares;
  return spread;
}

/// From counts alone: two lists share item i in c_i (c_i − 1) of the ordered pairs. O(items).
[[nodiscard]] inline double inter_list_diversity(std::span<const Size> counts, Size users) {
  double shared = 0;
  double total = 0;
  for (const Size count : counts) {
    shared += static_cast<double>(count) * static_cast<double>(count - 1);
    total += static_cast<double>(count);
  }
  return users < 2 || total == 0 ? 0 : 1 - shared / (total * static_cast<double>(users - 1));
}

/// All that the metrics of one user need.
struct Hits {
  struct Hit {
    int rank;  // from 1
    double gain;
  };
  std::vector<Hit> hits;           // the relevant items in the list, by rank
  std::vector<double> best_gains;  // of all m relevant items, greatest first
  Size length = 0;                 // of the list
};

[[nodiscard]] inline double discount(Size rank) noexcept {
  return 1 / std::log2(static_cast<double>(rank) + 1);
}

/// The metrics of one user at one cutoff.
[[nodiscard]] inline ListMetrics list_metrics(const Hits& of, int cutoff) {
  double found = 0;
  double precisions = 0;
  double dcg = 0;
  double graded_dcg = 0;
  ListMetrics metrics;
  for (const auto& [rank, gain] : of.hits) {
    if (rank > cutoff) break;
    ++found;
    precisions += found / rank;
    metrics.arhr += 1.0 / rank;
    dcg += discount(rank);
    graded_dcg += gain * discount(rank);
  }
  const auto relevant = static_cast<Size>(of.best_gains.size());
  const Size attainable = std::min(Size{cutoff}, relevant);
  double ideal = 0;
  double graded_ideal = 0;
  for (Size rank = 1; rank <= attainable; ++rank) {
    ideal += discount(rank);
    graded_ideal += of.best_gains[static_cast<std::size_t>(rank - 1)] * discount(rank);
  }
  const auto m = static_cast<double>(relevant);
  metrics.precision = found / cutoff;
  metrics.recall = found / m;
  metrics.f1 = 2 * found / (cutoff + m);
  metrics.hit_rate = found > 0 ? 1 : 0;
  metrics.map = precisions / static_cast<double>(attainable);
  metrics.map_recall = precisions / m;
  metrics.mrr = found > 0 ? 1.0 / of.hits.front().rank : 0;
  metrics.ndcg = dcg / ideal;
  metrics.ndcg_graded = graded_ideal > 0 ? graded_dcg / graded_ideal : 0;
  metrics.user_coverage = of.length >= cutoff ? 1 : 0;
  return metrics;
}

/// The mean of `values`, one after the other; 0 of none.
[[nodiscard]] inline ListMetrics mean_of(std::span<const ListMetrics> values) {
  ListMetrics mean;
  for (const auto& [name, member] : ListMetrics::all()) {
    for (const auto& value : values) mean.*member += value.*member;
    if (!values.empty()) mean.*member /= static_cast<double>(values.size());
  }
  return mean;
}

}  // namespace detail

}  // namespace v0_1
}  // namespace asysvd
