// SPDX-License-Identifier: MIT
// Learning to rank by descent: what was rated towards 1, items drawn beside it towards 0, and the best epoch chosen by
// a metric of rankings.
#include <asysvd/data/split.hpp>
#include <asysvd/data/synthetic.hpp>
#include <asysvd/evaluate/ranking.hpp>
#include <asysvd/model.hpp>

#include <cstdio>

int main() {
  const auto data = asysvd::synthetic(asysvd::movielens_100k());
  const auto split = asysvd::holdout<float>(data.ratings, 0.2, 42);
  const auto ndcg = [](const auto& model, const auto& test) {
    return asysvd::ranking(model, model.ratings(), test, {10}).at[0].ndcg;
  };
  const asysvd::Options options{.factors = 16, .epochs = 20, .members = 1};

  asysvd::AsySVD<float> of_ratings(options);
  of_ratings.fit(split.train);

  asysvd::AsySVD<float, asysvd::WithNegatives> model(options, {.quota = 10});
  const auto report = model.fit(split.train, {.validation_fraction = 0.1, .patience = 5, .refit = true},
                                asysvd::Unobserved{}, asysvd::maximize(ndcg));
  std::printf("NDCG@10 %.3f after %d epochs; of the same model of ratings %.3f\n", ndcg(model, split.test),
              report.best_epoch, ndcg(of_ratings, split.test));

  const asysvd::Profile<float> somebody{{12, 5.0f}, {40, 2.5f}};
  for (const auto& [item, score] : model.recommend(somebody, {.count = 3})) {
    std::printf("item %d, score %.3f\n", static_cast<int>(item), static_cast<double>(score));
  }
}
