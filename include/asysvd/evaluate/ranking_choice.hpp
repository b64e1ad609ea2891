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

/// What `choose_ranking_options` found.
struct RankingChoice {
  RankingOptions options;
  double ndcg = 0;  ///< NDCG@10 on the held-out ratings
  int fits = 0;     ///< how many models were trained for it
};

/// The options that rank best among those around `start`: a fifth of the ratings is held out, drawn by `seed`, and
/// NDCG@10 is measured on them.
///
/// The ridge is doubled or halved as long as NDCG grows. Then it goes to the vertex of the parabola through the best
/// ridge, the one below and the one above, over log λ: what three fits say together is less of an accident than which
/// of them is best. At last the popularity exponent is moved by halves, as long as NDCG grows. The other options stay,
/// dropout too, whose part a larger ridge can play. `observer(const RankingChoice&)` is shown each setting that was
/// tried. Six to ten fits. Deterministic. Throws what `fit_ranking` throws, and `std::invalid_argument` if too few
/// ratings are there to hold any out.
template <std::floating_point Scalar, std::invocable<const RankingChoice&> Observer>
[[nodiscard]] RankingChoice choose_ranking_options(const SparseMatrixView<Scalar>& ratings, const RankingOptions& start,
                                                   const InteractionFeedback& feedback, std::uint64_t seed,
                                                   Observer&& observer) {
  const auto split = holdout(ratings, 0.2, seed);
  detail::require(split.train.nonzeros() > 0 && split.test.nonzeros() > 0, "choose_ranking_options",
                  "number of ratings", ratings.nonzeros(), "enough to hold a fifth of them out");
  int fits = 0;
  const auto tried = [&](const RankingOptions& options) {
    const auto model = fit_ranking<Scalar>(split.train, options, feedback);
    const RankingChoice choice{options, ranking(model, split.train, split.test, {10}).at.front().ndcg, ++fits};
    observer(choice);
    return choice;
  };

  std::map<int, RankingChoice> by_octave;
  const auto at = [&](int octave) -> const RankingChoice& {
    if (const auto known = by_octave.find(octave); known != by_octave.end()) return known->second;
    auto options = start;
    options.ridge = std::ldexp(start.ridge, octave);
    return by_octave.emplace(octave, tried(options)).first->second;
  };
  int octave = 0;
  while (octave < 20 && at(octave + 1).ndcg > at(octave).ndcg) ++octave;
  while (octave <= 0 && octave > -20 && at(octave - 1).ndcg > at(octave).ndcg) --octave;
  auto best = at(octave);
  const double rise = best.ndcg - at(octave - 1).ndcg;
  const double fall = best.ndcg - at(octave + 1).ndcg;
  if (std::min(rise, fall) >= 0 && rise != fall) {
    auto options = best.options;
    options.ridge *= std::exp2((rise - fall) / (rise + fall) / 2);
    best = tried(options);
  }

  const auto move_exponent = [&](double by) {
    bool moved = false;
    for (int steps = 0; steps < 4; ++steps) {
      auto options = best.options;
      options.popularity_exponent += by;
      const auto next = tried(options);
      if (!(next.ndcg > best.ndcg)) break;
      best = next;
      moved = true;
    }
    return moved;
  };
  if (!move_exponent(0.5)) move_exponent(-0.5);
  best.fits = fits;
  return best;
}

}  // namespace asysvd
