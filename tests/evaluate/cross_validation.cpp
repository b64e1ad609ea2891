// SPDX-License-Identifier: MIT
#include <asysvd/evaluate/cross_validation.hpp>

#include <doctest/doctest.h>

#include <asysvd/evaluate/baselines.hpp>
#include <asysvd/model.hpp>

#include <cmath>
#include <stdexcept>
#include <vector>

#include "random_ratings.hpp"

using namespace asysvd;

TEST_CASE("mean and deviation are those of a sample") {
  const auto result = MeanAndDeviation::of({2, 4, 4, 4, 5, 5, 7, 9});
  CHECK(result.mean == doctest::Approx(5));
  CHECK(result.deviation == doctest::Approx(std::sqrt(32 / 7.0)));
  CHECK(MeanAndDeviation::of({3}).deviation == 0);
  CHECK_THROWS_AS((void)MeanAndDeviation::of({}), std::invalid_argument);
}

TEST_CASE("every fold is fitted on the others and measured on itself") {
  const auto ratings = test::random_ratings<double>(40, 25, 15, 1);
  const KFolds<double> folds(ratings, 4, 7);
  std::vector<int> seen;
  const auto result = cross_validate(folds, [&](const SparseMatrix<double>& train, int fold) {
    seen.push_back(fold);
    CHECK(train.nonzeros() == folds.fold(fold).train.nonzeros());
    AsySVD<double> model({.factors = 4, .epochs = 3});
    model.fit(train);
    return model;
  });
  CHECK(seen == std::vector<int>{0, 1, 2, 3});
  REQUIRE(result.folds.size() == 4);
  Size count = 0;
  double rmse = 0;
  for (int fold = 0; fold < 4; ++fold) {
    const auto split = folds.fold(fold);
    AsySVD<double> model({.factors = 4, .epochs = 3});
    model.fit(split.train);
    const auto error = rating_error(model, split.train, split.test);
    CHECK(result.folds[static_cast<std::size_t>(fold)].rmse == error.rmse);
    count += error.count;
    rmse += error.rmse / 4;
  }
  CHECK(count == ratings.nonzeros());
  CHECK(result.rmse().mean == doctest::Approx(rmse));
  CHECK(result.rmse().deviation > 0);
  CHECK(result.mae().mean < result.rmse().mean);
}

TEST_CASE("anything that predicts can be cross-validated") {
  const auto ratings = test::random_ratings<float>(40, 25, 15, 2);
  const auto result = cross_validate(KFolds<float>(ratings, 3, 1),
                                     [](const SparseMatrix<float>& train, int) { return GlobalMean<float>(train); });
  CHECK(result.folds.size() == 3);
  CHECK(result.rmse().mean > 0.5);
}
