// SPDX-License-Identifier: MIT
/// \file
/// The ridge and the popularity exponent of a training for ranking, chosen on ratings that are held out.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <map>

#include <asysvd/data/split.hpp>
#include <asysvd/detail/check.hpp>
#include <asysvd/evaluate/ranking.hpp>
#include <asysvd/feedback.hpp>
#include <asysvd/ranking_model.hpp>
#include <asysvd/sparse_matrix.hpp>
#include <asysvd/train/closed_form.hpp>

namespace asysvd {
inline namespace v0_1 {

/// What `choose_ranking_options` found.
struct RankingChoice {
  RankingOptions options;  ///< those of the start, with the ridge and the popularity exponent that rank best
  double ndcg = 0;         ///< NDCG@10 on the held-out ratings, mean of the three parts
  int fits = 0;            ///< how many models were trained for it
};

/// The options that rank best among those around `start`: a tenth of the ratings is held out, drawn by `seed`, then
/// another and a third, and what counts is the mean of NDCG@10 on the three. Tenths leave nearly as much to learn from
/// as there will be in the end, and three of them make less of an accident of which ratings were drawn.
///
/// The ridge is doubled or halved as long as NDCG grows. Then it goes to the vertex of the parabola through the best
/// ridge, the one below and the one above, over log λ: what three settings say together is less of an accident than
/// which of them is best. Then the popularity exponent in the same way, by halves. The other options stay, dropout too,
/// whose part a larger ridge can play. `observer(const RankingChoice&)` is shown each setting that was tried. Six to
/// ten settings, three fits each. Deterministic. Throws what `fit_ranking` throws, and `std::invalid_argument` if too
/// few ratings are there to hold any out.
template <std::floating_point Scalar, std::invocable<const RankingChoice&> Observer>
[[nodiscard]] RankingChoice choose_ranking_options(const SparseMatrixView<Scalar>& ratings, const RankingOptions& start,
                                                   const InteractionFeedback& feedback, std::uint64_t seed,
                                                   Observer&& observer) {
  constexpr int tenths_held_out = 3;
  detail::require(ratings.nonzeros() >= 10, "choose_ranking_options", "number of ratings", ratings.nonzeros(),
                  "at least 10, to hold tenths of them out");
  const KFolds<Scalar> tenths(ratings, 10, seed);
  int fits = 0;
  const auto tried = [&](const RankingOptions& options) {
    RankingChoice choice{options, 0, fits += tenths_held_out};
    for (int tenth = 0; tenth < tenths_held_out; ++tenth) {
      const auto [train, test] = tenths.fold(tenth);
      const auto model = fit_ranking<Scalar>(train, options, feedback);
      choice.ndcg += ranking(model, train, test, {10}).at.front().ndcg / tenths_held_out;
    }
    observer(choice);
    return choice;
  };

  // The best along one line through `from`: whole steps as long as NDCG grows, then the vertex of a parabola.
  const auto best_along = [&](const RankingChoice& from, int most_steps, const auto& moved) {
    std::map<int, RankingChoice> by_step{{0, from}};
    const auto at = [&](int step) -> const RankingChoice& {
      if (const auto known = by_step.find(step); known != by_step.end()) return known->second;
      return by_step.emplace(step, tried(moved(from.options, step))).first->second;
    };
    int step = 0;
    while (step < most_steps && at(step + 1).ndcg > at(step).ndcg) ++step;
    while (step <= 0 && step > -most_steps && at(step - 1).ndcg > at(step).ndcg) --step;
    const double rise = at(step).ndcg - at(step - 1).ndcg;
    const double fall = at(step).ndcg - at(step + 1).ndcg;
    if (std::min(rise, fall) < 0 || rise == fall) return at(step);
    return tried(moved(from.options, step + (rise - fall) / (rise + fall) / 2));
  };
  auto best = best_along(tried(start), 20, [](RankingOptions options, double octaves) {
    options.ridge *= std::exp2(octaves);
    return options;
  });
  best = best_along(best, 4, [](RankingOptions options, double halves) {
    options.popularity_exponent += halves / 2;
    return options;
  });
  best.fits = fits;
  return best;
}

}  // namespace v0_1
}  // namespace asysvd
