// SPDX-License-Identifier: MIT
/// \file
/// A dense matrix of latent factors, one row per item, laid out for the vector units.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <bit>
#include <concepts>
#include <utility>
#include <vector>

#include <asysvd/detail/check.hpp>
#include <asysvd/detail/large_pages.hpp>
#include <asysvd/profile.hpp>

namespace asysvd {
inline namespace v0_1 {

/// rows() × factors() numbers in row-major order. Every row starts at a multiple of 64 bytes and is filled up with
/// zeros to `stride()`: to 64 bytes, or else the next multiple of 128. So whatever the number of factors, a loop over a
/// row runs in whole vectors, of which there are few numbers that it may have; and the zeros change neither a dot
/// product nor themselves under an update.
///
/// A value type. Concurrent reads are safe.
template <std::floating_point ScalarType>
class FactorMatrix {
 public:
  using Scalar = ScalarType;                                                              ///< `float` or `double`
  using RowMap = Eigen::Map<Eigen::Matrix<Scalar, Eigen::Dynamic, 1>, Eigen::Aligned64>;  ///< a row that can be written
  using ConstRowMap = Eigen::Map<const Eigen::Matrix<Scalar, Eigen::Dynamic, 1>, Eigen::Aligned64>;  ///< a row
  /// All rows.
  using ConstMatrixMap = Eigen::Map<const Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>,
                                    Eigen::Aligned64, Eigen::OuterStride<>>;

  /// Numbers in 64 bytes.
  static constexpr Size lanes = 64 / sizeof(Scalar);

  /// `factors` rounded up to whole vectors: none, one, or an even number of 64 bytes.
  [[nodiscard]] static constexpr Size padded(Size factors) noexcept {
    const Size unit = factors <= lanes ? lanes : 2 * lanes;
    return (factors + unit - 1) / unit * unit;
  }

  FactorMatrix() = default;

  /// All zeros. Throws `std::invalid_argument` if a dimension is negative, `std::bad_alloc` or `std::length_error` if
  /// the memory can't be had.
  FactorMatrix(Size rows, Size factors) : rows_(rows), factors_(factors), stride_(padded(factors)) {
    detail::require(rows >= 0, "FactorMatrix", "rows", rows, "at least 0");
    detail::require(factors >= 0, "FactorMatrix", "factors", factors, "at least 0");
    blocks_.resize(static_cast<std::size_t>(rows) * static_cast<std::size_t>(stride_ / lanes));
  }

  /// Copies all numbers.
  FactorMatrix(const FactorMatrix&) = default;
  /// \overload
  FactorMatrix& operator=(const FactorMatrix&) = default;
  /// One that was moved from has no rows and no factors.
  FactorMatrix(FactorMatrix&& other) noexcept
      : rows_(std::exchange(other.rows_, 0)),
        factors_(std::exchange(other.factors_, 0)),
        stride_(std::exchange(other.stride_, 0)),
        blocks_(std::move(other.blocks_)) {}
  /// \overload
  FactorMatrix& operator=(FactorMatrix&& other) noexcept {
    FactorMatrix taken(std::move(other));
    rows_ = taken.rows_;
    factors_ = taken.factors_;
    stride_ = taken.stride_;
    blocks_.swap(taken.blocks_);
    return *this;
  }
  ~FactorMatrix() = default;

  [[nodiscard]] Size rows() const noexcept { return rows_; }        ///< users or items
  [[nodiscard]] Size factors() const noexcept { return factors_; }  ///< k
  [[nodiscard]] Size stride() const noexcept { return stride_; }    ///< numbers from one row to the next

  /// A row without its padding. `row` must lie in [0, rows()): not checked.
  [[nodiscard]] RowMap row(Size row) noexcept { return {data(row), factors_}; }
  /// \overload
  [[nodiscard]] ConstRowMap row(Size row) const noexcept { return {data(row), factors_}; }

  /// The whole matrix without its padding.
  [[nodiscard]] ConstMatrixMap matrix() const noexcept {
    return {data(0), rows_, factors_, Eigen::OuterStride<>(stride())};
  }

  /// The first of the `stride()` numbers of a row.
  [[nodiscard]] Scalar* data(Size row) noexcept { return reinterpret_cast<Scalar*>(blocks_.data()) + row * stride(); }
  /// \overload
  [[nodiscard]] const Scalar* data(Size row) const noexcept {
    return reinterpret_cast<const Scalar*>(blocks_.data()) + row * stride();
  }

  /// Whether every number is finite. O(rows · factors).
  [[nodiscard]] bool all_finite() const noexcept {
    return std::ranges::all_of(blocks_, [](const Block& block) {
      auto all = detail::exponent_and_one(Scalar(0));  // whose highest bit tells, of as many as a vector takes at once
      for (const Scalar value : block.values) all |= detail::exponent_and_one(value);
      return std::countl_zero(all) > 0;
    });
  }

 private:
  struct alignas(64) Block {
    Scalar values[lanes]{};
  };

  Size rows_ = 0;
  Size factors_ = 0;
  Size stride_ = 0;
  std::vector<Block, detail::LargePages<Block>> blocks_;
};

}  // namespace v0_1
}  // namespace asysvd
