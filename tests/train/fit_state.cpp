// SPDX-License-Identifier: MIT
// What a checkpoint is shown; that fits go on from it to the same bits is in io/checkpoint.
#include <asysvd/train/fit_state.hpp>

#include <asysvd/data/synthetic.hpp>
#include <asysvd/model.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace asysvd;

TEST_CASE("a state tells where descent stands, where it was best, and of the run before it") {
  const auto ratings = synthetic({.users = 300, .items = 60, .ratings = 6000, .max_per_user = 50}).ratings;
  // A few steps that are too large are learned by heart soon: the best epoch is neither the first nor the last.
  AsySVD<float> model({.factors = 6, .epochs = 8, .learning_rate = 0.03, .averaging = 1});
  std::vector<FitState<float>> states;
  const auto report = model.fit(
      ratings,
      {.validation_fraction = 0.2, .refit = true, .checkpoint = [&](const auto& state) { states.push_back(state); }});
  REQUIRE((report.best_epoch >= 2 && report.best_epoch < 8));
  REQUIRE(states.size() == 7 + report.refit.size() - 1);
  for (int place = 0; place < 7; ++place) {
    const auto& state = states[static_cast<std::size_t>(place)];
    CHECK(state.ensemble.epoch == place + 1);
    REQUIRE(state.report.epochs.size() == static_cast<std::size_t>(place) + 1);
    const auto least =
        std::ranges::min_element(state.report.epochs, {}, [](const auto& row) { return *row.validation; });
    CHECK(state.best.epoch == least->epoch);
    CHECK_FALSE(state.first);
  }
  for (std::size_t place = 7; place < states.size(); ++place) {
    const auto& state = states[place];
    CHECK(state.ensemble.epoch == static_cast<int>(place) - 6);
    REQUIRE(state.first);
    CHECK(state.first->epochs.size() == 8);
    CHECK(state.first->best_epoch == report.best_epoch);
  }
}
