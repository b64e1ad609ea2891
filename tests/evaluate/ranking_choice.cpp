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

/// Few enough to be soon learned, enough to tell one ridge from another.
SparseMatrix<float> some_ratings() {
  return synthetic({.users = 400, .items = 250, .ratings = 16'000, .max_per_user = 120}).ratings;
}

}  // namespace

TEST_CASE("the choice is far better than a start much too weak, and its figure is that of a fit by hand") {
  const auto ratings = some_ratings();
  const SparseMatrixView<float>& view = ratings;
  std::vector<RankingChoice> tried;
  const RankingOptions start{.factors = 16, .ridge = 2, .leave_one_out = false};
  const auto choice = choose_ranking_options(view, start, InteractionFeedback::binary(), 3,
                                             [&](const RankingChoice& one) { tried.push_back(one); });
  REQUIRE(3 * static_cast<int>(tried.size()) == choice.fits);
  CHECK(tried.front().ndcg < choice.ndcg - 0.005);
  CHECK(choice.options.ridge >= 8);
  CHECK(choice.options.factors == 16);
  CHECK(choice.options.dropout == start.dropout);

  const KFolds<float> tenths(view, 10, 3);
  double sum = 0;
  for (int tenth = 0; tenth < 3; ++tenth) {
    const auto split = tenths.fold(tenth);
    const auto model = fit_ranking<float>(split.train, choice.options);
    sum += ranking(model, split.train, split.test, {10}).at.front().ndcg;
  }
  CHECK(sum / 3 == doctest::Approx(choice.ndcg).epsilon(1e-12));
}

TEST_CASE("ridge and popularity exponent are at the vertices of parabolas through the best and its neighbours") {
  const auto ratings = some_ratings();
  // Newton's form of the parabola through the best and the two beside it; its slope is 0 at the vertex.
  const auto vertex = [](const std::map<double, double>& ndcg) {
    const double x = std::ranges::max_element(ndcg, {}, [](const auto& one) { return one.second; })->first;
    REQUIRE(ndcg.contains(x - 1));
    REQUIRE(ndcg.contains(x + 1));
    const double first = ndcg.at(x) - ndcg.at(x - 1), second = (ndcg.at(x + 1) - ndcg.at(x) - first) / 2;
    return x - 0.5 - first / (2 * second);
  };
  for (const double start : {4.0, 160000.0}) {
    std::vector<RankingChoice> tried;
    const auto choice = choose_ranking_options(
        static_cast<const SparseMatrixView<float>&>(ratings), {.factors = 8, .ridge = start, .leave_one_out = false},
        InteractionFeedback::binary(), 4, [&](const RankingChoice& one) { tried.push_back(one); });
    std::map<double, double> by_octave, by_half;  // NDCG by the logarithm of the ridge, and by twice the exponent
    for (const auto& one : tried) {
      const double octave = std::log2(one.options.ridge / start), half = 2 * one.options.popularity_exponent;
      if (octave == std::round(octave) && half == 0) by_octave[octave] = one.ndcg;
      if (one.options.ridge == choice.options.ridge && half == std::round(half)) by_half[half] = one.ndcg;
    }
    CHECK(std::log2(choice.options.ridge / start) == doctest::Approx(vertex(by_octave)));
    CHECK(2 * choice.options.popularity_exponent == doctest::Approx(vertex(by_half)));
    CHECK(tried.back().ndcg == choice.ndcg);
  }
}

TEST_CASE("where all settings rank alike the start is chosen, and all fits are counted") {
  std::vector<Rating<float>> everything;  // so that what is held out is all that is left to recommend
  for (Index user = 0; user < 10; ++user) {
    for (Index item = 0; item < 3; ++item) everything.push_back({user, item, 1});
  }
  const auto ratings = SparseMatrix<float>::from_triplets(10, 3, everything);
  int settings = 0;
  const auto choice =
      choose_ranking_options(static_cast<const SparseMatrixView<float>&>(ratings), {.factors = 2, .ridge = 7}, {}, 1,
                             [&](const RankingChoice&) { ++settings; });
  CHECK(choice.options.ridge == 7);
  CHECK(settings > 1);
  CHECK(choice.fits == 3 * settings);
}

TEST_CASE("nothing can be chosen on nothing") {
  const auto one = SparseMatrix<float>::from_triplets(1, 1, std::vector<Rating<float>>{{0, 0, 1}});
  CHECK_THROWS_WITH_AS((void)choose_ranking_options(static_cast<const SparseMatrixView<float>&>(one), {}, {}, 1,
                                                    [](const RankingChoice&) {}),
                       doctest::Contains("number of ratings is 1"), std::invalid_argument);
}
