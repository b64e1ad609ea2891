// SPDX-License-Identifier: MIT
// Reading a file in the form and the size of MovieLens-10M's ratings.dat, sorted by user and item as that is, and
// opening the same ratings in the converted form.
#include <asysvd/data/reader.hpp>
#include <asysvd/data/synthetic.hpp>
#include <asysvd/io/ratings.hpp>

#include <benchmark/benchmark.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace {

/// Written before the first run, removed after the last.
class RatingsDat {
 public:
  RatingsDat() : path_(std::filesystem::temp_directory_path() / "asysvd-benchmark-ratings.dat") {
    const auto ratings = asysvd::synthetic(asysvd::movielens_10m()).ratings;
    std::ofstream file(path_);
    std::string line;
    long long time = 789'652'009;
    for (asysvd::Size user = 0; user < ratings.rows(); ++user) {
      const auto row = ratings.row(user);
      for (std::size_t t = 0; t < row.items.size(); ++t) {
        time = 789'652'009 + (time * 31 + row.items[t]) % 441'000'000;
        const float rating = row.ratings[t];
        line = std::to_string(user + 1) + "::" + std::to_string(row.items[t] * 6 + 1) +
               "::" + std::to_string(static_cast<int>(rating)) +
               (rating > static_cast<float>(static_cast<int>(rating)) ? ".5" : "") + "::" + std::to_string(time) + '\n';
        file << line;
      }
    }
  }
  RatingsDat(const RatingsDat&) = delete;
  RatingsDat& operator=(const RatingsDat&) = delete;
  ~RatingsDat() { std::filesystem::remove(path_); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

const RatingsDat& ratings_dat() {
  static const RatingsDat file;
  return file;
}

void read_ratings_dat(benchmark::State& state) {
  const asysvd::ReadOptions options{.threads = static_cast<int>(state.range(0))};
  const auto& file = ratings_dat();
  const auto bytes = static_cast<std::int64_t>(std::filesystem::file_size(file.path()));
  for (auto unused : state) {
    const auto data = asysvd::read_ratings<float>(file.path(), options);
    if (data.ratings.nonzeros() != 10'000'054) state.SkipWithError("not all ratings were read");
  }
  state.SetBytesProcessed(state.iterations() * bytes);
}
BENCHMARK(read_ratings_dat)->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

void open_converted(benchmark::State& state) {
  const auto path = std::filesystem::temp_directory_path() / "asysvd-benchmark-ratings.safetensors";
  asysvd::save_ratings(asysvd::read_ratings<float>(ratings_dat().path()), path);
  for (auto unused : state) {
    const auto data = asysvd::load_ratings<float>(path);
    if (data.ratings.nonzeros() != 10'000'054) state.SkipWithError("not all ratings were read");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(std::filesystem::file_size(path)));
  std::filesystem::remove(path);
}
BENCHMARK(open_converted)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
