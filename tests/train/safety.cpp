// SPDX-License-Identifier: MIT
// Divergence, cancelling, early stopping: how a fit ends, and what it leaves.
#include <asysvd/model.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "random_ratings.hpp"

using namespace asysvd;

TEST_CASE_TEMPLATE("a fit that diverges says where, and leaves a finite model", Scalar, float, double) {
  const auto ratings = test::random_ratings<Scalar>(60, 40, 30, 1);
  Options options;
  options.factors = 8;
  options.schedule = Schedule::constant();
  options.initialization = Initialization::normal(1);
  for (const double rate : {0.5, 1.0, 3.0, 9.0}) {
    options.learning_rate = rate;
    AsySVD<Scalar> model(options);
    const auto report = model.fit(ratings);
    CAPTURE(rate);
    REQUIRE(report.stop_reason == StopReason::diverged);
    REQUIRE(report.divergence.has_value());
    CHECK(report.divergence->learning_rate == rate);
    CHECK(report.divergence->epoch == static_cast<int>(report.epochs.size()) + 1);
    CHECK(report.best_epoch <= static_cast<int>(report.epochs.size()));
    CHECK(model.parameters().all_finite());
    for (Index item = 0; item < model.items(); ++item) CHECK(detail::is_finite(model.score(1, item)));
  }
}

TEST_CASE("a model that diverged before its first epoch ended holds the state before it, which predicts by biases") {
  const auto ratings = test::random_ratings<double>(60, 40, 30, 1);
  Options options;
  options.learning_rate = 9;
  options.initialization = Initialization::normal(1e-9);
  AsySVD<double> model(options);
  const auto report = model.fit(ratings);
  REQUIRE(report.stop_reason == StopReason::diverged);
  REQUIRE(report.best_epoch == 0);
  const auto& p = model.parameters();
  CHECK(model.score(3, 5) == doctest::Approx(p.mean + p.user_bias[3] + p.item_baseline[5]));
}

TEST_CASE("the lecture's start, far off but not diverging, is given time to come down") {
  const auto ratings = test::random_ratings<double>(60, 40, 30, 2);
  Options options;
  options.factors = 10;
  options.epochs = 3;
  options.learning_rate = 1e-4;
  options.schedule = Schedule::constant();
  options.initialization = Initialization::uniform(0, 1);
  AsySVD<double, ByUser, RawFeedback> model(options);
  const auto report = model.fit(ratings);
  CHECK(report.stop_reason == StopReason::max_epochs);
  CHECK(report.epochs.front().train_rmse > 10);
  CHECK(report.epochs.back().train_rmse < report.epochs.front().train_rmse);
}

TEST_CASE("an observer sees every epoch and can end the fit, or only look") {
  const auto ratings = test::random_ratings<float>(60, 40, 30, 3);
  Options options;
  options.epochs = 6;
  AsySVD<float> model(options);
  std::vector<Progress> seen;
  const auto report = model.fit(ratings, {}, [&](const Progress& progress) {
    seen.push_back(progress);
    return progress.epoch.epoch < 4;
  });
  CHECK(report.stop_reason == StopReason::cancelled);
  REQUIRE(seen.size() == 4);
  CHECK(report.epochs.size() == 4);
  CHECK(report.best_epoch == 4);
  CHECK(seen[1].epoch.epoch == 2);
  CHECK(seen[1].epochs == 6);
  CHECK(seen[1].epoch.samples == ratings.nonzeros());
  CHECK(seen[1].epoch.train_rmse == report.epochs[1].train_rmse);
  CHECK(seen[1].samples_per_second > 0);
  const double both = report.epochs[0].seconds + report.epochs[1].seconds;
  CHECK(seen[1].seconds_left == doctest::Approx(both / 2 * 4));  // of the four epochs to come, as long as these two

  int epochs = 0;
  CHECK(model.fit(ratings, {}, [&](const Progress&) { ++epochs; }).stop_reason == StopReason::max_epochs);
  CHECK(epochs == 6);
}

TEST_CASE("whatever a fit throws, the model stays as it was") {
  const auto ratings = test::random_ratings<float>(60, 40, 30, 4);
  AsySVD<float> model({.factors = 4, .epochs = 2});
  model.fit(ratings);
  const float before = model.score(2, 3);
  CHECK_THROWS_AS(model.fit(ratings, {}, [](const Progress&) { throw std::runtime_error("enough"); }),
                  std::runtime_error);
  CHECK(model.score(2, 3) == before);
  CHECK_THROWS_WITH_AS(model.fit(SparseMatrix<float>{}), doctest::Contains("number of ratings is 0"),
                       std::invalid_argument);
  const std::vector<std::int64_t> offsets{0, 1};
  const std::vector<Index> items{0};
  const std::vector<float> values{std::numeric_limits<float>::quiet_NaN()};
  CHECK_THROWS_WITH_AS(model.fit(SparseMatrixView<float>(1, std::span(offsets), items, values)),
                       doctest::Contains("a rating is nan"), std::invalid_argument);
  CHECK(model.score(2, 3) == before);
}

TEST_CASE("with validation ratings the model keeps its best epoch, and patience ends the fit") {
  const auto ratings = test::random_ratings<double>(80, 40, 25, 5);
  // Ratings made of noise: learning them by heart makes the error on others grow.
  std::vector<Rating<double>> others;
  Random random(6);
  for (Index user = 0; user < 80; ++user) {
    others.push_back({user, static_cast<Index>(random.below(39u)), static_cast<double>(1 + random.below(5u))});
  }
  const auto validation = SparseMatrix<double>::from_triplets(80, 40, others);
  Options options;
  options.factors = 10;
  options.epochs = 200;
  options.learning_rate = 0.05;
  options.schedule = Schedule::constant();
  options.regularization = {.x = 0, .y = 0, .q = 0, .bias = 0};
  AsySVD<double> model(options);
  const auto report = model.fit(ratings, {.validation = &validation, .patience = 3});
  CHECK(report.stop_reason == StopReason::early_stopped);
  REQUIRE(report.epochs.size() < 200);
  CHECK(report.best_epoch == static_cast<int>(report.epochs.size()) - 3);
  const double best = report.epochs[static_cast<std::size_t>(report.best_epoch) - 1].validation.value();
  for (const auto& epoch : report.epochs) CHECK(*epoch.validation >= best);

  double squared_error = 0;
  for (Index user = 0; user < 80; ++user) {
    const auto row = validation.row(user);
    for (std::size_t t = 0; t < row.items.size(); ++t) {
      squared_error += std::pow(row.ratings[t] - model.predict(user, row.items[t]), 2);
    }
  }
  CHECK(std::sqrt(squared_error / static_cast<double>(validation.nonzeros())) == doctest::Approx(best));

  CHECK_THROWS_AS(model.fit(ratings, {.validation = &validation, .patience = -1}), std::invalid_argument);
  CHECK_THROWS_AS(model.fit(ratings, {.patience = 3}), std::invalid_argument);
  const auto larger = SparseMatrix<double>::from_triplets(81, 40, others);
  CHECK_THROWS_WITH_AS(model.fit(ratings, {.validation = &larger}), doctest::Contains("validation.rows() is 81"),
                       std::invalid_argument);
}

TEST_CASE_TEMPLATE("ratings that are all the same leave no unit, and a fit goes on from them to others", Scalar, float,
                   double) {
  const auto shape = test::random_ratings<Scalar>(40, 30, 12, 5);
  const std::vector<Scalar> same(static_cast<std::size_t>(shape.nonzeros()), Scalar(3.7));
  AsySVD<Scalar> model({.factors = 4, .epochs = 2});
  CHECK(model.fit(shape.with_values(same)).rating_unit == 1);
  CHECK(model.predict(3, 5) == doctest::Approx(3.7));
  CHECK(model.resume(shape, 2).stop_reason == StopReason::max_epochs);
}
