// SPDX-License-Identifier: MIT
// A fit on several threads to the same fit on one, by the clock, in the shape of MovieLens 10M: medians of repetitions
// that take turns, of the whole fit and of its epochs alone. The members of an ensemble side by side, and a single
// member in two shards, whose error is held against that without shards. What the machine allows is what several fits
// do, each on a thread and with a model of its own. Fails where the number of threads changes a model. usage:
// benchmark_threads [THREADS [FACTORS [REPETITIONS [EPOCHS]]]]
#include <asysvd/data/split.hpp>
#include <asysvd/data/synthetic.hpp>
#include <asysvd/evaluate/rating_error.hpp>
#include <asysvd/model.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace asysvd;

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

/// Seconds of fits.
class Times {
 public:
  /// `fit()` gives its report.
  void add(const auto& fit) {
    const auto start = std::chrono::steady_clock::now();
    const FitReport report = fit();
    whole_.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    epochs_.push_back(report.seconds());
  }
  [[nodiscard]] double whole() const { return median(whole_); }
  [[nodiscard]] double epochs() const { return median(epochs_); }

 private:
  std::vector<double> whole_, epochs_;
};

bool same_model(const AsySVD<float>& a, const AsySVD<float>& b) {
  return a.parameters().q.matrix() == b.parameters().q.matrix();
}

}  // namespace

int main(int argc, char** argv) {
  const auto number = [&](int place, int otherwise) { return argc > place ? std::atoi(argv[place]) : otherwise; };
  const int threads = number(1, 2);
  const Options options{.factors = number(2, 32), .epochs = number(4, 6)};
  const Options single{.factors = options.factors, .epochs = options.epochs, .members = 1};
  const int repetitions = number(3, 5);
  const auto parts = holdout<float>(synthetic(movielens_10m()).ratings, 0.1, 42);
  const SparseMatrix<float>&ratings = parts.train, &test = parts.test;

  AsySVD<float> one(options), side_by_side(options), alone(single), in_shards(single), of_shards(single);
  std::vector<AsySVD<float>> apart(static_cast<std::size_t>(threads), alone);
  Times one_time, side_by_side_time, alone_time, in_shards_time, apart_time;
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    one_time.add([&] { return one.fit(ratings); });
    side_by_side_time.add([&] { return side_by_side.fit(ratings, {.threads = threads}); });
    alone_time.add([&] { return alone.fit(ratings); });
    in_shards_time.add([&] { return in_shards.fit(ratings, {.threads = threads, .shards = 2}); });
    apart_time.add([&] {
      std::vector<std::thread> fits;
      for (auto& model : apart) fits.emplace_back([&] { model.fit(ratings); });
      for (auto& fit : fits) fit.join();
      return apart.front().report();
    });
  }
  of_shards.fit(ratings, {.shards = 2});
  if (!same_model(one, side_by_side) || !same_model(in_shards, of_shards)) return EXIT_FAILURE;

  const auto error = [&](const auto& model) { return rating_error(model, ratings, test).rmse; };
  std::printf("k=%d, %d epochs, %d threads to one: seconds, how many times faster, of the epochs alone; test RMSE\n",
              options.factors, options.epochs, threads);
  const auto row = [&](const char* what, const Times& before, const Times& after) {
    std::printf("  %s: %.2f to %.2f s, %.2f times, %.2f", what, before.whole(), after.whole(),
                before.whole() / after.whole(), before.epochs() / after.epochs());
  };
  row((std::to_string(options.member_count()) + " members side by side").c_str(), one_time, side_by_side_time);
  std::printf("; %.4f\n", error(one));
  row("one member in two shards", alone_time, in_shards_time);
  std::printf("; %.4f to %.4f\n", error(alone), error(in_shards));
  std::printf("  as many fits at the same time: %.2f times, %.2f\n", threads * alone_time.whole() / apart_time.whole(),
              threads * alone_time.epochs() / apart_time.epochs());
}
