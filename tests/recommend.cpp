// SPDX-License-Identifier: MIT
#include <asysvd/recommend.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <asysvd/evaluate/baselines.hpp>
#include <asysvd/model.hpp>
#include <limits>
#include <stdexcept>
#include <vector>

#include "random_ratings.hpp"

using namespace asysvd;

namespace {

template <class Model, class Scalar>
Model fitted(const SparseMatrix<Scalar>& ratings) {
  Options options;
  options.factors = 7;
  options.epochs = 4;
  Model model(options);
  model.fit(ratings);
  return model;
}

template <class Model>
void check_all_lists(const Model& model) {
  for (const Size count : {0, 1, 10, 500}) {
    for (const bool include_seen : {false, true}) {
      for (const int threads : {1, 3}) {
        Index next = 0;
        const auto check = [&](Index user, auto list) {
          REQUIRE(user == next++);
          CHECK(list == model.recommend(user, {.count = count, .include_seen = include_seen}));
        };
        model.recommend_all({.count = count, .include_seen = include_seen, .threads = threads}, check);
        CHECK(next == model.users());
      }
    }
  }
}

}  // namespace

TEST_CASE_TEMPLATE("recommend_all gives everybody the list of recommend, bit for bit, in the order of users", Scalar,
                   float, double) {
  const auto ratings = test::random_ratings<Scalar>(1700, 150, 12, 3);  // more users than one round takes
  check_all_lists(fitted<AsySVD<Scalar>>(ratings));
  check_all_lists(fitted<AsySVD<Scalar, ByUser, RawFeedback>>(ratings));  // user 0 has nothing but ties
  for (const Index items : {2, 16, 17, 600}) {
    check_all_lists(fitted<AsySVD<Scalar>>(test::random_ratings<Scalar>(20, items, 12, 4)));
  }
}

TEST_CASE_TEMPLATE("scores are those of score, bit for bit, of users and of profiles", Scalar, float, double) {
  const auto ratings = test::random_ratings<Scalar>(40, 25, 12, 7);
  const auto check = [&](const auto& model) {
    std::vector<Scalar> scores(25);
    for (Index user = 0; user < 40; ++user) {
      model.scores(user, scores);
      for (Index item = 0; item < 25; ++item) CHECK(scores[item] == model.score(user, item));
      model.scores(ratings.row(user), scores);
      for (Index item = 0; item < 25; ++item) CHECK(scores[item] == model.score(ratings.row(user), item));
    }
  };
  check(fitted<AsySVD<Scalar>>(ratings));
  check(fitted<AsySVD<Scalar, ByUser, ExplicitFeedback, 40>>(ratings));
}

TEST_CASE("scores are refused an array of another length, and users and items that the model does not know") {
  const auto model = fitted<AsySVD<float>>(test::random_ratings<float>(40, 25, 12, 7));
  std::vector<float> scores(25), short_by_one(24);
  CHECK_THROWS_WITH_AS(model.scores(0, short_by_one),
                       "asysvd::AsySVD::scores: out.size() is 24; expected the number of items", std::invalid_argument);
  CHECK_THROWS_AS(model.scores(40, scores), std::invalid_argument);
  CHECK_THROWS_AS(model.scores(Profile<float>{{25, 1.f}}, scores), std::invalid_argument);
}

TEST_CASE("candidates, excluded items and the minimum score keep items out, each as a filter would") {
  const auto ratings = test::random_ratings<float>(40, 25, 12, 7);
  const auto model = fitted<AsySVD<float>>(ratings);
  const std::vector<Index> some{20, 3, 3, 11, 24, 0};
  const std::vector<Index> none;
  const auto among = [&](Index item) { return std::ranges::find(some, item) != some.end(); };
  for (Index user = 0; user < model.users(); ++user) {
    CHECK(model.recommend(user, {.candidates = some}) == model.recommend(user, {}, among));
    CHECK(model.recommend(user, {.candidates = none}).empty());
    CHECK(model.recommend(user, {.excluded = some}) ==
          model.recommend(user, {}, [&](Index item) { return !among(item); }));
    CHECK(model.recommend(user, {.candidates = some, .excluded = some}).empty());
    const double bar = model.score(user, 5);
    CHECK(model.recommend(user, {.minimum_score = bar}) ==
          model.recommend(user, {}, [&](Index item) { return model.score(user, item) >= bar; }));
  }
  const Popularity<float> popularity(ratings);
  for (const auto& [item, score] : popularity.recommend(2, {.minimum_score = 3, .candidates = some})) {
    CHECK(among(item));
    CHECK(score >= 3);
  }
}

TEST_CASE("options out of range are refused") {
  const auto ratings = test::random_ratings<float>(40, 25, 12, 7);
  const auto model = fitted<AsySVD<float>>(ratings);
  const auto ignore = [](Index, const auto&) {};
  for (const std::vector<Index>& bad : {std::vector<Index>{-1}, std::vector<Index>{25}}) {
    CHECK_THROWS_WITH_AS((void)model.recommend(0, {.candidates = bad}), doctest::Contains("a candidate is"),
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS((void)model.recommend(0, {.excluded = bad}), doctest::Contains("an excluded item is"),
                         std::invalid_argument);
  }
  CHECK_THROWS_AS((void)model.recommend(0, {.minimum_score = std::numeric_limits<double>::quiet_NaN()}),
                  std::invalid_argument);
  CHECK_THROWS_AS(model.recommend_all({.count = -1}, ignore), std::invalid_argument);
  CHECK_THROWS_AS(model.recommend_all({.threads = 0}, ignore), std::invalid_argument);
  const auto restored = AsySVD<float>::restore(model.options(), model.parameters());
  CHECK_THROWS_WITH_AS(restored.recommend_all({}, ignore), doctest::Contains("see set_ratings"), std::invalid_argument);
}

TEST_CASE("what a receiver throws comes out of recommend_all") {
  const auto model = fitted<AsySVD<float>>(test::random_ratings<float>(40, 25, 12, 7));
  CHECK_THROWS_AS(model.recommend_all({.threads = 2}, [](Index, const auto&) { throw std::runtime_error("full"); }),
                  std::runtime_error);
}
