// SPDX-License-Identifier: MIT
// The error that the default options reach on published folds.
#include <asysvd/data/reader.hpp>
#include <asysvd/evaluate/baselines.hpp>
#include <asysvd/evaluate/rating_error.hpp>
#include <asysvd/model.hpp>

#include <doctest/doctest.h>

#include <string>

#include "real_data.hpp"

using namespace asysvd;

TEST_CASE("MovieLens-100K, u1 to u5: the mean test RMSE of the defaults is at most 0.899" *
          doctest::test_suite("real data")) {
  double sum = 0;
  for (int fold = 1; fold <= 5; ++fold) {
    const auto name = "ml-100k/u" + std::to_string(fold);
    const auto train_path = test::real_data((name + ".base").c_str());
    const auto test_path = test::real_data((name + ".test").c_str());
    if (!train_path || !test_path) return;
    const auto train = read_ratings<float>(*train_path);
    const auto tested = read_ratings<float>(*test_path, {.users = &train.users, .items = &train.items});
    AsySVD<float> model;
    CHECK(model.fit(train.ratings).stop_reason == StopReason::max_epochs);
    const auto error = rating_error(model, train.ratings, tested.ratings);
    CHECK(error.count == 20'000);
    CHECK(error.rmse < rating_error(BiasOnly<float>(train.ratings), train.ratings, tested.ratings).rmse - 0.03);
    sum += error.rmse;
  }
  MESSAGE("mean test RMSE ", sum / 5);
  CHECK(sum / 5 <= 0.899);
}
