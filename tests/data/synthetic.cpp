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
#include <limits>
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

TEST_CASE("the presets are of the published shapes") {
  const auto shape = [](const SyntheticOptions& o) {
    return std::vector<double>{double(o.users),        double(o.items), double(o.ratings), double(o.min_per_user),
                               double(o.max_per_user), o.min_rating,    o.max_rating,      o.rating_step};
  };
  CHECK(shape(movielens_100k()) == std::vector<double>{943, 1682, 100'000, 20, 737, 1, 5, 1});
  CHECK(shape(movielens_1m()) == std::vector<double>{6040, 3706, 1'000'209, 20, 2314, 1, 5, 1});
  CHECK(shape(movielens_10m()) == std::vector<double>{69'878, 10'681, 10'000'054, 20, 7359, 0.5, 5, 0.5});
  CHECK(shape(netflix()) == std::vector<double>{480'189, 17'770, 100'480'507, 1, 17'653, 1, 5, 1});
}

TEST_CASE("half stars, and tails as published, in a tenth of MovieLens-10M's users") {
  auto options = movielens_10m();
  options.users /= 10;
  options.ratings /= 10;
  const auto data = synthetic(options);
  const auto facts = statistics(data.ratings);
  CHECK(facts.ratings == 1'000'005);
  CHECK(facts.min == 0.5);
  CHECK(facts.max == 5);
  CHECK(facts.per_user.min == 20);
  CHECK(facts.per_user.max <= 7359);
  CHECK(facts.per_user.gini == doctest::Approx(0.57).epsilon(0.05));
  CHECK(facts.per_item.gini == doctest::Approx(0.77).epsilon(0.05));
  CHECK(std::ranges::all_of(data.ratings.values(), [](float value) { return std::fmod(value, 0.5f) == 0; }));
}

TEST_CASE("the chance of an item is its popularity times how it is liked, however few or many are drawn") {
  // With 7 items one of them counts as many, and 8 as few: the two ways of drawing must agree.
  for (const Index items : {7, 8}) {
    std::vector<double> popularity;
    for (Index item = 0; item < items; ++item) popularity.push_back(1 + item);
    const auto liking = [](Index item) { return item % 2 == 0 ? 0.9 : 0.3; };
    detail::ItemChooser chooser(popularity);
    Random random(1);
    std::vector<double> drawn(popularity.size(), 0);
    constexpr int times = 40'000;
    for (Index user = 0; user < times; ++user) {
      std::vector<Index> chosen;
      chooser.choose(user, 1, liking, random, chosen);
      REQUIRE(chosen.size() == 1);
      ++drawn[chosen.front()];
    }
    double sum = 0;
    for (Index item = 0; item < items; ++item) sum += popularity[item] * liking(item);
    for (Index item = 0; item < items; ++item) {
      CHECK(drawn[item] / times == doctest::Approx(popularity[item] * liking(item) / sum).epsilon(0.08));
    }
  }
}

TEST_CASE("users take to what they like") {
  SyntheticOptions options;
  options.user_bias = options.item_bias = 0;
  options.mean = 0;
  options.min_rating = -10;
  options.max_rating = 10;
  options.rating_step = 0.1;
  options.noise = 0.1;
  options.taste = 1;  // so the ratings are t_ui, whose mean over all pairs is 0
  CHECK(statistics(synthetic(options).ratings).mean > 0.2);
}

TEST_CASE("a user's bias is in all ratings of the user, an item's in all of the item") {
  SyntheticOptions options;
  options.min_rating = -10;
  options.max_rating = 10;
  options.rating_step = 0.1;
  options.mean = options.taste = 0;
  options.noise = 0.01;
  options.item_bias = 0;
  options.user_bias = 1;
  auto ratings = synthetic(options).ratings;
  std::vector<double> of_user(943);
  for (Size user = 0; user < 943; ++user) {
    const auto [least, greatest] = std::ranges::minmax(ratings.row(user).ratings);
    CHECK(greatest - least < 0.15);  // the noise reaches a step further at most
    of_user[user] = least;
  }
  const auto variance = [](const std::vector<double>& values) {
    double square = 0;
    for (const double value : values) square += value * value;
    return square / static_cast<double>(values.size());
  };
  CHECK(variance(of_user) == doctest::Approx(1).epsilon(0.15));

  options.item_bias = 1;
  options.user_bias = 0;
  ratings = synthetic(options).ratings;
  std::vector<double> of_item(1682, 99);
  for (std::size_t p = 0; p < ratings.items().size(); ++p) {
    double& known = of_item[ratings.items()[p]];
    if (known == 99) known = ratings.values()[p];
    CHECK(std::abs(known - ratings.values()[p]) < 0.15);
  }
  std::erase(of_item, 99);
  CHECK(variance(of_item) == doctest::Approx(1).epsilon(0.15));
}

TEST_CASE("nobody has more than the most, even where nearly everybody has it") {
  SyntheticOptions options;
  options.users = 3;
  options.items = 10;
  options.min_per_user = 0;
  options.max_per_user = 4;
  for (options.seed = 0; options.seed < 50; ++options.seed) {
    for (const double spread : {0.0, 1.3}) {  // without a spread, what is left over is dealt out one by one
      options.activity_spread = spread;
      for (const Size ratings : {1, 10, 11, 12}) {
        options.ratings = ratings;
        const auto facts = statistics(synthetic(options).ratings);
        CHECK(facts.ratings == ratings);
        CHECK(facts.per_user.max <= 4);
      }
    }
  }
}

TEST_CASE("the expected rating is the sum over the scale of each rating times its chance") {
  const auto below = [](double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; };  // P(normal < z)
  for (auto options : {movielens_100k(), movielens_10m()}) {
    const detail::ExpectedRating expected(options);
    const double half = options.rating_step / 2;
    for (double z = -2; z < 8; z += 0.0137) {
      double sum = 0;
      for (double v = options.min_rating; v <= options.max_rating; v += options.rating_step) {
        const double to = v == options.max_rating ? 1 : below((v + half - z) / options.noise);
        const double from = v == options.min_rating ? 0 : below((v - half - z) / options.noise);
        sum += v * (to - from);
      }
      CHECK(expected(z) == doctest::Approx(sum).epsilon(1e-5));
    }
  }
}

TEST_CASE("popular items are liked more, as much as asked for") {
  for (const double popular_bias : {-1.0, 1.0}) {
    auto options = movielens_100k();
    options.popular_bias = popular_bias;
    const auto ratings = synthetic(options).ratings;
    std::vector<double> count(1682, 0);
    std::vector<double> sum(1682, 0);
    for (std::size_t p = 0; p < ratings.items().size(); ++p) {
      ++count[ratings.items()[p]];
      sum[ratings.items()[p]] += ratings.values()[p];
    }
    double popular = 0, popular_count = 0, rare = 0, rare_count = 0;
    for (std::size_t item = 0; item < count.size(); ++item) {
      (count[item] > 31 ? popular : rare) += sum[item];
      (count[item] > 31 ? popular_count : rare_count) += count[item];
    }
    CHECK(popular_bias * (popular / popular_count - rare / rare_count) > 0.3);
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
  options.mean = 7;
  CHECK(synthetic(options).error_floor < 1e-6);  // every rating is 5, and known to be
  options.mean = 3.5;
  CHECK(synthetic(options).error_floor == doctest::Approx(0.5).epsilon(0.001));  // 3 or 4, one as likely as the other
  options.mean = 3;
  options.noise = 1e3;
  CHECK(synthetic(options).error_floor == doctest::Approx(2).epsilon(0.001));  // 1 or 5
}

TEST_CASE("the floor is that of noise and rounding on a scale too long to be felt") {
  auto options = movielens_100k();
  options.min_rating = -50;
  options.max_rating = 50;
  options.noise = 2;
  options.taste = options.user_bias = options.item_bias = 3;
  const double rounding = options.rating_step * options.rating_step / 12;  // variance of what rounding takes off
  CHECK(synthetic(options).error_floor == doctest::Approx(std::sqrt(4 + rounding)).epsilon(0.005));
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
  for (const double step : {0.0, -1.0, 3.0, 0.7, 8.0, 1e-9}) {  // on a scale of 1 to 5
    CHECK_THROWS_AS(make([=](auto& o) { o.rating_step = step; }), std::invalid_argument);
  }
  CHECK_THROWS_AS(make([](auto& o) { o.max_rating = o.min_rating; }), std::invalid_argument);
  CHECK_THROWS_AS(make([](auto& o) { o.max_per_user = 19; }), std::invalid_argument);
  CHECK_THROWS_AS(make([](auto& o) { o.rank = 0; }), std::invalid_argument);
  CHECK_THROWS_AS(make([](auto& o) { o.popularity_spread = 5.5; }), std::invalid_argument);
  CHECK_THROWS_AS(make([](auto& o) { o.activity_spread = -1; }), std::invalid_argument);
  CHECK_NOTHROW(make([](auto& o) {  // everybody rates everything
    o.users = 10;
    o.items = 30;
    o.ratings = 300;
  }));
  CHECK_NOTHROW(make([](auto& o) {  // one item, which one user rates, or one that they do not
    o.users = o.items = o.ratings = o.rank = 1;
    o.min_per_user = 1;
  }));
  CHECK_NOTHROW(make([](auto& o) {
    o.users = o.items = o.rank = 1;
    o.min_per_user = o.ratings = 0;
  }));
  CHECK_NOTHROW(make([](auto& o) {  // the ends of the ranges
    o.activity_spread = o.popularity_spread = o.user_bias = o.item_bias = o.taste = 0;
    o.popular_bias = -1;
    o.rating_step = 4;
  }));
}

TEST_CASE("options that are not finite are refused") {
  using Field = double SyntheticOptions::*;
  for (const Field field :
       {&SyntheticOptions::activity_spread, &SyntheticOptions::popularity_spread, &SyntheticOptions::min_rating,
        &SyntheticOptions::max_rating, &SyntheticOptions::rating_step, &SyntheticOptions::mean,
        &SyntheticOptions::user_bias, &SyntheticOptions::item_bias, &SyntheticOptions::popular_bias,
        &SyntheticOptions::taste, &SyntheticOptions::noise}) {
    for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
      auto options = movielens_100k();
      options.*field = bad;
      CHECK_THROWS_AS((void)synthetic(options), std::invalid_argument);
    }
  }
}
