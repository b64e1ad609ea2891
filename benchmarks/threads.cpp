// SPDX-License-Identifier: MIT
// A fit on several threads to the same fit on one, by the clock, in the shape of MovieLens 10M: medians of repetitions
// that take turns. The members of an ensemble side by side, to the same bits, or it fails; and a single member that all
// threads learn, asynchronously. What the machine allows is what several fits do, each on a thread and data of its own.
// usage: benchmark_threads [THREADS [FACTORS [REPETITIONS]]]
#include <asysvd/data/split.hpp>
#include <asysvd/data/synthetic.hpp>
#include <asysvd/evaluate/rating_error.hpp>
#include <asysvd/model.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

namespace {

using namespace asysvd;

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

double seconds_of(const auto& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main(int argc, char** argv) {
  const auto number = [&](int place, int otherwise) { return argc > place ? std::atoi(argv[place]) : otherwise; };
  const int threads = number(1, 2);
  const Options options{.factors = number(2, 32), .epochs = 6};
  const Options single{.factors = options.factors, .epochs = 6, .members = 1};
  const int repetitions = number(3, 5);
  const auto parts = holdout<float>(synthetic(movielens_10m()).ratings, 0.1, 42);
  const SparseMatrix<float>&ratings = parts.train, &test = parts.test;

  AsySVD<float> one(options), side_by_side(options), alone(single), shared(single);
  std::vector<AsySVD<float>> apart(static_cast<std::size_t>(threads), alone);
  std::vector<double> one_time, side_by_side_time, alone_time, shared_time, apart_time;
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    one_time.push_back(seconds_of([&] { one.fit(ratings); }));
    side_by_side_time.push_back(seconds_of([&] { side_by_side.fit(ratings, {.threads = threads}); }));
    if (one.parameters().q.matrix() != side_by_side.parameters().q.matrix()) return EXIT_FAILURE;
    alone_time.push_back(seconds_of([&] { alone.fit(ratings); }));
    shared_time.push_back(
        seconds_of([&] { shared.fit(ratings, {.threads = threads, .threading = Threading::asynchronous}); }));
    apart_time.push_back(seconds_of([&] {
      std::vector<std::thread> fits;
      for (auto& model : apart) fits.emplace_back([&] { model.fit(ratings); });
      for (auto& fit : fits) fit.join();
    }));
  }
  const auto error = [&](const auto& model) { return rating_error(model, ratings, test).rmse; };
  const double before = median(one_time), lone = median(alone_time);
  std::printf("k=%d, %d epochs, %d threads to one, and the test RMSE with several and with one\n", options.factors,
              options.epochs, threads);
  std::printf("  %d members side by side, the same model: %.2f s to %.2f s, %.2f times, RMSE %.4f\n",
              options.member_count(), median(side_by_side_time), before, before / median(side_by_side_time),
              error(one));
  std::printf("  one member, asynchronous: %.2f s to %.2f s, %.2f times, RMSE %.4f to %.4f\n", median(shared_time),
              lone, lone / median(shared_time), error(shared), error(alone));
  std::printf("  as many fits at the same time, which have nothing in common but the machine: %.2f times\n",
              threads * lone / median(apart_time));
}
