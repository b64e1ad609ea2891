// SPDX-License-Identifier: MIT
#include <asysvd/factor_matrix.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <utility>

using namespace asysvd;

TEST_CASE_TEMPLATE("rows start at multiples of 64 bytes and are filled up with zeros", Scalar, float, double) {
  for (const Size factors : {1, 7, 8, 16, 17, 50, 128}) {
    FactorMatrix<Scalar> matrix(3, factors);
    CHECK(matrix.stride() >= factors);
    const Size unit = static_cast<Size>((factors > FactorMatrix<Scalar>::lanes ? 128 : 64) / sizeof(Scalar));
    CHECK(matrix.stride() - factors < unit);
    CHECK(matrix.stride() % unit == 0);
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

TEST_CASE("copies are independent") {
  FactorMatrix<float> a(2, 3);
  auto b = a;
  b.row(1)[2] = 5;
  CHECK(a.row(1)[2] == 0);
}

TEST_CASE("what is moved from is empty, and what was taken is whole") {
  FactorMatrix<float> a(3, 5);
  a.row(2)[4] = 7;
  FactorMatrix<float> b(std::move(a));
  CHECK(a.rows() == 0);  // NOLINT(bugprone-use-after-move): what it is then is what is tested
  CHECK(a.factors() == 0);
  CHECK(a.stride() == 0);
  CHECK(b.row(2)[4] == 7);
  a = std::move(b);
  CHECK(b.rows() == 0);  // NOLINT(bugprone-use-after-move)
  CHECK(b.matrix().size() == 0);
  CHECK(a.row(2)[4] == 7);
  auto& itself = a;
  a = std::move(itself);
  CHECK(a.row(2)[4] == 7);
}

TEST_CASE_TEMPLATE("a number that is not finite is found anywhere", Scalar, float, double) {
  using Limits = std::numeric_limits<Scalar>;
  FactorMatrix<Scalar> matrix(2, 20);
  for (Size row = 0; row < 2; ++row) {
    for (Scalar& number : matrix.row(row)) {
      for (const Scalar good : {Limits::max(), Limits::lowest(), Limits::denorm_min(), Scalar(-1)}) {
        number = good;
        CHECK(matrix.all_finite());
      }
      for (const Scalar bad : {Limits::quiet_NaN(), -Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity()}) {
        number = bad;
        CHECK_FALSE(matrix.all_finite());
      }
      number = 0;
    }
  }
  CHECK(FactorMatrix<Scalar>{}.all_finite());
}

TEST_CASE("impossible shapes are refused") {
  CHECK_THROWS_AS(FactorMatrix<float>(-1, 3), std::invalid_argument);
  CHECK_THROWS_AS(FactorMatrix<float>(3, -1), std::invalid_argument);
  CHECK_THROWS_AS(FactorMatrix<float>(std::numeric_limits<Size>::max() / 32, 1), std::length_error);
}

TEST_CASE(
    "a large matrix is zero, copies and moves as a small one does, and begins with a large page if it fills one") {
  for (const Size kib : {1023, 1024, 1536, 2047, 2048, 5000, 5121}) {
    CAPTURE(kib);
    const Size rows = kib * 1024 / 64;  // of 64 bytes
    FactorMatrix<float> matrix(rows, 16);
    const auto address = reinterpret_cast<std::uintptr_t>(matrix.data(0));
    CHECK(address % (kib < 2048 ? 64 : std::uintptr_t{1} << 21) == 0);
    CHECK(matrix.matrix().isZero(0));
    matrix.row(0)[0] = 2;
    matrix.row(rows - 1)[15] = 3;
    auto copy = matrix;
    matrix.row(rows - 1)[15] = 4;
    CHECK(copy.row(0)[0] == 2);
    CHECK(copy.row(rows - 1)[15] == 3);
    const auto moved = std::move(matrix);
    CHECK(moved.row(rows - 1)[15] == 4);
    CHECK(moved.all_finite());
    copy = FactorMatrix<float>(1, 1);
    CHECK(copy.matrix().isZero(0));
  }
}
