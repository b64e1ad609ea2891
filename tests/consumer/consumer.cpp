// SPDX-License-Identifier: MIT
// The library as another project uses it: no option, no macro, two translation units.
#include <asysvd/model.hpp>

#include <cstdio>
#include <vector>

float predicted_elsewhere(const asysvd::SparseMatrix<float>& ratings);

int main() {
  const std::vector<asysvd::Rating<float>> triplets{{0, 0, 5}, {0, 1, 1}, {1, 0, 4}, {1, 2, 2}, {2, 1, 5}};
  const auto ratings = asysvd::SparseMatrix<float>::from_triplets(3, 3, triplets);
  asysvd::AsySVD<float> model({.factors = 4, .epochs = 5});
  model.fit(ratings);
  const float here = model.predict(0, 2);
  std::printf("%g\n", here);
  return here == predicted_elsewhere(ratings) ? 0 : 1;
}
