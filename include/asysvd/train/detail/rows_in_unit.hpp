// SPDX-License-Identifier: MIT
/// \file
/// Ratings divided by the unit that they are learned in, a user at a time.
#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <vector>

#include <asysvd/profile.hpp>
#include <asysvd/sparse_matrix_view.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// The rows of ratings that are borrowed, in a unit. What is divided are the ratings of one user at a time: a copy of
/// all of them would be as large as what was mapped because it is too large for memory.
template <std::floating_point Scalar>
class RowsInUnit {
 public:
  /// Allocates for the longest row, unless the unit is 1.
  RowsInUnit(const SparseMatrixView<Scalar>& ratings, Scalar unit)
      : ratings_(ratings), unit_(unit), scaled_(unit == 1 ? 0 : static_cast<std::size_t>(ratings.longest_row())) {}

  /// The ratings of `user`, until the next call. O(n).
  [[nodiscard]] ProfileView<Scalar> row(Size user) {
    auto profile = ratings_.row(user);
    if (unit_ == 1) return profile;
    for (std::size_t t = 0; t < profile.ratings.size(); ++t) scaled_[t] = profile.ratings[t] / unit_;
    profile.ratings = std::span(scaled_).first(profile.ratings.size());
    return profile;
  }

 private:
  const SparseMatrixView<Scalar>& ratings_;
  Scalar unit_;
  std::vector<Scalar> scaled_;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
