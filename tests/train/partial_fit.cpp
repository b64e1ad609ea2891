// SPDX-License-Identifier: MIT
// Learning from some users alone, and from a batch of new ratings.
#include <asysvd/data/join.hpp>
#include <asysvd/data/split.hpp>
#include <asysvd/data/synthetic.hpp>
#include <asysvd/evaluate/rating_error.hpp>
#include <asysvd/model.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <vector>

#include "random_ratings.hpp"
#include "same_bits.hpp"

using namespace asysvd;
using test::same_bits;

namespace {

const auto ratings = test::random_ratings<float>(60, 40, 20, 1);
const Options options{.factors = 6, .epochs = 6, .learning_rate = 0.02, .members = 2, .averaging = 0.5};

}  // namespace

TEST_CASE("users that are named are learned from, and nobody else") {
  const std::vector<Index> some{3, 17, 40};
  auto rest = options;
  rest.regularization = {};
  for (const double averaging : {0.2, 1.0}) {
    rest.averaging = averaging;
    AsySVD<float> model(rest);
    model.fit(ratings, {}, [](const Progress& progress) { return progress.epoch.epoch < 3; });
    const auto before = model.ensemble();
    const auto report = model.resume(ratings, 1, {.users = some});
    Size samples = 0;
    std::vector<bool> met(static_cast<std::size_t>(ratings.cols()), false);
    for (const Index user : some) {
      samples += ratings.row(user).size();
      for (const Index item : ratings.row(user).items) met[static_cast<std::size_t>(item)] = true;
    }
    CHECK(report.epochs.front().samples == samples);
    const auto& was = before.members.front();
    const auto& is = model.ensemble().members.front();
    for (Index user = 0; user < ratings.rows(); ++user) {
      const bool named = std::ranges::find(some, user) != some.end();
      CHECK((was.user_bias[static_cast<std::size_t>(user)] != is.user_bias[static_cast<std::size_t>(user)]) == named);
    }
    for (Index item = 0; item < ratings.cols(); ++item) {
      CHECK((was.q.row(item) != is.q.row(item)) == met[static_cast<std::size_t>(item)]);
      CHECK((was.y.row(item) != is.y.row(item)) == met[static_cast<std::size_t>(item)]);
    }
  }
  const std::vector<Index> nobody{60};
  AsySVD<float> model(options);
  CHECK_THROWS_WITH_AS(model.fit(ratings, {.users = nobody}), doctest::Contains("a user to learn from is 60"),
                       std::invalid_argument);
  CHECK_THROWS_AS(model.fit(ratings, {.validation_fraction = 0.1, .users = some}), std::invalid_argument);
}

TEST_CASE("users without ratings, when they alone are named, teach nothing and are no divergence") {
  const std::vector<Rating<float>> few{{0, 0, 5}, {0, 1, 3}, {1, 2, 4}};
  const std::vector<Index> silent{2};
  AsySVD<float> model(options);
  const auto report = model.fit(SparseMatrix<float>::from_triplets(3, 3, few), {.users = silent});
  CHECK(report.stop_reason == StopReason::max_epochs);
  CHECK(report.epochs.back().samples == 0);
  CHECK(report.epochs.back().train_rmse == 0);
}

TEST_CASE_TEMPLATE("a batch of new ratings is learned from with the rest fixed to where it was", Sampler, ByUser,
                   Shuffled) {
  auto rest = options;
  rest.regularization = {};
  rest.averaging = 1;
  rest.members = 1;
  rest.rating_unit = 1;
  AsySVD<float, Sampler> model(rest);
  model.fit(ratings);
  const auto before = model;
  const Index known = ratings.row(5).items[2];
  const auto batch = SparseMatrix<float>::from_triplets(
      62, 43, std::vector<Rating<float>>{{5, known, 1}, {5, 42, 4}, {61, 3, 5}, {61, 42, 5}});
  const SparseMatrixView<float>& view = ratings;
  const auto report = model.partial_fit(batch);
  CHECK(report.epochs.size() == 1);
  CHECK(report.epochs.front().samples == view.row(5).size() + 1 + 2);
  CHECK(model.users() == 62);
  CHECK(model.items() == 43);
  CHECK(model.ratings().nonzeros() == view.nonzeros() + 3);
  CHECK(model.ratings().row(5).ratings[2] == 1);
  for (Index user = 0; user < 60; ++user) {
    const auto place = static_cast<std::size_t>(user);
    CHECK((model.parameters().user_bias[place] == before.parameters().user_bias[place]) == (user != 5));
  }
  CHECK(model.parameters().q.row(42).norm() > 0);
  CHECK(model.predict(61, 42) > model.parameters().mean);

  // It is what going on from the parameters with these users alone gives.
  auto other = AsySVD<float, Sampler>::restore(rest, before.parameters());
  const std::vector<Index> visited{5, 61};
  other.resume(join(view, static_cast<const SparseMatrixView<float>&>(batch)), 1, {.users = visited});
  CHECK(same_bits(model, other));
  CHECK(model.recommend(5) == other.recommend(5));
}

TEST_CASE("what a batch has of N(u) joins that of the model") {
  const auto seen = SparseMatrix<float>::from_triplets(60, 40, std::vector<Rating<float>>{{2, 0, 1}, {2, 1, 1}});
  const auto seen_later = SparseMatrix<float>::from_triplets(60, 40, std::vector<Rating<float>>{{2, 2, 1}, {7, 3, 1}});
  const auto batch = SparseMatrix<float>::from_triplets(60, 40, std::vector<Rating<float>>{{2, 5, 4}});
  AsySVD<float> model(options);
  model.fit(ratings.with_implicit(seen));
  model.partial_fit(batch.with_implicit(seen_later));
  const auto expected = ratings.with_implicit(join<float>(seen, seen_later));
  for (const Index user : {2, 7}) {
    std::vector<Index> wanted(expected.row(user).unrated.begin(), expected.row(user).unrated.end());
    std::erase_if(wanted, [&](Index item) { return user == 2 && item == 5; });  // it is rated now
    CHECK(std::ranges::equal(model.ratings().row(user).unrated, wanted));
  }
}

TEST_CASE("a batch that knows fewer items than were added since is learned from") {
  std::vector<Rating<float>> later;
  for (Index user = 0; user < 20; ++user) later.push_back({user, 41, 4});
  AsySVD<float> model(options);
  model.fit(ratings);
  model.add_items(SparseMatrix<float>::from_triplets(60, 42, later));
  model.partial_fit(SparseMatrix<float>::from_triplets(60, 40, std::vector<Rating<float>>{{2, 5, 4}}));
  CHECK(model.items() == 42);
  CHECK(model.ratings().cols() == 42);
}

TEST_CASE("a batch that can't be learned from is refused, and nothing is changed") {
  AsySVD<float> model(options);
  model.fit(ratings);
  const auto before = model.parameters().q.matrix();
  const SparseMatrixView<float>& view = ratings;
  const auto none = SparseMatrix<float>::from_triplets(60, 40, std::vector<Rating<float>>{});
  const std::vector<float> endless(static_cast<std::size_t>(ratings.nonzeros()),
                                   std::numeric_limits<float>::infinity());
  CHECK_THROWS_WITH_AS(model.partial_fit(none), doctest::Contains("number of ratings is 0"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(model.partial_fit(view.with_values(endless)), doctest::Contains("finite"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(model.partial_fit(ratings, 0), doctest::Contains("epochs is 0"), std::invalid_argument);
  CHECK(model.parameters().q.matrix() == before);
  auto without = AsySVD<float>::restore(options, model.parameters());
  CHECK_THROWS_WITH_AS(without.partial_fit(ratings), doctest::Contains("set_ratings"), std::invalid_argument);
  CHECK_THROWS_AS(AsySVD<float>(options).partial_fit(ratings), std::invalid_argument);
}

TEST_CASE("learning from new ratings predicts better than only serving by them: most of what a new fit gains") {
  const auto all =
      synthetic({.users = 600, .items = 200, .ratings = 40'000, .max_per_user = 180, .user_bias = 0.8, .noise = 0.4});
  const SparseMatrixView<float> view = all.ratings;
  std::vector<Rating<float>> old_ones, new_ones, tested;
  for (Index user = 0; user < view.rows(); ++user) {
    const auto row = view.row(user);
    for (std::size_t t = 0; t < row.items.size(); ++t) {
      const bool told_late = user % 8 == 0 && t % 10 != 0;
      auto& part = user % 8 == 0 && t % 5 == 1 ? tested : told_late ? new_ones : old_ones;
      part.push_back({user, row.items[t], row.ratings[t]});
    }
  }
  const auto before = SparseMatrix<float>::from_triplets(view.rows(), view.cols(), old_ones);
  const auto batch = SparseMatrix<float>::from_triplets(view.rows(), view.cols(), new_ones);
  const auto test = SparseMatrix<float>::from_triplets(view.rows(), view.cols(), tested);
  const auto joined = join<float>(before, batch);

  AsySVD<float> served({.factors = 20}), learned({.factors = 20}), again({.factors = 20});
  served.fit(before);
  learned.fit(before);
  again.fit(joined);
  served.set_ratings(joined);
  learned.partial_fit(batch);
  const auto error = [&](const auto& model) { return rating_error(model, joined, test).rmse; };
  CAPTURE(error(served));
  CAPTURE(error(learned));
  CAPTURE(error(again));
  CHECK(error(learned) < error(served));
  CHECK(error(learned) < (error(served) + error(again)) / 2);
}
