// SPDX-License-Identifier: MIT
// A model of MovieLens-10M's shape in a file, k=64, with its ids: saved and loaded beside a plain copy of the same
// bytes, out of memory into a file that takes its place once it is on the disk, and out of the file into memory. The
// file is in the system's cache. And what a service waits for that starts anew: loading, and a list for somebody new.
#include <asysvd/io/safetensors.hpp>

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace {

using namespace asysvd;

constexpr Index users = 69'878, items = 10'681;

IdMap ids_up_to(Index count) {
  IdMap ids;
  for (Index i = 1; i <= count; ++i) ids.insert(std::int64_t{i});
  return ids;
}

Parameters<float> drawn_parameters() {
  Random random(5);
  const auto draw = [&] { return static_cast<float>(random.normal()); };
  Parameters<float> p;
  for (auto* factors : {&p.q, &p.x, &p.y}) {
    *factors = FactorMatrix<float>(items, 64);
    for (Size item = 0; item < items; ++item) std::ranges::generate(factors->row(item), draw);
  }
  p.user_bias.resize(users);
  for (auto* biases : {&p.item_bias, &p.item_baseline}) biases->resize(items);
  for (auto* biases : {&p.user_bias, &p.item_bias, &p.item_baseline}) std::ranges::generate(*biases, draw);
  p.min_rating = 1;
  p.max_rating = 5;
  return p;
}

/// A model and its file, which goes when the program ends.
struct Saved {
  Saved() : path(std::filesystem::temp_directory_path() / "asysvd-benchmark-model.safetensors") {
    save(model, path, user_ids, item_ids);
    size = std::filesystem::file_size(path);
  }
  Saved(const Saved&) = delete;
  Saved& operator=(const Saved&) = delete;
  ~Saved() { std::filesystem::remove(path); }

  AsySVD<float> model = AsySVD<float>::restore({}, drawn_parameters());
  IdMap user_ids = ids_up_to(users), item_ids = ids_up_to(items);
  std::filesystem::path path;
  std::size_t size = 0;
};

const Saved& saved() {
  static const Saved all;
  return all;
}

void count_bytes(benchmark::State& state) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(saved().size));
}

/// The bytes of the file, into memory that is had anew, as a loaded model's is.
std::unique_ptr<char[]> plainly_read(benchmark::State& state) {
  auto bytes = std::make_unique_for_overwrite<char[]>(saved().size);
  const int file = ::open(saved().path.c_str(), O_RDONLY | O_CLOEXEC);
  const auto count = ::read(file, bytes.get(), saved().size);
  if (count != static_cast<ssize_t>(saved().size)) state.SkipWithError("not all bytes were read");
  ::close(file);
  benchmark::DoNotOptimize(bytes.get());
  return bytes;
}

void plain_read(benchmark::State& state) {
  for (auto unused : state) plainly_read(state);
  count_bytes(state);
}

void load_with_ids_from_file(benchmark::State& state) {
  for (auto unused : state) benchmark::DoNotOptimize(load_with_ids<AsySVD<float>>(saved().path));
  count_bytes(state);
}

void plain_write(benchmark::State& state) {
  const auto bytes = plainly_read(state);
  const std::string target = saved().path.string() + ".copy", temporary = target + ".tmp";
  for (auto unused : state) {
    const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    const auto count = ::write(file, bytes.get(), saved().size);
    if (count != static_cast<ssize_t>(saved().size) || ::fsync(file) != 0) state.SkipWithError("not all was written");
    ::close(file);
    if (std::rename(temporary.c_str(), target.c_str()) != 0) state.SkipWithError("the file was not renamed");
    const int folder = ::open(saved().path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ::fsync(folder);
    ::close(folder);
  }
  std::filesystem::remove(target);
  count_bytes(state);
}

void save_with_ids_to_file(benchmark::State& state) {
  const std::string target = saved().path.string() + ".again";
  for (auto unused : state) save(saved().model, target, saved().user_ids, saved().item_ids);
  std::filesystem::remove(target);
  count_bytes(state);
}

void load_and_recommend(benchmark::State& state) {
  Profile<float> somebody;
  for (Index t = 0; t < 50; ++t) somebody.set(t * 200, float(1 + t % 5));
  for (auto unused : state) {
    const auto model = load<AsySVD<float>>(saved().path);
    benchmark::DoNotOptimize(model.recommend(somebody, {.count = 10}));
  }
}

BENCHMARK(plain_write)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(save_with_ids_to_file)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(plain_read)->Unit(benchmark::kMillisecond);
BENCHMARK(load_with_ids_from_file)->Unit(benchmark::kMillisecond);
BENCHMARK(load_and_recommend)->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 1 << 17);  // as in a program that has just begun, memory is had anew each time
#endif
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
