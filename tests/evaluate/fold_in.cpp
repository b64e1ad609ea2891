// SPDX-License-Identifier: MIT
#include <asysvd/evaluate/fold_in.hpp>

#include <doctest/doctest.h>

#include <asysvd/data/split.hpp>
#include <asysvd/evaluate/ranking.hpp>
#include <asysvd/evaluate/rating_error.hpp>

#include <cmath>
#include <vector>

#include "random_ratings.hpp"

using namespace asysvd;

static_assert(RatingPredictor<FoldIn<AsySVD<float>>> && Recommender<FoldIn<AsySVD<float>>>);

TEST_CASE("strangers are served by their profiles, as the model itself would") {
  const auto all = test::random_ratings<double>(60, 30, 15, 1);
  const auto users = holdout_users(static_cast<const SparseMatrixView<double>&>(all), 0.3, 5);
  const auto given = holdout_within_users(static_cast<const SparseMatrixView<double>&>(users.test), 0.3, 6);
  AsySVD<double> model({.factors = 4, .epochs = 4});
  model.fit(users.train);
  const FoldIn strangers(model, given.train);

  double squares = 0;
  for (Index user = 0; user < 60; ++user) {
    const auto row = given.test.row(user);
    for (std::size_t t = 0; t < row.items.size(); ++t) {
      CHECK(strangers.predict(user, row.items[t]) == model.predict(given.train.row(user), row.items[t]));
      squares += std::pow(row.ratings[t] - model.predict(given.train.row(user), row.items[t]), 2);
    }
    std::vector<double> scores(30);
    strangers.scores(user, scores);
    for (Index item = 0; item < 30; ++item) CHECK(scores[item] == strangers.score(user, item));
    CHECK(strangers.recommend(user, {.count = 4}) == model.recommend(given.train.row(user), {.count = 4}));
  }
  const auto error = rating_error(strangers, given.train, given.test);
  CHECK(error.rmse == doctest::Approx(std::sqrt(squares / static_cast<double>(given.test.nonzeros()))));
  const auto found = ranking(strangers, given.train, given.test, {5});
  CHECK(found.users > 5);
  CHECK(found.at.front().recall > 0);
}

TEST_CASE("users and items beyond what is known are predicted from what is") {
  const auto train = test::random_ratings<float>(30, 20, 10, 2);
  AsySVD<float> model({.factors = 3, .epochs = 2});
  model.fit(train);
  const auto profiles = SparseMatrix<float>::from_triplets(2, 25, std::vector<Rating<float>>{{0, 3, 5}, {0, 24, 1}});
  const FoldIn strangers(model, profiles);
  const Profile<float> known{{3, 5.f}};
  CHECK(strangers.predict(0, 7) == model.predict(known, 7));
  CHECK(strangers.predict(1, 7) == model.predict(Profile<float>{}, 7));
  CHECK(strangers.predict(99, 7) == model.predict(Profile<float>{}, 7));
  const auto& p = model.parameters();
  CHECK(strangers.predict(0, 24) == doctest::Approx(p.mean + (5 - p.mean - p.item_bias[3]) / 11));
  CHECK(strangers.predict(1, 24) == p.mean);
}
