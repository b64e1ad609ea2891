// SPDX-License-Identifier: MIT
// How good a set of options is, and a better one: cross-validation, and a search.
#include <asysvd/data/split.hpp>
#include <asysvd/data/synthetic.hpp>
#include <asysvd/evaluate/cross_validation.hpp>
#include <asysvd/evaluate/tuning.hpp>
#include <asysvd/model.hpp>

#include <cstdio>

using namespace asysvd;

// A model whose type fixes k. With AsySVD<float>, the search tries other numbers of factors as well.
using Model = AsySVD<float, ByUser, FullFeedback, 8>;

int main() {
  const auto data = synthetic({.users = 500, .items = 300, .ratings = 25'000, .max_per_user = 250, .noise = 0.5});

  const auto validated = [&](const Options& options) {
    return cross_validate(KFolds<float>(data.ratings, 5, 42),
                          [&](const auto& train, int) {
                            Model model(options);
                            model.fit(train);
                            return model;
                          })
        .rmse();
  };
  const Options start{.epochs = 8, .learning_rate = 0.001};  // far too slow, as the search will find
  const auto before = validated(start);
  std::printf("RMSE %.4f ± %.4f over five folds\n", before.mean, before.deviation);

  // In earnest a minute or more. What the observer is shown can be kept, and given to a search that goes on.
  const auto make = [](const Options& options) { return Model(options); };
  double least = 2;
  const auto show = [&](const Trial& trial) {
    if (trial.rmse >= least) return;
    least = trial.rmse;
    std::printf("  learning rate %-8g RMSE %.4f after %d epochs\n", trial.options.learning_rate, trial.rmse,
                trial.options.epochs);
  };
  const Trial best = tune<float>(data.ratings, start, {.seconds = 1, .folds = 1, .epochs = 8}, make, show);

  const auto after = validated(best.options);
  std::printf("RMSE %.4f ± %.4f with what was found\n", after.mean, after.deviation);
  return after.mean < before.mean ? 0 : 1;
}
