// SPDX-License-Identifier: MIT
#include <asysvd/sparse_matrix.hpp>

#include <doctest/doctest.h>

#include <asysvd/detail/csr_order.hpp>

#include <Eigen/SparseCore>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <iterator>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <ranges>
#include <span>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

using namespace asysvd;

TEST_CASE("ratings that come in the order of the rows are left in place") {
  const std::vector<Index> users{0, 0, 2, 2}, sorted{1, 3, 0, 1}, swapped{1, 3, 1, 0}, twice{1, 1, 0, 1};
  const auto order = [&](const std::vector<Index>& items) {
    return detail::csr_order(
        3, 4, [&](Size s) { return users[s]; }, [&](Size s) { return items[s]; });
  };
  CHECK(order(sorted).in_place);
  CHECK(order(sorted).source == std::vector<std::uint32_t>{0, 1, 2, 3});
  CHECK(order(sorted).offsets == std::vector<Size>{0, 2, 2, 4});
  CHECK_FALSE(order(swapped).in_place);
  CHECK(order(swapped).source == std::vector<std::uint32_t>{0, 1, 3, 2});
  CHECK_FALSE(order(twice).in_place);
  CHECK(order(twice).source == std::vector<std::uint32_t>{1, 2, 3});
  CHECK(order(twice).offsets == std::vector<Size>{0, 1, 1, 3});
}

TEST_CASE("users in disorder are sorted, also where their items ascend all along") {
  const std::vector<Index> users{1, 0}, items{0, 1};
  const auto order = detail::csr_order(
      2, 2, [&](Size s) { return users[s]; }, [&](Size s) { return items[s]; });
  CHECK_FALSE(order.in_place);
  CHECK(order.source == std::vector<std::uint32_t>{1, 0});
  CHECK(order.offsets == std::vector<Size>{0, 1, 2});
}

TEST_CASE_TEMPLATE("triplets become rows in ascending order of items", Scalar, float, double) {
  const std::vector<Rating<Scalar>> triplets{{1, 2, 5}, {0, 3, 1}, {1, 0, 2}, {0, 1, Scalar(4.5)}};
  const auto matrix = SparseMatrix<Scalar>::from_triplets(3, 4, triplets);
  CHECK(matrix.rows() == 3);
  CHECK(matrix.cols() == 4);
  CHECK(matrix.nonzeros() == 4);
  CHECK(matrix.longest_row() == 2);
  CHECK(matrix.row(0).items[0] == 1);
  CHECK(matrix.row(0).ratings[0] == Scalar(4.5));
  CHECK(matrix.row(0).items[1] == 3);
  CHECK(matrix.row(1).items[0] == 0);
  CHECK(matrix.row(1).ratings[1] == Scalar(5));
  CHECK(matrix.row(2).empty());
}

TEST_CASE("of a pair that is given twice the last one counts") {
  const std::vector<Rating<float>> triplets{{0, 1, 1}, {0, 0, 2}, {0, 1, 3}, {1, 1, 4}, {0, 1, 5}};
  const auto matrix = SparseMatrix<float>::from_triplets(2, 2, triplets);
  REQUIRE(matrix.nonzeros() == 3);
  CHECK(matrix.row(0).items[1] == 1);
  CHECK(matrix.row(0).ratings[1] == 5);
  CHECK(matrix.row(1).ratings[0] == 4);
}

namespace {

/// What a program of its own may keep of a rating.
struct Review {
  std::string text;
  std::uint64_t reader = 0;
  unsigned short book = 0;
  int stars = 0;
};

std::istream& operator>>(std::istream& in, Review& review) {
  return in >> review.reader >> review.book >> review.stars;
}

/// A pair of iterators as a range: a `std::ranges::subrange`, which clang++ 14 does not compile.
struct Lines {
  std::istream_iterator<Review> first, last = {};
  [[nodiscard]] auto begin() const { return first; }
  [[nodiscard]] auto end() const { return last; }
};

template <class... Arguments>
concept Convertible = requires(const std::vector<Review>& reviews, Arguments... parts) {
  SparseMatrix<float>::from_triplets(1, 1, reviews, parts...);
};

bool same(const SparseMatrixView<float>& a, const SparseMatrixView<float>& b) {
  bool equal = a.rows() == b.rows() && a.cols() == b.cols() && a.nonzeros() == b.nonzeros();
  for (Size user = 0; equal && user < a.rows(); ++user) {
    equal = std::ranges::equal(a.row(user).items, b.row(user).items) &&
            std::ranges::equal(a.row(user).ratings, b.row(user).ratings);
  }
  return equal;
}

}  // namespace

TEST_CASE("any range of any rows gives the same matrix, through projections") {
  const std::string text = "3 2 5  0 3 1  3 0 2  0 1 4  3 2 1  3 1 3  0 1 2";
  const auto expected = SparseMatrix<float>::from_triplets(
      4, 5, std::vector<Rating<float>>{{0, 1, 2}, {0, 3, 1}, {3, 0, 2}, {3, 1, 3}, {3, 2, 1}});
  const auto of = [](auto&& range) {
    return SparseMatrix<float>::from_triplets(4, 5, range, &Review::reader, &Review::book, &Review::stars);
  };
  std::istringstream in(text);
  const std::vector<Review> reviews(std::istream_iterator<Review>(in), {});
  REQUIRE(reviews.size() == 7);
  CHECK(same(of(reviews), expected));
  CHECK(same(of(std::span(reviews.begin(), reviews.end())), expected));
  CHECK(same(of(std::forward_list<Review>(reviews.begin(), reviews.end())), expected));

  std::istringstream once(text);
  CHECK(same(of(Lines{std::istream_iterator<Review>(once)}), expected));

  std::vector<std::unique_ptr<Review>> owned;
  for (const Review& review : reviews) owned.push_back(std::make_unique<Review>(review));
  CHECK(same(of(owned), expected));  // a pointer to a member reaches through pointers

  std::map<std::pair<int, int>, double> by_pair;
  for (const Review& review : reviews) by_pair[{static_cast<int>(review.reader), review.book}] = review.stars;
  const auto user = [](const auto& entry) { return entry.first.first; };
  const auto item = [](const auto& entry) { return entry.first.second; };
  CHECK(same(SparseMatrix<float>::from_triplets(4, 5, by_pair, user, item, [](auto entry) { return entry.second; }),
             expected));
  CHECK(same(SparseMatrix<float>::from_triplets(
                 4, 5, std::list<Rating<float>>{{0, 1, 2}, {3, 2, 1}, {0, 3, 1}, {3, 0, 2}, {3, 1, 3}}),
             expected));

  static_assert(Convertible<std::uint64_t Review::*, unsigned short Review::*, int Review::*>);
  static_assert(!Convertible<std::string Review::*, unsigned short Review::*, int Review::*>, "a text is no user");
  static_assert(!Convertible<>, "nobody knows which member is which");
  const std::vector<Review> outside{{"", std::uint64_t{1} << 63, 0, 1}};
  CHECK_THROWS_WITH_AS(of(outside), doctest::Contains("a user index is -9223372036854775808"), std::invalid_argument);
}

TEST_CASE("of a dense matrix all is a rating but NaN, and nothing may be infinite") {
  constexpr float none = std::numeric_limits<float>::quiet_NaN();
  Eigen::MatrixXf dense(3, 4);
  dense << none, 0, 2, none,   //
      none, none, none, none,  //
      1, -none, -3, 4;
  const auto expected = SparseMatrix<float>::from_triplets(
      3, 4, std::vector<Rating<float>>{{0, 1, 0}, {0, 2, 2}, {2, 0, 1}, {2, 2, -3}, {2, 3, 4}});
  CHECK(same(SparseMatrix<float>::from_dense(dense), expected));
  CHECK(same(SparseMatrix<float>::from_dense(dense.cast<double>().eval()), expected));
  CHECK(same(SparseMatrix<float>::from_dense(dense.block(0, 0, 3, 4)), expected));
  CHECK(SparseMatrix<float>::from_dense(dense.col(2)).nonzeros() == 2);
  CHECK(SparseMatrix<float>::from_dense(Eigen::MatrixXi::Zero(2, 3)).nonzeros() == 6);
  CHECK(SparseMatrix<float>::from_dense(Eigen::MatrixXf(2, 0)).rows() == 2);

  // Zeros that mean nothing are left out by Eigen, and what it makes is borrowed.
  dense = dense.unaryExpr([](float value) { return value == value ? value : 0; }).eval();
  const Eigen::SparseMatrix<float, Eigen::RowMajor> sparse = dense.sparseView();
  CHECK(SparseMatrixView<float>(sparse).nonzeros() == 4);

  dense(1, 1) = std::numeric_limits<float>::infinity();
  CHECK_THROWS_WITH_AS((void)SparseMatrix<float>::from_dense(dense), doctest::Contains("a value is inf"),
                       std::invalid_argument);
}

TEST_CASE("a view shares the storage of the matrix it was made from, and outlives it") {
  SparseMatrixView<float> view;
  const float* values = nullptr;
  {
    const auto matrix = SparseMatrix<float>::from_triplets(1, 2, std::vector<Rating<float>>{{0, 1, 3}});
    values = matrix.values().data();
    view = matrix;
  }
  CHECK(view.values().data() == values);
  CHECK(view.row(0).ratings[0] == 3);
}

TEST_CASE("Eigen triplets and Eigen sparse matrices are taken, the latter without a copy") {
  const std::vector<Eigen::Triplet<double>> triplets{{0, 1, 3.5}, {2, 0, 1.0}};
  const auto owned = SparseMatrix<double>::from_triplets(3, 2, triplets);
  Eigen::SparseMatrix<double, Eigen::RowMajor> eigen(3, 2);
  eigen.setFromTriplets(triplets.begin(), triplets.end());
  const SparseMatrixView<double> borrowed = eigen;
  CHECK(borrowed.values().data() == eigen.valuePtr());
  CHECK(borrowed.items().data() == eigen.innerIndexPtr());
  REQUIRE(borrowed.rows() == owned.rows());
  for (Size u = 0; u < owned.rows(); ++u) {
    CHECK(std::ranges::equal(owned.row(u).items, borrowed.row(u).items));
    CHECK(std::ranges::equal(owned.row(u).ratings, borrowed.row(u).ratings));
  }
  const Eigen::Map<const Eigen::SparseMatrix<double, Eigen::RowMajor>> map(
      3, 2, eigen.nonZeros(), eigen.outerIndexPtr(), eigen.innerIndexPtr(), eigen.valuePtr());
  CHECK(SparseMatrixView<double>(map).values().data() == eigen.valuePtr());

  eigen.coeffRef(1, 1) = 2;  // makes room between the rows
  CHECK_FALSE(eigen.isCompressed());
  CHECK_THROWS_WITH_AS(SparseMatrixView<double>{eigen}, doctest::Contains("makeCompressed()"), std::invalid_argument);
  static_assert(!std::convertible_to<Eigen::SparseMatrix<double>, SparseMatrixView<double>>, "columns, not rows");
}

TEST_CASE("misuse is refused with the value and the admissible range") {
  using Triplets = std::vector<Rating<float>>;
  const auto make = [](const Triplets& t) { return SparseMatrix<float>::from_triplets(2, 3, t); };
  CHECK_THROWS_WITH_AS(make({{2, 0, 1}}), doctest::Contains("a user index is 2"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(make({{-1, 0, 1}}), doctest::Contains("a user index is -1"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(make({{0, 3, 1}}), doctest::Contains("an item index is 3"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(make({{0, 0, std::numeric_limits<float>::quiet_NaN()}}), doctest::Contains("finite"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(make({{0, 0, std::numeric_limits<float>::infinity()}}), doctest::Contains("a value is inf"),
                       std::invalid_argument);
  CHECK_THROWS_AS((void)SparseMatrix<float>::from_triplets(-1, 3, Triplets{}), std::invalid_argument);
}

TEST_CASE("what is moved from is empty, and what was taken is whole") {
  const std::vector<Rating<float>> triplets{{0, 1, 3}, {1, 0, 4}};
  auto matrix = SparseMatrix<float>::from_triplets(2, 2, triplets);
  matrix = matrix.with_implicit(matrix);
  auto taken = std::move(matrix);
  CHECK(matrix.rows() == 0);  // NOLINT(bugprone-use-after-move): what it is then is what is tested
  CHECK(matrix.nonzeros() == 0);
  CHECK(matrix.implicit() == nullptr);
  CHECK(taken.row(1).ratings[0] == 4);
  matrix = std::move(taken);
  CHECK(taken.cols() == 0);  // NOLINT(bugprone-use-after-move)
  CHECK(matrix.row(0).items[0] == 1);
  auto& itself = matrix;
  matrix = std::move(itself);
  CHECK(matrix.rows() == 2);
}

TEST_CASE("an empty matrix is a matrix") {
  const SparseMatrix<float> none;
  CHECK(none.rows() == 0);
  CHECK(none.nonzeros() == 0);
  const auto empty = SparseMatrix<float>::from_triplets(2, 2, std::vector<Rating<float>>{});
  CHECK(empty.rows() == 2);
  CHECK(empty.row(1).empty());
}
