// SPDX-License-Identifier: MIT
// What evaluation takes beyond the recommendations that it judges, in the shape of MovieLens 10M: CPU time on one core,
// medians of repetitions that take turns.
// usage: benchmark_evaluation [REPETITIONS]
#include <asysvd/data/split.hpp>
#include <asysvd/data/synthetic.hpp>
#include <asysvd/evaluate/intra_list_diversity.hpp>
#include <asysvd/evaluate/ranking.hpp>
#include <asysvd/model.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <span>
#include <vector>

namespace {

using namespace asysvd;

template <class Work>
double seconds_of(const Work& work) {
  const auto start = std::clock();
  work();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const int repetitions = argc > 1 ? std::atoi(argv[1]) : 5;
  const auto split = holdout_within_users(synthetic(movielens_10m()).ratings, 0.2, 1);
  AsySVD<float> model({.factors = 32, .epochs = 2});
  model.fit(split.train);
  EvaluationOptions all{.auc = true};
  all.intra_list_diversity = [&](std::span<const Index> list) {
    return intra_list_diversity(model.parameters().q.matrix(), list);
  };
  std::vector<double> lists, metrics, with_auc;
  RankingReport report;
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    Size found = 0;
    lists.push_back(seconds_of([&] {
      model.recommend_all({.count = 20}, [&](Index, const auto& list) { found += static_cast<Size>(list.size()); });
    }));
    metrics.push_back(seconds_of([&] { report = ranking(model, split.train, split.test, {5, 10, 20}); }));
    with_auc.push_back(seconds_of([&] { report = ranking(model, split.train, split.test, {5, 10, 20}, all); }));
    if (found != 20 * model.users()) return EXIT_FAILURE;
  }
  const double alone = median(lists);
  std::printf(
      "%lld users judged: recommend_all %.2f s; ranking at 5, 10 and 20 beyond it, to it: %.2f; with AUC and diversity "
      "within lists "
      "%.2f; "
      "AUC %.9f\n",
      static_cast<long long>(report.users), alone, median(metrics) / alone - 1, median(with_auc) / alone - 1,
      report.auc.auc);
}
