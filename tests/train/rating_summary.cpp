// SPDX-License-Identifier: MIT
#include <asysvd/train/rating_summary.hpp>

#include <doctest/doctest.h>

#include <asysvd/sparse_matrix.hpp>

#include <cstddef>
#include <vector>

using namespace asysvd;

namespace {

// (user, item, rating); user 2 and item 1 have none
const std::vector<Rating<double>> triplets{{0, 0, 5}, {0, 2, 2}, {1, 0, 4}, {3, 3, 1}, {3, 0, 3}};
const auto ratings = SparseMatrix<double>::from_triplets(4, 4, triplets);

}  // namespace

TEST_CASE("a summary has what its formulas say") {
  const BiasShrinkage shrinkage{.user = 3, .item = 7};
  const RatingSummary<double> summary(ratings, true, shrinkage);
  CHECK(summary.count == 5);
  CHECK(summary.min == 1);
  CHECK(summary.max == 5);
  CHECK(summary.mean == 3);
  CHECK(summary.squares == 55);
  CHECK(summary.item_counts == std::vector<Size>{3, 0, 1, 1});

  double squares_left = 0;
  for (Index item = 0; item < 4; ++item) {
    double sum = 0, count = 0;
    for (const auto& rating : triplets) {
      if (rating.item != item) continue;
      sum += rating.value - 3;
      ++count;
    }
    CHECK(summary.item_offsets[item] == doctest::Approx(sum / (7 + count)));
  }
  for (Index user = 0; user < 4; ++user) {
    double sum = 0, count = 0;
    for (const auto& rating : triplets) {
      if (rating.user != user) continue;
      sum += rating.value - 3 - summary.item_offsets[rating.item];
      ++count;
    }
    CHECK(summary.user_offsets[user] == doctest::Approx(sum / (3 + count)));
  }
  for (const auto& [user, item, value] : triplets) {
    const double left = value - 3 - summary.user_offsets[user] - summary.item_offsets[item];
    squares_left += left * left;
  }
  CHECK(summary.squares_left == doctest::Approx(squares_left));
}

TEST_CASE("a summary without biases leaves the ratings as they are") {
  const RatingSummary<double> summary(ratings, false, {});
  CHECK(summary.mean == 0);
  CHECK(summary.squares_left == summary.squares);
  CHECK(summary.item_counts == std::vector<Size>{3, 0, 1, 1});
  CHECK(summary.item_offsets == std::vector<double>(4, 0.0));
  CHECK(summary.user_offsets == std::vector<double>(4, 0.0));
}
