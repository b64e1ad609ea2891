// SPDX-License-Identifier: MIT
// Training for ranking, by default in the shape of MovieLens 10M: seconds, and the most memory by the operating
// system's account.
// usage: benchmark_closed_form [FACTORS [THREADS [USERS ITEMS RATINGS]]]
#include <asysvd/data/synthetic.hpp>
#include <asysvd/ranking_model.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "peak_memory.hpp"

int main(int argc, char** argv) {
  asysvd::RankingOptions options;
  if (argc > 1) options.factors = std::atoi(argv[1]);
  if (argc > 2) options.threads = std::atoi(argv[2]);
  auto shape = asysvd::movielens_10m();
  if (argc > 5) {
    shape.users = std::atoll(argv[3]);
    shape.items = std::atoll(argv[4]);
    shape.ratings = std::atoll(argv[5]);
  }
  const auto ratings = asysvd::synthetic(shape).ratings;
  const double before = peak_mib();  // ratings, and what it took to make them: less than training takes
  const auto start = std::chrono::steady_clock::now();
  const auto cpu_start = std::clock();
  const auto model = asysvd::fit_ranking<float>(ratings, options);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  const double cpu_taken = static_cast<double>(std::clock() - cpu_start) / CLOCKS_PER_SEC;
  std::printf(
      "%lld x %lld, k=%d, %d threads: %.1f s, of all threads %.1f s of CPU time; peak %.0f MiB, before training %.0f "
      "MiB; norm of q %.9g\n",
      static_cast<long long>(shape.users), static_cast<long long>(shape.items), options.factors, options.threads,
      taken.count(), cpu_taken, peak_mib(), before, static_cast<double>(model.parameters().q.matrix().norm()));
}
