// SPDX-License-Identifier: MIT
// The most memory that a fit holds beyond the ratings and the factors, by the operating system's account.
// usage: benchmark_memory [FACTORS]
#include <asysvd/data/synthetic.hpp>
#include <asysvd/model.hpp>

#include <cstdio>
#include <cstdlib>

#include "peak_memory.hpp"

int main(int argc, char** argv) {
  const int factors = argc > 1 ? std::atoi(argv[1]) : 32;
  const auto ratings = asysvd::synthetic(asysvd::movielens_10m()).ratings;
  const double before = peak_mib();  // ratings, and what it took to make them: less than a fit takes
  asysvd::AsySVD<float> model({.factors = factors, .epochs = 2});
  const auto report = model.fit(ratings);
  const double after = peak_mib();
  const auto& p = model.parameters();
  const double own =
      static_cast<double>((p.q.rows() + p.x.rows() + p.y.rows()) * p.q.stride()) * sizeof(float) / 0x1p20;
  std::printf(
      "k=%d: ratings %.1f MiB, factors of items %.1f MiB; peak %.1f MiB before the fit, %.1f MiB after it; "
      "beyond ratings and factors at most %.1f MiB; RMSE %.4f\n",
      factors, static_cast<double>(ratings.nonzeros()) * 8 / 0x1p20, own, before, after, after - before - own,
      report.epochs.back().train_rmse);
}
