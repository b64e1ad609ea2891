// SPDX-License-Identifier: MIT
/// \file
/// How `ranking` judges, beyond the cutoffs.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <asysvd/detail/check.hpp>
#include <asysvd/profile.hpp>

namespace asysvd {
inline namespace v0_1 {

/// How `ranking` judges. The defaults are those of the call without options.
struct EvaluationOptions {
  /// At least 1; changes nothing but the time. With more than 1 the recommender must be safe for concurrent use.
  int threads = 1;
  /// Whether the AUC is computed too: it needs the score of every item. The recommender must be a `ScoringRecommender`.
  bool auc = false;
  /// If above 0, a user's list is made of the relevant items and so many others that the user has not seen, drawn at
  /// random, instead of all. Cheap where scores are dear, but it misleads: such metrics are far higher, they are not
  /// estimates of those over all items, and they may even put two recommenders in the opposite order (Krichene and
  /// Rendle, "On sampled metrics for item recommendation", KDD 2020). The spread over the items is then that of the
  /// draws. AUC stays that over all items. At least 0.
  Size sampled_negatives = 0;
  /// If above 0, the number of bootstrap resamples of the users from which `RankingReport::intervals` are computed.
  /// 1000 is usual. At least 0.
  int bootstrap_samples = 0;
  /// The share of the resamples that an interval holds; above 0 and below 1.
  double confidence = 0.95;
  /// If not empty, metrics are also computed for the users whose training profile is shorter than the first of these
  /// lengths, from it to below the second, and so on, to those from the last. Ascending, at least 1.
  std::vector<Size> group_lengths{};
  /// If not empty, how different the items of one list are: asked of the first items of each list, for each cutoff, and
  /// averaged into `ListMetrics::intra_list_diversity`. With features of the items at hand, the function of that name
  /// will do: `[&](auto items) { return intra_list_diversity(features, items); }`. Called from several threads at once,
  /// if there are; what it throws ends the evaluation.
  std::function<double(std::span<const Index>)> intra_list_diversity{};
  std::uint64_t seed = 1;  ///< of the negatives and the resamples
  /// If not empty, told which share of the users is done, from above 0 to 1, never less than before, and at the end 1.
  /// On the caller's thread, often: for each user that is judged there. What it throws ends the evaluation.
  std::function<void(double)> observer{};

  /// Throws `std::invalid_argument` if an option is out of its range.
  void validate() const {
    detail::require(threads >= 1, "ranking", "threads", threads, "at least 1");
    detail::require(sampled_negatives >= 0, "ranking", "sampled_negatives", sampled_negatives, "at least 0");
    detail::require(bootstrap_samples >= 0, "ranking", "bootstrap_samples", bootstrap_samples, "at least 0");
    detail::require(confidence > 0 && confidence < 1, "ranking", "confidence", confidence, "above 0 and below 1");
    Size least = 1;
    for (const Size length : group_lengths) {
      detail::require(length >= least, "ranking", "a group length", length, "at least 1 and above those before it");
      least = length + 1;
    }
  }
};

}  // namespace v0_1
}  // namespace asysvd
