// SPDX-License-Identifier: MIT
#include <asysvd/io/ratings.hpp>
#include <asysvd/version.hpp>

#include <cstdio>

int main() {
  const auto ratings = asysvd::SparseMatrix<float>::from_triplets(1, 1, std::vector<asysvd::Rating<float>>{{0, 0, 5}});
  std::printf("%d.%d.%d\n", ASYSVD_VERSION_MAJOR, ASYSVD_VERSION_MINOR, ASYSVD_VERSION_PATCH);
  return ratings.nonzeros() == 1 ? 0 : 1;
}
