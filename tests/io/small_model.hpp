// SPDX-License-Identifier: MIT
// Models small enough to look at every byte of their files.
#pragma once

#include <asysvd/model.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "random_ratings.hpp"

namespace asysvd::test {

template <class Scalar, class Feedback>
using Model = AsySVD<Scalar, ByUser, Feedback>;

/// Most options are not at their defaults.
template <class Scalar, class Feedback>
Model<Scalar, Feedback> fitted(const SparseMatrix<Scalar>& ratings) {
  Options options{.factors = 5, .epochs = 3, .learning_rate = 0.013};
  options.schedule = Schedule::cosine(0.25);
  options.initialization = Initialization::uniform(-0.3, 0.4);
  options.shrink = Shrink::per_sample;
  options.seed = 18446744073709551615u;
  Model<Scalar, Feedback> model(options);
  model.fit(ratings);
  return model;
}

inline std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace asysvd::test
