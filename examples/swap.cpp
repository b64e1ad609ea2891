// SPDX-License-Identifier: MIT
// A model that learns on while threads recommend from it: what it has learned takes the place of what is served, and no
// request waits for it.
#include <asysvd/data/synthetic.hpp>
#include <asysvd/model.hpp>

#include <atomic>
#include <cstdio>
#include <memory>
#include <thread>
#include <vector>

#include "service/current.hpp"

int main() {
  const auto data = asysvd::synthetic(asysvd::movielens_100k());
  using Model = asysvd::AsySVD<float>;
  Model model({.factors = 20, .epochs = 1});
  model.fit(data.ratings);
  Current<Model> served(std::make_shared<Model>(model));

  std::atomic<bool> done = false;
  std::atomic<int> answers = 0, wrong = 0;
  const auto recommend = [&](asysvd::Index user) {
    while (!done) {
      const auto mine = served.get();  // the same one to the end of the request
      for (const auto& [item, score] : mine->recommend(user, {.count = 3})) {
        ++(mine->explain(user, item).prediction == score ? answers : wrong);  // were it of parts of two models
      }
    }
  };
  std::vector<std::thread> threads;
  for (const asysvd::Index user : {1, 2, 3, 4}) threads.emplace_back(recommend, user);

  for (int epoch = 2; epoch <= 6; ++epoch) {
    const auto report = model.resume(data.ratings, 1);
    served.set(std::make_shared<Model>(model));  // a copy, since the model goes on
    std::printf("%d epochs learned, error %.3f; %d answers so far\n", epoch, report.epochs.back().train_rmse,
                answers.load());
  }
  done = true;
  for (auto& thread : threads) thread.join();
  return wrong == 0 ? 0 : 1;
}
