// SPDX-License-Identifier: MIT
// The single header by itself: no other header of the library can be found from here.
#include "asysvd.hpp"

#include <cmath>
#include <vector>

#if __has_include(<asysvd/model.hpp>)
#error "the library is found beside its single header"
#endif

int main() {
  const std::vector<asysvd::Rating<float>> ratings{{0, 0, 5}, {0, 1, 4}, {1, 0, 2}, {1, 2, 5}, {2, 1, 1}};
  asysvd::AsySVD<float> model({.factors = 2, .epochs = 2});
  model.fit(asysvd::SparseMatrix<float>::from_triplets(3, 3, ratings));
  const auto predicted = model.predict(2, 2);
  return std::isfinite(predicted) && predicted >= 1 && predicted <= 5 ? 0 : 1;
}
