// SPDX-License-Identifier: MIT
#include <asysvd/sparse_matrix_view.hpp>

#include <doctest/doctest.h>

#include <asysvd/sparse_matrix.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

using namespace asysvd;

TEST_CASE("bare arrays with 32-bit and 64-bit offsets are borrowed") {
  const std::vector<std::int32_t> narrow{0, 1, 3};
  const std::vector<std::int64_t> wide{0, 1, 3};
  const std::vector<Index> items{1, 0, 2};
  const std::vector<float> values{1, 2, 3};
  const SparseMatrixView<float> a(3, std::span(narrow), items, values);
  const SparseMatrixView<float> b(3, std::span(wide), items, values);
  CHECK(a.row(1).size() == 2);
  CHECK(b.row(1).size() == 2);
  CHECK(a.row(1).items.data() == b.row(1).items.data());
}

TEST_CASE("arrays that fit no matrix are refused with the value and the admissible range") {
  const std::vector<std::int64_t> descending{0, 2, 1};
  const std::vector<std::int64_t> beyond{0, 1, 4};
  const std::vector<Index> items{0, 7};
  const std::vector<float> values{1, 2};
  CHECK_THROWS_AS(SparseMatrixView<float>(3, std::span(descending), items, values), std::invalid_argument);
  CHECK_THROWS_AS(SparseMatrixView<float>(3, std::span(beyond), items, values), std::invalid_argument);
  const std::vector<std::int64_t> fitting{0, 1, 2};
  CHECK_NOTHROW(SparseMatrixView<float>(8, std::span(fitting), items, values).validate());
  for (const Size cols : {7, 3}) {  // one past the last item, and far past it
    CHECK_THROWS_WITH_AS(SparseMatrixView<float>(cols, std::span(fitting), items, values).validate(),
                         doctest::Contains("an item index is 7"), std::invalid_argument);
  }
  const std::vector<Index> below{0, -1};
  CHECK_THROWS_WITH_AS(SparseMatrixView<float>(3, std::span(fitting), below, values).validate(),
                       doctest::Contains("an item index is -1"), std::invalid_argument);
}

TEST_CASE("in a borrowed row the items may be in any order, and each is there once") {
  const std::vector<std::int64_t> offsets{0, 3, 3, 5};
  const std::vector<float> values{1, 2, 3, 4, 5};
  const auto validated = [&](const std::vector<Index>& items) {
    SparseMatrixView<float>(7, std::span(offsets), items, values).validate();
  };
  CHECK_NOTHROW(validated({0, 5, 6, 5, 6}));
  CHECK_NOTHROW(validated({6, 0, 5, 6, 5}));
  const std::vector<Index> twice{0, 5, 6, 5, 5};
  CHECK_NOTHROW(SparseMatrixView<float>(7, std::span(offsets), twice, values).validate_numbers());
  CHECK_THROWS_WITH_AS(validated({0, 5, 6, 5, 5}), doctest::Contains("an item of user 2 is 5; expected there once"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(validated({5, 0, 5, 5, 6}), doctest::Contains("an item of user 0 is 5"), std::invalid_argument);
}

TEST_CASE("the same ratings among more items") {
  const auto ratings = SparseMatrix<float>::from_triplets(1, 2, std::vector<Rating<float>>{{0, 1, 3}});
  const auto wider = ratings.with_cols(4);
  CHECK(wider.cols() == 4);
  CHECK(wider.values().data() == ratings.values().data());
  CHECK_THROWS_WITH_AS((void)wider.with_cols(3), doctest::Contains("cols is 3"), std::invalid_argument);
  CHECK_THROWS_AS((void)wider.with_cols(Size{1} << 31), std::invalid_argument);
}

TEST_CASE("N(u) is the items rated and those given, each once, in views, copies and training parts") {
  const auto ratings =
      SparseMatrix<float>::from_triplets(3, 5, std::vector<Rating<float>>{{0, 1, 3}, {0, 4, 5}, {1, 2, 2}, {2, 0, 1}});
  // In a borrowed view a row may be in any order, and hold an item twice.
  const std::vector<std::int64_t> offsets{0, 4, 4};
  const std::vector<Index> items{3, 4, 0, 3};
  const std::vector<float> values{1, 1, 1, 1};
  const SparseMatrixView<float> given(4 + 1, std::span(offsets), items, values);

  CHECK(ratings.implicit() == nullptr);
  CHECK(ratings.row(0).unrated.empty());
  CHECK(ratings.row(0).implicit_size() == 2);
  const SparseMatrix<float> wider = ratings.with_implicit(given);
  const std::vector<float> others{1, 2, 3, 4};
  const SparseMatrixView<float> with_others = wider.with_values(others);
  for (const SparseMatrixView<float>& matrix : {SparseMatrixView<float>(wider), with_others}) {
    REQUIRE(matrix.implicit() != nullptr);
    CHECK(matrix.implicit()->items().data() == items.data());
    CHECK(std::ranges::equal(matrix.row(0).unrated, std::vector<Index>{3, 0}));
    CHECK(matrix.row(0).implicit_size() == 4);
    CHECK(matrix.row(1).unrated.empty());
    CHECK(matrix.row(2).unrated.empty());  // beyond the rows that were given
  }
  CHECK(ratings.implicit() == nullptr);

  CHECK_THROWS_WITH_AS(
      (void)ratings.with_implicit(SparseMatrix<float>::from_triplets(4, 1, std::vector<Rating<float>>{})),
      "asysvd::with_implicit: given.rows() is 4; expected at most the number of users", std::invalid_argument);
  CHECK_THROWS_WITH_AS(
      (void)ratings.with_implicit(SparseMatrix<float>::from_triplets(1, 6, std::vector<Rating<float>>{})),
      "asysvd::with_implicit: given.cols() is 6; expected at most the number of items", std::invalid_argument);
  const std::vector<Index> outside{0, 1'000'000};
  const std::vector<std::int64_t> one_row{0, 2};
  const std::vector<float> two{1, 2};
  const SparseMatrixView<float> not_valid(3, std::span(one_row), outside, two);
  CHECK_THROWS_AS((void)not_valid.with_implicit(SparseMatrix<float>{}), std::invalid_argument);
}
