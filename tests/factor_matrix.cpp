// SPDX-License-Identifier: MIT
#include <asysvd/factor_matrix.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>

using namespace asysvd;

TEST_CASE_TEMPLATE("rows start at multiples of 64 bytes and are filled up with zeros", Scalar, float, double) {
  for (const Size factors : {1, 7, 8, 16, 17, 50, 128}) {
    FactorMatrix<Scalar> matrix(3, factors);
    CHECK(matrix.stride() >= factors);
    CHECK(matrix.stride() - factors < FactorMatrix<Scalar>::lanes);
    CHECK(static_cast<std::size_t>(matrix.stride()) * sizeof(Scalar) % 64 == 0);
    for (Size row = 0; row < 3; ++row) {
      CHECK(reinterpret_cast<std::uintptr_t>(matrix.data(row)) % 64 == 0);
      matrix.row(row).setConstant(static_cast<Scalar>(row + 1));
      for (Size f = 0; f < matrix.stride(); ++f) {
        CHECK(matrix.data(row)[f] == (f < factors ? static_cast<Scalar>(row + 1) : Scalar(0)));
      }
    }
    CHECK(matrix.matrix().cols() == factors);
    CHECK(matrix.matrix().sum() == static_cast<Scalar>(6 * factors));
  }
}

TEST_CASE("copies are independent, and a number that is not finite is found anywhere") {
  FactorMatrix<float> a(2, 3);
  auto b = a;
  b.row(1)[2] = 5;
  CHECK(a.row(1)[2] == 0);
  CHECK(b.all_finite());
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
    b.row(1)[2] = bad;
    CHECK_FALSE(b.all_finite());
  }
  CHECK(FactorMatrix<double>{}.all_finite());
}

TEST_CASE("impossible shapes are refused") {
  CHECK_THROWS_AS(FactorMatrix<float>(-1, 3), std::invalid_argument);
  CHECK_THROWS_AS(FactorMatrix<float>(3, -1), std::invalid_argument);
  CHECK_THROWS(FactorMatrix<float>(std::numeric_limits<Size>::max() / 64, 1));
}
