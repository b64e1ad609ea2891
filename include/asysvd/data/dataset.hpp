// SPDX-License-Identifier: MIT
/// \file
/// Ratings together with the ids that their file gave to users and items.
#pragma once

#include <concepts>
#include <cstdint>

#include <asysvd/data/id_map.hpp>
#include <asysvd/shared_array.hpp>
#include <asysvd/sparse_matrix.hpp>

namespace asysvd {
inline namespace v0_1 {

/// What a file of ratings holds.
template <std::floating_point Scalar>
struct Dataset {
  SparseMatrix<Scalar> ratings;          ///< `users.size()` × `items.size()`
  IdMap users;                           ///< ids of the rows
  IdMap items;                           ///< ids of the columns
  SharedArray<std::int64_t> timestamps;  ///< beside `ratings.values()`; empty if the file has none
  Size duplicates = 0;                   ///< ratings that were dropped for a later one of the same user and item
};

}  // namespace v0_1
}  // namespace asysvd
