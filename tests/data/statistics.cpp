// SPDX-License-Identifier: MIT
#include <asysvd/data/statistics.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <string>
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

TEST_CASE("the least and the greatest rating are told as they were written") {
  const std::vector<Rating<float>> triplets{{0, 0, -7.1F}, {0, 1, 9.99F}, {1, 0, 0.3F}};
  const auto facts = statistics(SparseMatrix<float>::from_triplets(2, 2, triplets));
  CHECK(facts.min == -7.1);
  CHECK(facts.max == 9.99);
  CHECK(to_text(facts).find("-7.1 to 9.99, mean") != std::string::npos);
}

TEST_CASE("the Gini index is that of its definition over all pairs, of users and of items") {
  const auto by_definition = [](const std::vector<double>& counts) {
    double differences = 0;
    double sum = 0;
    for (const double a : counts) {
      sum += a;
      for (const double b : counts) differences += std::abs(a - b);
    }
    return differences / (2 * static_cast<double>(counts.size()) * sum);
  };
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto ratings = test::random_ratings<double>(17, 13, 6, seed);
    std::vector<double> per_user(17, 0);
    std::vector<double> per_item(13, 0);
    for (Size user = 0; user < 17; ++user) {
      for (const Index item : ratings.row(user).items) {
        ++per_user[user];
        ++per_item[item];
      }
    }
    CHECK(statistics(ratings).per_user.gini == doctest::Approx(by_definition(per_user)));
    CHECK(statistics(ratings).per_item.gini == doctest::Approx(by_definition(per_item)));
  }
}

TEST_CASE("the Gini index runs from 0, where all have as many, to 1 - 1/N, where one has all") {
  std::vector<Rating<float>> everything;
  std::vector<Rating<float>> one_row;
  for (Index item = 0; item < 5; ++item) {
    for (Index user = 0; user < 4; ++user) everything.push_back({user, item, 3});
    one_row.push_back({2, item, 3});
  }
  CHECK(statistics(SparseMatrix<float>::from_triplets(4, 5, everything)).per_user.gini == 0);
  const auto facts = statistics(SparseMatrix<float>::from_triplets(4, 5, one_row));
  CHECK(facts.per_user.gini == doctest::Approx(0.75));
  CHECK(facts.per_item.gini == 0);
  CHECK(facts.cold_users == 3);
  CHECK(facts.cold_items == 0);
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

TEST_CASE("commas stand between groups of three digits, and not before the first") {
  CHECK(detail::with_commas(0) == "0");
  CHECK(detail::with_commas(123) == "123");
  CHECK(detail::with_commas(1234) == "1,234");
  CHECK(detail::with_commas(12345) == "12,345");
  CHECK(detail::with_commas(123456) == "123,456");
  CHECK(detail::with_commas(1234567) == "1,234,567");
}

TEST_CASE("the columns of the text line up") {
  Statistics facts;
  facts.cold_users = 1111;
  facts.cold_items = 2222;
  facts.duplicates = 3333;
  facts.per_user = {20, 143.1, 73, 7'359, 0.554};
  facts.per_item = {0, 5654.5, 1319.5, 189'716, 0.745};
  const auto text = to_text(facts);
  for (const char* part : {"(1,111 without", "(2,222 without", "duplicates    3,333\n"}) {
    CHECK(text.find(part) != std::string::npos);
  }
  const auto column_after = [&](const char* line, const char* cell) {  // where the cell ends, from the line's start
    const auto start = text.find(line);
    REQUIRE(start != std::string::npos);
    const auto place = text.find(cell, start);
    REQUIRE(place != std::string::npos);
    return place + std::string(cell).size() - start;
  };
  const std::string blanks(14, ' ');
  CHECK(column_after("per user", "143.1") == column_after("per item", "5654.5"));
  CHECK(column_after("per user", "7,359") == column_after("per item", "189,716"));
  CHECK(column_after("per user", "0.554") == column_after(blanks.c_str(), "Gini"));
}
