// SPDX-License-Identifier: MIT
#include <asysvd/io/checkpoint.hpp>
#include <asysvd/model.hpp>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "properties.hpp"
#include "sealed.hpp"

namespace asysvd::fuzz {

namespace {

/// A fit that is the one of the corpus either refuses a state or goes on from it and holds finite numbers.
void go_on(const FitState<float>& state) {
  const std::vector<Rating<float>> triplets{{0, 0, 5}, {0, 1, 1}, {1, 0, 4}, {1, 2, 2}, {2, 1, 5}};
  const auto ratings = SparseMatrix<float>::from_triplets(3, 3, triplets);
  AsySVD<float, Sequential, FullFeedback, 2> model({.epochs = 4});
  try {
    model.fit(ratings, {.from = &state});
    expect(model.parameters().all_finite(), "a model holds finite numbers");
  } catch (const std::invalid_argument&) {
  }
}

void check_checkpoint(std::string_view input) {
  const test::TemporaryFile file(input);
  const auto state = read_or_refused(file, input, [&] { return load_checkpoint<float>(file.path()); });
  if (!state) return;
  const test::TemporaryFile copy(""), again("");
  save_checkpoint(*state, copy.path());
  save_checkpoint(load_checkpoint<float>(copy.path()), again.path());
  expect(content(copy.path()) == content(again.path()), "what is written is read again, to the last byte");
  go_on(*state);
}

}  // namespace

void checkpoint(std::string_view input) {
  check_checkpoint(input);
  check_checkpoint(sealed(input));
}

}  // namespace asysvd::fuzz
