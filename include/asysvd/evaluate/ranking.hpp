// SPDX-License-Identifier: MIT
/// \file
/// How well recommendation lists meet what users went on to rate: top-N metrics at cutoffs.
#pragma once

#include <concepts>
#include <cstddef>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

#include <asysvd/detail/check.hpp>
#include <asysvd/evaluate/auc.hpp>
#include <asysvd/evaluate/detail/bootstrap.hpp>
#include <asysvd/evaluate/detail/judge.hpp>
#include <asysvd/evaluate/detail/share_done.hpp>
#include <asysvd/evaluate/evaluation_options.hpp>
#include <asysvd/evaluate/ranking_metrics.hpp>
#include <asysvd/evaluate/recommender.hpp>
#include <asysvd/model.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/sparse_matrix.hpp>
#include <asysvd/train/parameters.hpp>

namespace asysvd {
inline namespace v0_1 {

/// The users whose training profile has a certain length.
struct RankingGroup {
  Size shortest = 0;            ///< profiles have at least so many ratings, and fewer than those of the next group
  Size users = 0;               ///< evaluated; all metrics of a group of none are 0
  std::vector<ListMetrics> at;  ///< one for each cutoff
  AreaUnderCurve auc{};         ///< if asked for
};

/// What `ranking` found.
struct RankingReport {
  std::vector<RankingMetrics> at;            ///< one for each cutoff, in the order in which they were asked for
  Size users = 0;                            ///< evaluated: those with a test rating
  ItemSpread training{};                     ///< how the training ratings spread over the items of the recommender
  AreaUnderCurve auc{};                      ///< if asked for
  std::vector<MetricIntervals> intervals{};  ///< if asked for: one for each cutoff
  std::vector<RankingGroup> groups{};        ///< if asked for: by profile length, ascending
};

namespace detail {

/// One group more than there are `lengths`. `values` is by cutoff and user, `aucs` by user or empty, `profiles` the
/// length of each user's.
[[nodiscard]] inline std::vector<RankingGroup> by_profile_length(const std::vector<Size>& lengths,
                                                                 const std::vector<std::vector<ListMetrics>>& values,
                                                                 const std::vector<double>& aucs,
                                                                 const std::vector<Size>& profiles) {
  std::vector<RankingGroup> groups;
  for (std::size_t group = 0; group <= lengths.size(); ++group) {
    const Size shortest = group == 0 ? 0 : lengths[group - 1];
    const Size end = group == lengths.size() ? std::numeric_limits<Size>::max() : lengths[group];
    const auto members_of = [&](const auto& all) {
      std::remove_cvref_t<decltype(all)> some;
      for (std::size_t n = 0; n < all.size(); ++n) {
        if (profiles[n] >= shortest && profiles[n] < end) some.push_back(all[n]);
      }
      return some;
    };
    RankingGroup found{shortest, static_cast<Size>(members_of(profiles).size()), {}, mean_auc(members_of(aucs))};
    for (const auto& at : values) found.at.push_back(mean_of(members_of(at)));
    groups.push_back(std::move(found));
  }
  return groups;
}

}  // namespace detail

/// Top-N metrics of `recommender`, which learned from `train`, at each of `cutoffs`; see `ListMetrics`, `ItemSpread`
/// and `RankingMetrics` for formulas, and `EvaluationOptions` for what else can be had.
///
/// All items minus the user's training items are ranked, not a sample of them, unless asked for. Relevant are the
/// user's test items, whatever their ratings; users without any are left out. `test` may have more users and items than
/// `train`: a user beyond a model's is recommended to on an empty profile.
///
/// O(training ratings + test ratings + users · cost of a recommendation), which is O(items · k) for an `AsySVD`, whose
/// `recommend_all` is used where most of its users have test ratings. Sums in `double`, in the order of users. The same
/// bits for every number of threads. Memory: 88 bytes for each user and cutoff, and the counts of items for each thread
/// and cutoff. Throws `std::invalid_argument` if there are no cutoffs or one is less than 1, if an option is out of its
/// range, if a matrix is not valid, if there are no test ratings, if `train` has users that the model was not trained
/// on, if the recommender repeats an item or gives one that the user has rated or that is not among its items, or if
/// the AUC is asked of a recommender that is no `ScoringRecommender`.
template <Recommender R>
[[nodiscard]] RankingReport ranking(const R& recommender, const SparseMatrixView<typename R::Scalar>& train,
                                    const SparseMatrixView<typename R::Scalar>& test, const std::vector<int>& cutoffs,
                                    const EvaluationOptions& options = {}) {
  detail::require(!cutoffs.empty(), "ranking", "number of cutoffs", cutoffs.size(), "at least 1");
  for (const int cutoff : cutoffs) detail::require(cutoff >= 1, "ranking", "a cutoff", cutoff, "at least 1");
  options.validate();
  detail::require(ScoringRecommender<R> || !options.auc, "ranking", "auc", 1, "0 of a recommender without scores");
  detail::require_judgeable("ranking", recommender, train, test);

  const auto steps = static_cast<Size>(detail::users_to_judge(test).size()) * (options.auc ? 2 : 1);
  detail::ShareDone done(options.observer, steps);
  const detail::Judge judge(recommender, train, test, cutoffs, options, done);
  auto popularity = rating_counts(train);
  popularity.resize(static_cast<std::size_t>(Size{recommender.items()}), 0);
  RankingReport report;
  report.users = static_cast<Size>(judge.users().size());
  report.training = detail::item_spread(popularity, popularity);
  for (std::size_t c = 0; c < cutoffs.size(); ++c) {
    const auto& counts = judge.counts()[c];
    const auto spread = detail::item_spread(counts, popularity);
    report.at.push_back({detail::mean_of(judge.values()[c]), spread, cutoffs[c],
                         detail::inter_list_diversity(counts, report.users), spread.ratio_to(report.training)});
  }
  const auto aucs = judge.aucs();
  report.auc = detail::mean_auc(aucs);
  if (options.bootstrap_samples > 0) {
    for (const auto& samples :
         detail::resample(judge.values(), options.bootstrap_samples, options.seed, options.threads))
      report.intervals.push_back(detail::intervals_of(samples, options.confidence));
  }
  if (!options.group_lengths.empty()) {
    std::vector<Size> profiles;
    for (const Index user : judge.users()) profiles.push_back(judge.seen_by(user).size());
    report.groups = detail::by_profile_length(options.group_lengths, judge.values(), aucs, profiles);
  }
  if (options.observer) options.observer(1);
  return report;
}

}  // namespace v0_1
}  // namespace asysvd
