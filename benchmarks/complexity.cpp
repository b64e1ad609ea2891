// SPDX-License-Identifier: MIT
// What an epoch costs by the number of ratings and by the number of factors, with a line through the origin fitted to
// each: CPU time of a second epoch on one thread, by the defaults but for one member.
#include <asysvd/data/synthetic.hpp>
#include <asysvd/model.hpp>

#include <benchmark/benchmark.h>

#include <ctime>

using namespace asysvd;

namespace {

/// As many users as have so many ratings in MovieLens-10M.
SparseMatrix<float> ratings_of(Size count) {
  auto shape = movielens_10m();
  shape.users = shape.users * count / shape.ratings;
  shape.ratings = count;
  return synthetic(shape).ratings;
}

void epochs(benchmark::State& state, const SparseMatrix<float>& ratings, int factors) {
  Options options;
  options.factors = factors;
  options.members = 1;
  options.epochs = 2;
  for (auto unused : state) {
    std::clock_t begin = 0, end = 0;
    AsySVD<float>(options).fit(ratings, {}, [&](const Progress&) {
      begin = end;
      end = std::clock();
    });
    state.SetIterationTime(static_cast<double>(end - begin) / CLOCKS_PER_SEC);
  }
}

void by_ratings(benchmark::State& state) {
  epochs(state, ratings_of(state.range(0)), 32);
  state.SetComplexityN(state.range(0));
}
BENCHMARK(by_ratings)
    ->RangeMultiplier(2)
    ->Range(1 << 20, 1 << 24)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond)
    ->Complexity(benchmark::oN);

void by_factors(benchmark::State& state) {
  static const auto ratings = ratings_of(1 << 21);
  epochs(state, ratings, static_cast<int>(state.range(0)));
  state.SetComplexityN(state.range(0));
}
BENCHMARK(by_factors)
    ->DenseRange(32, 256, 32)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond)
    ->Complexity(benchmark::oN);

}  // namespace

BENCHMARK_MAIN();
