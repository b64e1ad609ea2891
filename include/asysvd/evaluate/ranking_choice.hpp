// SPDX-License-Identifier: MIT
/// \file
/// The dropout and the ridge of a training for ranking, chosen on ratings that are held out.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>

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

/// The options that rank best among those around `start`: a fifth of the ratings is held out, drawn by `seed`; the ridge
/// is doubled or halved, and then the dropout moved along 0, 0.15, 0.3, 0.5, 0.7, 0.85, as long as NDCG@10 on them grows.
/// The other options stay. `observer(const RankingChoice&)` is shown each setting that was tried. About ten fits.
/// Deterministic. Throws what `fit_ranking` throws, and `std::invalid_argument` if too few ratings are there to hold any
/// out.
template <std::floating_point Scalar, std::invocable<const RankingChoice&> Observer>
[[nodiscard]] RankingChoice choose_ranking_options(const SparseMatrixView<Scalar>& ratings, const RankingOptions& start,
                                                   const InteractionFeedback& feedback, std::uint64_t seed,
                                                   Observer&& observer) {
  const auto split = holdout(ratings, 0.2, seed);
  detail::require(split.train.nonzeros() > 0 && split.test.nonzeros() > 0, "choose_ranking_options",
                  "number of ratings", ratings.nonzeros(), "enough to hold a fifth of them out");
  RankingChoice best;
  int fits = 0;
  const auto better = [&](const RankingOptions& options) {
    const auto model = fit_ranking<Scalar>(split.train, options, feedback);
    const double ndcg = ranking(model, split.train, split.test, {10}).at.front().ndcg;
    const RankingChoice tried{options, ndcg, ++fits};
    observer(tried);
    if (fits > 1 && !(ndcg > best.ndcg)) return false;
    best = tried;
    return true;
  };
  better(start);

  const auto climb = [&](double factor) {
    bool climbed = false;
    for (int steps = 0; steps < 20; ++steps) {
      auto next = best.options;
      next.ridge *= factor;
      if (!better(next)) break;
      climbed = true;
    }
    return climbed;
  };
  if (!climb(2)) climb(0.5);

  constexpr std::array<double, 6> dropouts{0, 0.15, 0.3, 0.5, 0.7, 0.85};
  const auto move = [&](int direction) {
    bool moved = false;
    for (;;) {
      auto next = best.options;
      // The neighbour of the dropout, whether that is one of these or lies between two of them.
      const auto beyond = [&](double dropout) {
        return direction > 0 ? dropout > best.options.dropout : dropout < best.options.dropout;
      };
      bool found = false;
      for (std::size_t n = 0; n < dropouts.size() && !(found && direction > 0); ++n) {
        if (!beyond(dropouts[n])) continue;
        next.dropout = dropouts[n];
        found = true;
      }
      if (!found || !better(next)) return moved;
      moved = true;
    }
  };
  if (!move(1)) move(-1);
  best.fits = fits;
  return best;
}

}  // namespace asysvd
