// SPDX-License-Identifier: MIT
// One member in two shards, on two threads, to the same in one: the test RMSE after so many epochs, mean over holdouts
// of a tenth, and how many times faster the epochs are. usage: benchmark_shards RATINGS [FACTORS [HOLDOUTS
// [EPOCHS...]]], where RATINGS is a file, 1m, 10m, or USERSxITEMSxRATINGS of the form of 10m.
#include <asysvd/data/reader.hpp>
#include <asysvd/data/split.hpp>
#include <asysvd/data/synthetic.hpp>
#include <asysvd/evaluate/rating_error.hpp>
#include <asysvd/model.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using namespace asysvd;

SparseMatrix<float> ratings_of(const std::string& what) {
  long users = 0, items = 0, count = 0;
  if (what == "1m") return synthetic(movielens_1m()).ratings;
  if (std::sscanf(what.c_str(), "%ldx%ldx%ld", &users, &items, &count) == 3) {
    auto shape = movielens_10m();
    shape.users = users;
    shape.items = items;
    shape.ratings = count;
    shape.max_per_user = std::min(shape.max_per_user, items / 2);
    return synthetic(shape).ratings;
  }
  return what == "10m" ? synthetic(movielens_10m()).ratings : read_ratings<float>(what).ratings;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return EXIT_FAILURE;
  const auto number = [&](int place, int otherwise) { return argc > place ? std::atoi(argv[place]) : otherwise; };
  const auto ratings = ratings_of(argv[1]);
  const int factors = number(2, 32), holdouts = number(3, 3);
  std::vector<int> epochs;
  for (int place = 4; place < argc; ++place) epochs.push_back(number(place, 0));
  if (epochs.empty()) epochs = {3, 5, 10, 20, 40};
  std::printf("k=%d, %d holdouts: epochs, test RMSE of one shard, of two less that, times faster\n", factors, holdouts);
  for (const int count : epochs) {
    double one_error = 0, difference = 0, one_time = 0, two_time = 0;
    for (int holdout_number = 1; holdout_number <= holdouts; ++holdout_number) {
      const auto seed = static_cast<std::uint64_t>(holdout_number);
      const auto [train, test] = holdout<float>(ratings, 0.1, 41 + seed);
      const Options options{.factors = factors, .epochs = count, .members = 1, .seed = seed};
      AsySVD<float> one(options), two(options);
      one_time += one.fit(train).seconds();
      two_time += two.fit(train, {.threads = 2, .shards = 2}).seconds();
      const double error = rating_error(one, train, test).rmse;
      one_error += error / holdouts;
      difference += (rating_error(two, train, test).rmse - error) / holdouts;
    }
    std::printf("  %d: %.4f, %+.4f, %.2f\n", count, one_error, difference, one_time / two_time);
    std::fflush(stdout);
  }
}
