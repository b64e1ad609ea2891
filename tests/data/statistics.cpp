// SPDX-License-Identifier: MIT
#include <asysvd/data/statistics.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "random_ratings.hpp"

using namespace asysvd;

TEST_CASE("facts about a small matrix, counted by hand") {
  const std::vector<Rating<float>> triplets{{0, 0, 1}, {0, 1, 4}, {0, 2, 5}, {2, 0, 2}};
  const auto facts = statistics(SparseMatrix<float>::from_triplets(4, 5, triplets));
  CHECK(facts.users == 4);
  CHECK(facts.items == 5);
  CHECK(facts.ratings == 4);
  CHECK(facts.min == 1);
  CHECK(facts.max == 5);
  CHECK(facts.mean == 3);
  CHECK(facts.density == doctest::Approx(0.2));
  CHECK(facts.cold_users == 2);
  CHECK(facts.cold_items == 2);
  CHECK(facts.per_user.min == 0);
  CHECK(facts.per_user.mean == 1);
  CHECK(facts.per_user.median == 0.5);
  CHECK(facts.per_user.max == 3);
  CHECK(facts.per_item.median == 1);
  CHECK(facts.per_item.max == 2);
  // Counts 3, 1, 0, 0: Σ Σ |difference| = 2 (2 + 3 + 3 + 1 + 1 + 0) = 20, over 2 · 4 · 4.
  CHECK(facts.per_user.gini == doctest::Approx(20.0 / 32));
}

TEST_CASE("the Gini index is that of its definition over all pairs") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto ratings = test::random_ratings<double>(17, 13, 6, seed);
    double differences = 0;
    for (Size a = 0; a < 17; ++a) {
      for (Size b = 0; b < 17; ++b) {
        differences += std::abs(static_cast<double>(ratings.row(a).size() - ratings.row(b).size()));
      }
    }
    const double expected = differences / (2 * 17 * static_cast<double>(ratings.nonzeros()));
    CHECK(statistics(ratings).per_user.gini == doctest::Approx(expected));
  }
}

TEST_CASE("nothing is undefined where there is nothing") {
  for (const auto& facts : {statistics(SparseMatrix<float>{}),
                            statistics(SparseMatrix<float>::from_triplets(3, 0, std::vector<Rating<float>>{}))}) {
    for (const double value : {facts.min, facts.max, facts.mean, facts.density, facts.per_user.mean,
                               facts.per_user.median, facts.per_user.gini, facts.per_item.mean, facts.per_item.gini}) {
      CHECK(value == 0);
    }
    CHECK_FALSE(to_text(facts).empty());
  }
}

TEST_CASE("the text holds the figures, with thousands set apart") {
  Statistics facts;
  facts.users = 1234567;
  facts.items = 999;
  facts.ratings = 1000;
  facts.min = 0.5;
  facts.max = 5;
  facts.mean = 3.52986;
  facts.density = 0.06305;
  facts.per_user = {20, 106.04, 65, 737, 0.5123};
  const auto text = to_text(facts);
  for (const char* part : {"1,234,567", "999 ", "1,000, 6.305 %", "0.5 to 5, mean 3.5299", "106.0", "65.0", "0.512"}) {
    CHECK(text.find(part) != std::string::npos);
  }
}
