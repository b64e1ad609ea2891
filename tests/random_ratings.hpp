// SPDX-License-Identifier: MIT
// Small random matrices for tests.
#pragma once

#include <asysvd/random.hpp>
#include <asysvd/sparse_matrix.hpp>

#include <vector>

namespace asysvd::test {

/// Whole stars from 1 to 5; user 0 rated nothing, user 1 rated everything, nobody rated the last item, and every other
/// user has 0 to `most` ratings.
template <class Scalar>
SparseMatrix<Scalar> random_ratings(Index users, Index items, std::uint32_t most, std::uint64_t seed) {
  Random random(seed);
  std::vector<Rating<Scalar>> triplets;
  for (Index user = 1; user < users; ++user) {
    for (Index item = 0; user == 1 && item + 1 < items; ++item) triplets.push_back({user, item, Scalar(3)});
    for (std::uint32_t count = random.below(most + 1); count > 0; --count) {
      const auto item = static_cast<Index>(random.below(static_cast<std::uint32_t>(items - 1)));
      triplets.push_back({user, item, static_cast<Scalar>(1 + random.below(5u))});
    }
  }
  return SparseMatrix<Scalar>::from_triplets(users, items, triplets);
}

}  // namespace asysvd::test
