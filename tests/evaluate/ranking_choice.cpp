// SPDX-License-Identifier: MIT
#include <asysvd/evaluate/ranking_choice.hpp>

#include <doctest/doctest.h>

#include <asysvd/data/synthetic.hpp>

#include <algorithm>
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

TEST_CASE("the choice is the best of what was tried, and its figure is that of a fit by hand") {
  const auto ratings = some_ratings();
  const SparseMatrixView<float>& view = ratings;
  std::vector<RankingChoice> tried;
  const RankingOptions start{.factors = 16, .ridge = 2, .leave_one_out = false};
  const auto choice = choose_ranking_options(view, start, InteractionFeedback::binary(), 3,
                                             [&](const RankingChoice& one) { tried.push_back(one); });
  REQUIRE(static_cast<int>(tried.size()) == choice.fits);
  CHECK(tried.front().options.ridge == 2);
  CHECK(choice.ndcg == std::ranges::max(tried, {}, &RankingChoice::ndcg).ndcg);
  CHECK(choice.ndcg > tried.front().ndcg + 0.005);  // the start is much too weak a ridge
  CHECK(choice.options.ridge >= 16);
  CHECK(choice.options.factors == 16);

  const auto split = holdout(view, 0.2, 3);
  const auto model = fit_ranking<float>(split.train, choice.options);
  CHECK(ranking(model, split.train, split.test, {10}).at.front().ndcg == choice.ndcg);
}

TEST_CASE("both neighbours of the chosen ridge and dropout were tried and found no better") {
  const auto ratings = some_ratings();
  std::vector<RankingChoice> tried;
  const auto choice = choose_ranking_options(
      static_cast<const SparseMatrixView<float>&>(ratings), {.factors = 8, .dropout = 0.4, .leave_one_out = false},
      InteractionFeedback::binary(), 4, [&](const RankingChoice& one) { tried.push_back(one); });
  const auto was_tried = [&](auto predicate) { return std::ranges::any_of(tried, predicate); };
  CHECK(was_tried([&](const RankingChoice& one) { return one.options.dropout > choice.options.dropout; }));
  CHECK(was_tried([&](const RankingChoice& one) { return one.options.ridge > choice.options.ridge; }));
}

TEST_CASE("nothing can be chosen on nothing") {
  const auto one = SparseMatrix<float>::from_triplets(1, 1, std::vector<Rating<float>>{{0, 0, 1}});
  CHECK_THROWS_WITH_AS((void)choose_ranking_options(static_cast<const SparseMatrixView<float>&>(one), {}, {}, 1,
                                                    [](const RankingChoice&) {}),
                       doctest::Contains("number of ratings is 1"), std::invalid_argument);
}
