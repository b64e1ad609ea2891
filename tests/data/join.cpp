// SPDX-License-Identifier: MIT
#include <asysvd/data/join.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <span>
#include <stdexcept>
#include <vector>

using namespace asysvd;

TEST_CASE("joined ratings are those of both, and where both have one, the second") {
  const auto a = SparseMatrix<float>::from_triplets(2, 4, std::vector<Rating<float>>{{0, 1, 1}, {0, 3, 2}, {1, 0, 3}});
  const auto b = SparseMatrix<float>::from_triplets(3, 3, std::vector<Rating<float>>{{0, 1, 4}, {0, 2, 5}, {2, 2, 1}});
  const auto both = join<float>(a, b);
  CHECK(both.rows() == 3);
  CHECK(both.cols() == 4);
  CHECK(std::ranges::equal(both.row(0).items, std::vector<Index>{1, 2, 3}));
  CHECK(std::ranges::equal(both.row(0).ratings, std::vector<float>{4, 5, 2}));
  CHECK(both.row(1).ratings[0] == 3);
  CHECK(both.row(2).items[0] == 2);
  CHECK(join<float>(a, SparseMatrixView<float>{}).nonzeros() == 3);
}

TEST_CASE("joined ratings have the N(u) of both, but for what is rated now") {
  const auto a = SparseMatrix<float>::from_triplets(1, 4, std::vector<Rating<float>>{{0, 1, 1}});
  const auto b = SparseMatrix<float>::from_triplets(1, 4, std::vector<Rating<float>>{{0, 2, 5}});
  const auto seen = SparseMatrix<float>::from_triplets(1, 4, std::vector<Rating<float>>{{0, 2, 1}, {0, 3, 1}});
  const auto seen_more = SparseMatrix<float>::from_triplets(1, 4, std::vector<Rating<float>>{{0, 0, 1}, {0, 3, 1}});
  const auto unrated = [](const SparseMatrix<float>& matrix) {
    const auto span = matrix.row(0).unrated;
    return std::vector<Index>(span.begin(), span.end());
  };
  CHECK(unrated(join<float>(a.with_implicit(seen), b)) == std::vector<Index>{3});
  CHECK(unrated(join<float>(a, b.with_implicit(seen_more))) == std::vector<Index>{0, 3});
  CHECK(unrated(join<float>(a.with_implicit(seen), b.with_implicit(seen_more))) == std::vector<Index>{0, 3});
  CHECK(join<float>(a, b).implicit() == nullptr);
}

TEST_CASE("joined ratings may come in any order, and have to be ratings") {
  const std::vector<Size> offsets{0, 3};
  std::vector<Index> items{2, 0, 2};
  std::vector<float> values{1, 2, 3};
  const SparseMatrixView<float> unsorted(3, std::span<const Size>(offsets), items, values);
  const auto more = SparseMatrix<float>::from_triplets(1, 2, std::vector<Rating<float>>{{0, 1, 4}});
  const auto both = join<float>(unsorted, more);
  CHECK(std::ranges::equal(both.row(0).items, std::vector<Index>{0, 1, 2}));
  CHECK(std::ranges::equal(both.row(0).ratings, std::vector<float>{2, 4, 3}));  // of two, the last
  items[0] = 3;
  CHECK_THROWS_AS((void)join<float>(unsorted, more), std::invalid_argument);
  items[0] = 2;
  values[1] = std::numeric_limits<float>::infinity();
  CHECK_THROWS_AS((void)join<float>(more, unsorted), std::invalid_argument);
}
