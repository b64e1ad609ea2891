// SPDX-License-Identifier: MIT
// The same headers again: a definition that is not inline would be a second one to the linker.
#include <asysvd/data/reader.hpp>
#include <asysvd/evaluate/ranking.hpp>
#include <asysvd/evaluate/rating_error.hpp>
#include <asysvd/model.hpp>

double mean_elsewhere(const asysvd::SparseMatrix<float>& ratings) {
  double sum = 0;
  for (const float value : ratings.values()) sum += value;
  return sum / static_cast<double>(ratings.nonzeros());
}
