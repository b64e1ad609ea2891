// SPDX-License-Identifier: MIT
/// \file
/// How different the items of one list are, by given features.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <span>

#include <asysvd/detail/check.hpp>
#include <asysvd/profile.hpp>

namespace asysvd {
inline namespace v0_1 {

/// 1 − the mean cosine over all pairs of different places of the list, by `features`, which has a row for each item: an
/// Eigen matrix or map, such as that of a `FactorMatrix` by `matrix()`. An item without features, all 0, has cosine 0
/// with any other. From 0, all alike, to 1 for features that are not negative, otherwise to 1 + 1/(n − 1) for n items.
/// 0 for fewer than 2 items, which have no pair.
///
/// O(n · features), from the sum of the rows at length 1, whose square is n + Σ_{i≠j} cos(i, j). Throws
/// `std::invalid_argument` if an item has no row.
template <class Derived>
[[nodiscard]] double intra_list_diversity(const Eigen::MatrixBase<Derived>& features, std::span<const Index> items) {
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(features.cols());
  double squares = 0;
  for (const Index item : items) {
    detail::require(item >= 0 && item < features.rows(), "intra_list_diversity", "an item", item,
                    "at least 0 and less than the rows of the features");
    const Eigen::VectorXd row = features.row(item).transpose().template cast<double>();
    const double norm = row.stableNorm();
    if (!(norm > 0)) continue;
    sum += row / norm;
    ++squares;
  }
  const auto n = static_cast<double>(items.size());
  return n < 2 ? 0 : 1 - (sum.squaredNorm() - squares) / (n * (n - 1));
}

}  // namespace v0_1
}  // namespace asysvd
