// SPDX-License-Identifier: MIT
// The library as another project uses it: no option, no macro, two translation units. It learns with loops of one
// width, so that it soon compiles.
#include <asysvd/model.hpp>

#include <cstdio>
#include <vector>

double mean_elsewhere(const asysvd::SparseMatrix<float>& ratings);

int main() {
  const std::vector<asysvd::Rating<float>> triplets{{0, 0, 5}, {0, 1, 1}, {1, 0, 4}, {1, 2, 2}, {2, 1, 5}};
  const auto ratings = asysvd::SparseMatrix<float>::from_triplets(3, 3, triplets);
  asysvd::AsySVD<float, asysvd::Sequential, asysvd::ImplicitFeedback, 4> model({.epochs = 5});
  model.fit(ratings);
  std::printf("%g\n", static_cast<double>(model.predict(0, 2)));
  return mean_elsewhere(ratings) == 3.4 ? 0 : 1;
}
