// SPDX-License-Identifier: MIT
/// \file
/// Ratings put together.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <utility>
#include <vector>

#include <asysvd/detail/sort_rows.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/sparse_matrix.hpp>

namespace asysvd {
inline namespace v0_1 {

/// The ratings of both matrices, which belong to the same users and items; where both have one, that of `more`. As
/// large as the larger of each; `SparseMatrixView::implicit()` is that of both as well. O(n) if no user has ratings in
/// both, n being the number of ratings, and O(n log(longest row)) otherwise; memory beyond the result: 8 bytes for each
/// rating that both have, and up to 16 for each of the longest row. Throws `std::invalid_argument` if an item is not
/// below the number of items, or a rating not finite.
template <std::floating_point Scalar>
[[nodiscard]] SparseMatrix<Scalar> join(const SparseMatrixView<Scalar>& ratings, const SparseMatrixView<Scalar>& more) {
  const Size users = std::max(ratings.rows(), more.rows());
  const auto count = static_cast<std::size_t>(ratings.nonzeros() + more.nonzeros());
  std::vector<Size> offsets{0};
  std::vector<Index> items;
  std::vector<Scalar> values;
  offsets.reserve(static_cast<std::size_t>(users) + 1);
  items.reserve(count);
  values.reserve(count);
  for (Size user = 0; user < users; ++user) {
    for (const auto* part : {&ratings, &more}) {
      if (user >= part->rows()) continue;
      const auto row = part->row(user);
      items.insert(items.end(), row.items.begin(), row.items.end());
      values.insert(values.end(), row.ratings.begin(), row.ratings.end());
    }
    offsets.push_back(static_cast<Size>(items.size()));
  }
  detail::sort_rows(offsets, items, values);
  const SparseMatrix<Scalar> both(std::max(ratings.cols(), more.cols()), std::move(offsets), std::move(items),
                                  std::move(values));
  const auto* const seen = ratings.implicit();
  const auto* const seen_more = more.implicit();
  if (seen != nullptr && seen_more != nullptr) return both.with_implicit(join(*seen, *seen_more));
  if (seen != nullptr) return both.with_implicit(*seen);
  return seen_more != nullptr ? both.with_implicit(*seen_more) : both;
}

}  // namespace v0_1
}  // namespace asysvd
