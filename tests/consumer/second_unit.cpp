// SPDX-License-Identifier: MIT
// The same headers again: a definition that is not inline would be a second one to the linker.
#include <asysvd/data/reader.hpp>
#include <asysvd/evaluate/ranking.hpp>
#include <asysvd/evaluate/rating_error.hpp>
#include <asysvd/model.hpp>

float predicted_elsewhere(const asysvd::SparseMatrix<float>& ratings) {
  asysvd::AsySVD<float> model({.factors = 4, .epochs = 5});
  model.fit(ratings);
  return model.predict(0, 2);
}
