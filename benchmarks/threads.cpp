// SPDX-License-Identifier: MIT
// A fit on several threads to the same fit on one, by the clock, in the shape of MovieLens 10M: medians of repetitions
// that take turns. Fails if the models are not the same. usage: benchmark_threads [THREADS [FACTORS [REPETITIONS]]]
#include <asysvd/data/synthetic.hpp>
#include <asysvd/model.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

using namespace asysvd;

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const auto number = [&](int place, int otherwise) { return argc > place ? std::atoi(argv[place]) : otherwise; };
  const int threads = number(1, 2);
  const Options options{.factors = number(2, 32), .epochs = 6};
  const int repetitions = number(3, 5);
  const auto ratings = synthetic(movielens_10m()).ratings;
  std::vector<double> alone, together;
  AsySVD<float> one(options), several(options);
  const auto seconds_of = [&](AsySVD<float>& model, int count) {
    const auto start = std::chrono::steady_clock::now();
    model.fit(ratings, {.threads = count});
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    alone.push_back(seconds_of(one, 1));
    together.push_back(seconds_of(several, threads));
    if (one.parameters().q.matrix() != several.parameters().q.matrix()) return EXIT_FAILURE;
  }
  std::printf(
      "k=%d, %d members, %d epochs: %.2f s on one thread, %.2f s on %d: %.2f times; RMSE %.4f, the same model\n",
      options.factors, options.member_count(), options.epochs, median(alone), median(together), threads,
      median(alone) / median(together), one.report().epochs.back().train_rmse);
}
