// SPDX-License-Identifier: MIT
#include <asysvd/train/parameters.hpp>

#include <doctest/doctest.h>

#include <asysvd/model.hpp>

#include <algorithm>
#include <limits>
#include <vector>

#include "random_ratings.hpp"

using namespace asysvd;

TEST_CASE("parameters that are scaled predict as many times as much from ratings as many times as large") {
  const auto ratings = test::random_ratings<double>(30, 20, 12, 1);
  const Options options{.factors = 5, .initialization = Initialization::normal(0.5)};
  const auto parameters = initial_members<double, FullFeedback>(ratings, options).front();
  const auto [least, greatest] = std::ranges::minmax(ratings.values());
  CHECK(parameters.min_rating == least);
  CHECK(parameters.max_rating == greatest);
  auto scaled = parameters;
  scale_ratings(scaled, 4.0);  // a power of two, so that nothing is rounded
  CHECK(scaled.min_rating == 4 * parameters.min_rating);
  CHECK(scaled.max_rating == 4 * parameters.max_rating);
  const auto model = AsySVD<double>::restore(options, parameters);
  const auto other = AsySVD<double>::restore(options, scaled);
  const Profile<double> profile{{2, 5.0}, {7, 1.0}, {11, 4.0}};
  const Profile<double> larger{{2, 20.0}, {7, 4.0}, {11, 16.0}};
  for (Index item = 0; item < 20; ++item) CHECK(other.score(larger, item) == 4 * model.score(profile, item));
}

TEST_CASE("the unit follows the scale of the ratings, and is 1 where they have none") {
  const auto ratings = test::random_ratings<double>(30, 20, 12, 1);
  std::vector<double> values(ratings.values().begin(), ratings.values().end());
  const auto unit = [&](const Options& options) {
    constexpr auto parts = FeedbackParts::of<FullFeedback>();
    return unit_of(summarize(ratings.with_values(values), options, parts), options, parts);
  };
  const double before = unit({});
  for (double& value : values) value *= 8;
  CHECK(unit({}) == 8 * before);
  CHECK(unit({.rating_unit = 3}) == 3);
  values.assign(values.size(), 3);
  CHECK(unit({}) == 1);
}

TEST_CASE("a number that is not finite is seen, wherever it is") {
  const auto ratings = test::random_ratings<double>(30, 20, 12, 1);
  const auto parameters = initial_members<double, FullFeedback>(ratings, {.factors = 5}).front();
  CHECK(parameters.all_finite());
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  for (auto matrix : {&Parameters<double>::q, &Parameters<double>::x, &Parameters<double>::y}) {
    auto broken = parameters;
    (broken.*matrix).row(19)[4] = nan;
    CHECK_FALSE(broken.all_finite());
  }
  for (auto values : {&Parameters<double>::item_bias, &Parameters<double>::user_bias}) {
    auto broken = parameters;
    (broken.*values).back() = nan;
    CHECK_FALSE(broken.all_finite());
  }
}
