// SPDX-License-Identifier: MIT
#include <asysvd/evaluate/ranking_choice.hpp>

#include <doctest/doctest.h>

#include <asysvd/data/synthetic.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <vector>

using namespace asysvd;

namespace {

/// A part of generated ratings that is soon learned.
SparseMatrix<float> some_ratings() {
  const auto all = synthetic(movielens_100k()).ratings;
  return holdout(static_cast<const SparseMatrixView<float>&>(all), 0.5, 1).train;
}

}  // namespace

TEST_CASE("the choice is far better than a start much too weak, and its figure is that of a fit by hand") {
  const auto ratings = some_ratings();
  const SparseMatrixView<float>& view = ratings;
  std::vector<RankingChoice> tried;
  const RankingOptions start{.factors = 16, .ridge = 2, .leave_one_out = false};
  const auto choice = choose_ranking_options(view, start, InteractionFeedback::binary(), 3,
                                             [&](const RankingChoice& one) { tried.push_back(one); });
  REQUIRE(static_cast<int>(tried.size()) == choice.fits);
  CHECK(tried.front().ndcg < choice.ndcg - 0.005);
  CHECK(choice.options.ridge >= 16);
  CHECK(choice.options.factors == 16);
  CHECK(choice.options.dropout == start.dropout);

  const auto split = holdout(view, 0.2, 3);
  const auto model = fit_ranking<float>(split.train, choice.options);
  CHECK(ranking(model, split.train, split.test, {10}).at.front().ndcg == choice.ndcg);
}

TEST_CASE(
    "the ridge is at the vertex of the parabola through the best and its neighbours, and both exponents were tried") {
  const auto ratings = some_ratings();
  for (const double start : {4.0, 20000.0}) {
    std::vector<RankingChoice> tried;
    const auto choice = choose_ranking_options(
        static_cast<const SparseMatrixView<float>&>(ratings), {.factors = 8, .ridge = start, .leave_one_out = false},
        InteractionFeedback::binary(), 4, [&](const RankingChoice& one) { tried.push_back(one); });
    std::map<double, double> octaves;  // NDCG by the logarithm of the ridge
    for (const auto& one : tried) {
      const double octave = std::log2(one.options.ridge / start);
      if (octave == std::round(octave) && one.options.popularity_exponent == 0) octaves[octave] = one.ndcg;
    }
    const auto best = std::ranges::max_element(octaves, {}, [](const auto& one) { return one.second; });
    const double x = best->first;
    REQUIRE(octaves.contains(x - 1));
    REQUIRE(octaves.contains(x + 1));
    // Newton's form of the parabola through the three; its slope is 0 at the vertex.
    const double first = octaves[x] - octaves[x - 1], second = (octaves[x + 1] - octaves[x] - first) / 2;
    CHECK(std::log2(choice.options.ridge / start) == doctest::Approx(x - 0.5 - first / (2 * second)));

    const double exponent = choice.options.popularity_exponent;
    CHECK(std::ranges::any_of(tried, [&](const auto& one) { return one.options.popularity_exponent > exponent; }));
    CHECK(std::ranges::none_of(
        tried, [&](const auto& one) { return one.options.ridge == choice.options.ridge && one.ndcg > choice.ndcg; }));
  }
}

TEST_CASE("nothing can be chosen on nothing") {
  const auto one = SparseMatrix<float>::from_triplets(1, 1, std::vector<Rating<float>>{{0, 0, 1}});
  CHECK_THROWS_WITH_AS((void)choose_ranking_options(static_cast<const SparseMatrixView<float>&>(one), {}, {}, 1,
                                                    [](const RankingChoice&) {}),
                       doctest::Contains("number of ratings is 1"), std::invalid_argument);
}
