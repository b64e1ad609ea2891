// SPDX-License-Identifier: MIT
#include <asysvd/evaluate/baselines.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <vector>

#include "random_ratings.hpp"

using namespace asysvd;

namespace {

/// μ = 3. Nobody rated item 3, user 2 rated nothing.
template <class Scalar>
SparseMatrix<Scalar> small() {
  return SparseMatrix<Scalar>::from_triplets(
      3, 4, std::vector<Rating<Scalar>>{{0, 0, 5}, {0, 1, 3}, {1, 0, 4}, {1, 1, 1}, {1, 2, 2}});
}

template <class Scalar>
std::vector<Index> items_of(const std::vector<ScoredItem<Scalar>>& list) {
  std::vector<Index> items;
  for (const auto& [item, score] : list) items.push_back(item);
  return items;
}

}  // namespace

TEST_CASE_TEMPLATE("the global mean is the same for everybody and everything", Scalar, float, double) {
  const GlobalMean<Scalar> mean(small<Scalar>());
  CHECK(mean.predict(0, 0) == 3);
  CHECK(mean.predict(1000, 1000) == 3);
}

TEST_CASE_TEMPLATE("biases follow their formulas", Scalar, float, double) {
  // Shrunk by 1 and 2: b_i = {(2+1)/4, (0-2)/4, -1/3}, b_u = {(1.25 + 0.5)/3, (0.25 - 1.5 - 2/3)/4}.
  const BiasOnly<Scalar> shrunk(small<Scalar>(), {.user = 1, .item = 2});
  const double user0 = 1.75 / 3;
  const double user1 = (0.25 - 1.5 - 2.0 / 3) / 4;
  const double tolerance = std::is_same_v<Scalar, double> ? 1e-14 : 1e-6;
  const auto near = [&](double value) { return doctest::Approx(value).epsilon(tolerance); };
  CHECK(shrunk.predict(0, 0) == near(3 + user0 + 0.75));
  CHECK(shrunk.predict(0, 2) == near(3 + user0 - 1.0 / 3));
  CHECK(shrunk.predict(1, 1) == near(3 + user1 - 0.5));

  // By default 10 and 25.
  const double item0 = 3.0 / 27;
  const double item1 = -2.0 / 27;
  CHECK(BiasOnly<Scalar>(small<Scalar>()).predict(0, 1) == near(3 + (2 - item0 - item1) / 12 + item1));
}

TEST_CASE_TEMPLATE("the bias of an unknown user or item is 0", Scalar, float, double) {
  const BiasOnly<Scalar> biases(small<Scalar>(), {.user = 1, .item = 2});
  for (const Index user : {2, 3, 1000}) CHECK(biases.predict(user, 0) == Scalar(3.75));
  for (const Index item : {3, 4, 1000}) CHECK(biases.predict(0, item) == doctest::Approx(3 + 1.75 / 3));
  CHECK(biases.predict(2, 3) == 3);
  CHECK(biases.predict(1000, 1000) == 3);
}

TEST_CASE("a prediction from biases stays within the range of the training ratings") {
  // Without shrinkage: b_i = {1.5, -1, -1}, b_0 = (0.5 + 1)/2.
  const BiasOnly<double> biases(small<double>(), {.user = 0, .item = 0});
  CHECK(biases.predict(0, 0) == 5);  // 3 + 1.5 + 0.75
  CHECK(biases.predict(0, 1) == doctest::Approx(2.75));
  CHECK(biases.predict(0, 3) == 3.75);  // of an item without ratings, 0 / 0 is 0

  // b_i = {-1, 1, 0}, b_0 = -0.5: 1.5 is less than anybody gave.
  const auto low = SparseMatrix<double>::from_triplets(
      3, 3, std::vector<Rating<double>>{{0, 0, 2}, {0, 2, 2}, {1, 0, 2}, {1, 1, 4}, {2, 1, 4}, {2, 2, 4}});
  CHECK(BiasOnly<double>(low, {.user = 0, .item = 0}).predict(0, 0) == 2);
}

TEST_CASE_TEMPLATE("the biases are those that a fit starts from, bit for bit", Scalar, float, double) {
  const auto ratings = test::random_ratings<Scalar>(40, 25, 12, 3);
  Options options;
  options.factors = 1;
  options.user_shrinkage = 4;
  options.item_shrinkage = 7;
  const auto start = initial_members<Scalar, FullFeedback>(ratings, options).front();
  const BiasOnly<Scalar> biases(ratings, {.user = 4, .item = 7});
  for (Index user = 0; user < ratings.rows(); ++user) {
    for (Index item = 0; item < ratings.cols(); ++item) {
      CHECK(biases.predict(user, item) ==
            std::clamp<Scalar>(start.mean + start.user_bias[user] + start.item_bias[item], 1, 5));
    }
  }
}

TEST_CASE("popularity goes by the number of ratings, equal numbers by item") {
  const Popularity<float> popularity(small<float>());
  CHECK(popularity.items() == 4);
  CHECK(popularity.recommend(2) == std::vector<ScoredItem<float>>{{0, 2}, {1, 2}, {2, 1}, {3, 0}});
  CHECK(items_of(popularity.recommend(2, {.count = 3})) == std::vector<Index>{0, 1, 2});
  CHECK(popularity.recommend(2, {.count = 0}).empty());
  CHECK(popularity.score(0, 1) == 2);
  CHECK(popularity.score(1000, 3) == 0);
  CHECK(popularity.score(0, 1000) == 0);

  const auto later_is_more =
      SparseMatrix<float>::from_triplets(2, 3, std::vector<Rating<float>>{{0, 2, 1}, {1, 2, 1}, {0, 1, 5}});
  CHECK(items_of(Popularity<float>(later_is_more).recommend(5)) == std::vector<Index>{2, 1, 0});

  // More than a sort would leave in their order by chance.
  std::vector<Rating<float>> even_ones;
  std::vector<Index> even_first;
  for (Index item = 0; item < 100; item += 2) even_ones.push_back({0, item, 3});
  for (const Index first : {0, 1}) {
    for (Index item = first; item < 100; item += 2) even_first.push_back(item);
  }
  const Popularity<float> halves(SparseMatrix<float>::from_triplets(1, 100, even_ones));
  CHECK(items_of(halves.recommend(1, {.count = 100})) == even_first);
}

TEST_CASE("popularity leaves out what the user has rated, unless asked for") {
  const Popularity<float> popularity(small<float>());
  CHECK(items_of(popularity.recommend(0)) == std::vector<Index>{2, 3});
  CHECK(items_of(popularity.recommend(0, {.count = 1})) == std::vector<Index>{2});
  CHECK(items_of(popularity.recommend(1)) == std::vector<Index>{3});
  CHECK(items_of(popularity.recommend(0, {.count = 3, .include_seen = true})) == std::vector<Index>{0, 1, 2});
  CHECK(items_of(popularity.recommend(1000)) == std::vector<Index>{0, 1, 2, 3});  // unknown: has rated nothing
}

TEST_CASE("baselines read rows in any order of items, and 32-bit offsets") {
  const std::vector<std::int32_t> offsets{0, 2, 3};
  const std::vector<Index> items{2, 0, 2};
  const std::vector<float> values{1, 2, 6};
  const SparseMatrixView<float> borrowed(3, std::span(offsets), std::span(items), std::span(values));
  CHECK(GlobalMean<float>(borrowed).predict(0, 0) == 3);
  CHECK(BiasOnly<float>(borrowed, {.user = 0, .item = 0}).predict(5, 2) == 3.5f);
  CHECK(items_of(Popularity<float>(borrowed).recommend(0)) == std::vector<Index>{1});
}

TEST_CASE("what a baseline can't be made from or asked for is refused") {
  const SparseMatrix<float> empty;
  CHECK_THROWS_WITH_AS(GlobalMean<float>{empty}, "asysvd::GlobalMean: number of ratings is 0; expected at least 1",
                       std::invalid_argument);
  CHECK_THROWS_AS(BiasOnly<float>{empty}, std::invalid_argument);
  CHECK(Popularity<float>(empty).recommend(0).empty());

  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double inf = std::numeric_limits<double>::infinity();
  for (const double bad : {-1.0, nan, inf}) {
    CHECK_THROWS_WITH_AS(BiasOnly<float>(small<float>(), {.user = bad}), doctest::Contains("user shrinkage is"),
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(BiasOnly<float>(small<float>(), {.item = bad}), doctest::Contains("item shrinkage is"),
                         std::invalid_argument);
  }

  const BiasOnly<float> biases(small<float>());
  CHECK_THROWS_WITH_AS((void)biases.predict(-1, 0), doctest::Contains("user is -1"), std::invalid_argument);
  CHECK_THROWS_WITH_AS((void)biases.predict(0, -2), doctest::Contains("item is -2"), std::invalid_argument);
  const Popularity<float> popularity(small<float>());
  CHECK_THROWS_WITH_AS((void)popularity.recommend(-1), doctest::Contains("user is -1"), std::invalid_argument);
  CHECK_THROWS_WITH_AS((void)popularity.recommend(0, {.count = -1}), doctest::Contains("count is -1"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS((void)popularity.score(0, -1), doctest::Contains("item is -1"), std::invalid_argument);

  const std::vector<Size> offsets{0, 1};
  const std::vector<Index> items{7};
  const std::vector<float> values{1};
  const SparseMatrixView<float> broken(3, std::span(offsets), std::span(items), std::span(values));
  CHECK_THROWS_AS(GlobalMean<float>{broken}, std::invalid_argument);
  CHECK_THROWS_AS(BiasOnly<float>{broken}, std::invalid_argument);
  CHECK_THROWS_AS(Popularity<float>{broken}, std::invalid_argument);
}
