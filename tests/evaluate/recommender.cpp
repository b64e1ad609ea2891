// SPDX-License-Identifier: MIT
#include <asysvd/evaluate/recommender.hpp>

#include <doctest/doctest.h>

#include <asysvd/evaluate/baselines.hpp>
#include <asysvd/evaluate/fold_in.hpp>
#include <asysvd/model.hpp>

#include <vector>

#include "random_ratings.hpp"

using namespace asysvd;

// What a model, one that folds everybody in, and a baseline can be asked for.
static_assert(Recommender<AsySVD<float>> && FoldInRecommender<AsySVD<float>> && ScoringRecommender<AsySVD<float>>);
static_assert(detail::FactorRecommender<AsySVD<float>> && detail::BatchScoringRecommender<AsySVD<float>>);
static_assert(Recommender<Popularity<float>> && !FoldInRecommender<Popularity<float>>);
static_assert(Recommender<FoldIn<AsySVD<float>>> && !detail::FactorRecommender<FoldIn<AsySVD<float>>>);
static_assert(!Recommender<GlobalMean<float>> && !Recommender<int>);

TEST_CASE("users to judge are those with a test rating, and are served at once if they are half of all or more") {
  const auto ratings = test::random_ratings<float>(6, 5, 3, 1);
  AsySVD<float> model({.factors = 2, .epochs = 1});
  model.fit(ratings);
  const auto test =
      SparseMatrix<float>::from_triplets(9, 5, std::vector<Rating<float>>{{0, 1, 1}, {2, 1, 1}, {5, 0, 1}, {8, 0, 1}});
  const auto users = detail::users_to_judge<float>(test);
  CHECK(users == std::vector<Index>{0, 2, 5, 8});
  CHECK(detail::users_of_a_batch(model, users) == 3);
  CHECK(detail::users_of_a_batch(model, std::vector<Index>{0, 5, 8}) == 0);
}

TEST_CASE("somebody whom a model does not know is recommended to as somebody who has rated nothing") {
  const auto ratings = test::random_ratings<float>(6, 5, 3, 1);
  AsySVD<float> model({.factors = 2, .epochs = 1});
  model.fit(ratings);
  CHECK(detail::recommend_to_anybody(model, 6, {.count = 5}) == model.recommend(ProfileView<float>{}, {.count = 5}));
  CHECK(detail::recommend_to_anybody(model, 5, {.count = 5}) == model.recommend(5, {.count = 5}));
}
