// SPDX-License-Identifier: MIT
#include <asysvd/data/synthetic.hpp>

#include <doctest/doctest.h>

#include <asysvd/data/split.hpp>
#include <asysvd/data/statistics.hpp>
#include <asysvd/evaluate/baselines.hpp>
#include <asysvd/evaluate/rating_error.hpp>
#include <asysvd/model.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace asysvd;

TEST_CASE("the shape is kept to the letter") {
  for (const auto& options : {movielens_100k(), movielens_1m()}) {
    const auto data = synthetic(options);
    const auto facts = statistics(data.ratings);
    CHECK(facts.users == options.users);
    CHECK(facts.items == options.items);
    CHECK(facts.ratings == options.ratings);
    CHECK(facts.per_user.min == options.min_per_user);
    CHECK(facts.per_user.max <= options.max_per_user);
    CHECK(facts.min == 1);
    CHECK(facts.max == 5);
    // As published: means of 3.53 and 3.58, Gini indices of items 0.63, the most popular rated by 62 % and 57 %.
    CHECK(facts.mean == doctest::Approx(3.5).epsilon(0.03));
    CHECK(facts.per_item.gini == doctest::Approx(0.62).epsilon(0.06));
    CHECK(4 * facts.per_item.max < 3 * facts.users);
    for (Size user = 0; user < facts.users; ++user) {
      const auto items = data.ratings.row(user).items;
      CHECK(std::ranges::adjacent_find(items, std::greater_equal{}) == items.end());  // ascending, none twice
    }
  }
}

TEST_CASE("ratings lie on the scale") {
  SyntheticOptions options;
  options.users = 50;
  options.items = 60;
  options.ratings = 1500;
  options.min_rating = -10;
  options.max_rating = 10;
  options.rating_step = 2.5;
  options.mean = 1;
  options.noise = 6;
  const auto data = synthetic(options);
  for (const float value : data.ratings.values()) {
    CHECK(std::abs(value) <= 10);
    CHECK(std::fmod(value + 10, 2.5f) == 0);
  }
}

TEST_CASE("the same seed gives the same bits, another one other ratings") {
  auto options = movielens_100k();
  const auto a = synthetic(options);
  const auto b = synthetic(options);
  CHECK(std::ranges::equal(a.ratings.items(), b.ratings.items()));
  CHECK(std::ranges::equal(a.ratings.values(), b.ratings.values()));
  CHECK(a.error_floor == b.error_floor);
  options.seed = 43;
  CHECK_FALSE(std::ranges::equal(a.ratings.items(), synthetic(options).ratings.items()));
}

TEST_CASE("factors come between the biases and the planted floor") {
  const auto data = synthetic(movielens_100k());
  const auto split = holdout(data.ratings, 0.1, 1);
  AsySVD<float> model({.factors = 16});
  model.fit(split.train);
  const double biases = rating_error(BiasOnly<float>(split.train), split.train, split.test).rmse;
  const double learned = rating_error(model, split.train, split.test).rmse;
  CHECK(learned < biases - 0.01);
  CHECK(learned > data.error_floor);
}

TEST_CASE("the floor is what noise and rounding alone leave, by hand where nothing else is planted") {
  auto options = movielens_100k();
  options.user_bias = options.item_bias = options.taste = 0;
  options.mean = 3;
  options.noise = 0.01;
  CHECK(synthetic(options).error_floor < 1e-6);  // every rating is 3
  options.mean = 3.5;
  CHECK(synthetic(options).error_floor == doctest::Approx(0.5).epsilon(0.001));  // 3 or 4, one as likely as the other
  options.mean = 3;
  options.noise = 1e3;
  CHECK(synthetic(options).error_floor == doctest::Approx(2).epsilon(0.001));  // 1 or 5
}

TEST_CASE("impossible shapes are refused") {
  const auto make = [](auto change) {
    auto options = movielens_100k();
    change(options);
    (void)synthetic(options);
  };
  CHECK_THROWS_WITH_AS(make([](auto& o) { o.ratings = 943 * 737 + 1; }), doctest::Contains("ratings is 694992"),
                       std::invalid_argument);
  CHECK_THROWS_AS(make([](auto& o) { o.ratings = 943 * 20 - 1; }), std::invalid_argument);
  CHECK_THROWS_AS(make([](auto& o) { o.users = 0; }), std::invalid_argument);
  CHECK_THROWS_AS(make([](auto& o) { o.noise = 0; }), std::invalid_argument);
  CHECK_THROWS_AS(make([](auto& o) { o.rating_step = 0; }), std::invalid_argument);
  CHECK_NOTHROW(make([](auto& o) {  // everybody rates everything
    o.users = 10;
    o.items = 30;
    o.ratings = 300;
  }));
}
