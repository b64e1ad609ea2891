// SPDX-License-Identifier: MIT
#include <asysvd/data/time_decay.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <vector>

using namespace asysvd;

TEST_CASE_TEMPLATE("a rating that is a half-life older counts half as much", Scalar, float, double) {
  const std::vector<std::int64_t> timestamps{1000, 900, 1000, 700, -100000};
  const auto weights = time_decay<Scalar>(timestamps, 100);
  REQUIRE(weights.size() == 5);
  CHECK(weights[0] == 1);
  CHECK(weights[1] == Scalar(0.5));
  CHECK(weights[2] == 1);
  CHECK(weights[3] == Scalar(0.125));
  CHECK(weights[4] >= 0);
  CHECK(weights[4] < Scalar(1e-30));
}

TEST_CASE("the range of timestamps is no obstacle, and a half-life must be one") {
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  const auto weights = time_decay<double>(std::vector<std::int64_t>{least, most}, 1);
  CHECK(weights[0] == 0);
  CHECK(weights[1] == 1);
  CHECK(time_decay<float>({}, 1).empty());
  for (const double bad : {0.0, -1.0, std::numeric_limits<double>::infinity()}) {
    CHECK_THROWS_AS((void)time_decay<float>(std::vector<std::int64_t>{1}, bad), std::invalid_argument);
  }
}
