// SPDX-License-Identifier: MIT
/// \file
/// Ratings put together.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <vector>

#include <asysvd/profile.hpp>
#include <asysvd/sparse_matrix.hpp>

namespace asysvd {
inline namespace v0_1 {

/// The ratings of both matrices, which belong to the same users and items; where both have one, that of `more`. As
/// large as the larger of each; `SparseMatrixView::implicit()` is that of both as well. O(n) if no user has ratings in
/// both, n being the number of ratings, and O(n log(longest row)) otherwise; memory: 12 bytes a rating beyond the
/// result.
template <std::floating_point Scalar>
[[nodiscard]] SparseMatrix<Scalar> join(const SparseMatrixView<Scalar>& ratings, const SparseMatrixView<Scalar>& more) {
  const Size users = std::max(ratings.rows(), more.rows());
  std::vector<Rating<Scalar>> triplets;
  triplets.reserve(static_cast<std::size_t>(ratings.nonzeros() + more.nonzeros()));
  for (Size user = 0; user < users; ++user) {
    for (const auto* part : {&ratings, &more}) {
      if (user >= part->rows()) continue;
      const auto row = part->row(user);
      for (std::size_t t = 0; t < row.items.size(); ++t) {
        triplets.push_back({static_cast<Index>(user), row.items[t], row.ratings[t]});
      }
    }
  }
  const auto both = SparseMatrix<Scalar>::from_triplets(users, std::max(ratings.cols(), more.cols()), triplets);
  const auto* const seen = ratings.implicit();
  const auto* const seen_more = more.implicit();
  if (seen != nullptr && seen_more != nullptr) return both.with_implicit(join(*seen, *seen_more));
  if (seen != nullptr) return both.with_implicit(*seen);
  return seen_more != nullptr ? both.with_implicit(*seen_more) : both;
}

}  // namespace v0_1
}  // namespace asysvd
