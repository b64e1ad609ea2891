// SPDX-License-Identifier: MIT
// Epochs on generated ratings in the shape of the Netflix Prize, 100 million of them, with leave-one-out on two
// threads: seconds by the clock and of CPU time, errors, and the most memory by the operating system's account. With a
// file, the ratings are mapped from it and not held in memory; it is made if there is none. A rating unit of 0 is
// found. usage: benchmark_netflix [FACTORS [MEMBERS [EPOCHS [RATING_UNIT [FILE]]]]]
#include <asysvd/data/synthetic.hpp>
#include <asysvd/io/ratings.hpp>
#include <asysvd/model.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>

#include "peak_memory.hpp"

namespace {

using namespace asysvd;

IdMap ids_up_to(Size count) {
  IdMap ids;
  for (std::int64_t id = 1; id <= count; ++id) ids.insert(id);
  return ids;
}

SparseMatrix<float> ratings_of(const std::filesystem::path& path) {
  const auto make = [] { return synthetic(netflix()).ratings; };
  if (path.empty()) return make();
  if (!std::filesystem::exists(path)) {
    const auto ratings = make();
    save_ratings<float>({ratings, ids_up_to(ratings.rows()), ids_up_to(ratings.cols()), {}}, path);
  }
  return load_ratings<float>(path).ratings;
}

}  // namespace

int main(int argc, char** argv) {
  const auto number = [&](int place, double otherwise) { return argc > place ? std::atof(argv[place]) : otherwise; };
  Options options;
  options.factors = static_cast<int>(number(1, 100));
  options.members = static_cast<int>(number(2, options.members));
  options.epochs = static_cast<int>(number(3, 3));
  options.rating_unit = number(4, options.rating_unit);
  const auto ratings = ratings_of(argc > 5 ? argv[5] : "");
  const double before = peak_mib();
  const auto cpu = [] { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; };
  double began = cpu();
  std::printf("k=%d, %d members: peak %.0f MiB before the fit\n", options.factors, options.member_count(), before);
  AsySVD<float> model(options);
  model.fit(ratings, {.threads = 2}, [&](const Progress& progress) {
    std::printf("epoch %d: %.1f s, of all threads %.1f s of CPU time; RMSE %.4f\n", progress.epoch.epoch,
                progress.epoch.seconds, cpu() - began, progress.epoch.train_rmse);
    std::fflush(stdout);
    began = cpu();
  });
  std::printf("peak %.0f MiB\n", peak_mib());
}
