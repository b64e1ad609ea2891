// SPDX-License-Identifier: MIT
// Whether two fits went the same way; how long they took is another matter.
#pragma once

#include <asysvd/train/report.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace asysvd::test {

inline void check_same(const std::vector<EpochReport>& a, const std::vector<EpochReport>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t e = 0; e < a.size(); ++e) {
    CHECK(a[e].epoch == b[e].epoch);
    CHECK(a[e].learning_rate == b[e].learning_rate);
    CHECK(a[e].train_rmse == b[e].train_rmse);
    CHECK(a[e].samples == b[e].samples);
    CHECK(a[e].validation.has_value() == b[e].validation.has_value());
    const double x = a[e].validation.value_or(0), y = b[e].validation.value_or(0);
    CHECK((x == y || (std::isnan(x) && std::isnan(y))));
  }
}

inline void check_same(const FitReport& a, const FitReport& b) {
  check_same(a.epochs, b.epochs);
  check_same(a.refit, b.refit);
  CHECK(a.stop_reason == b.stop_reason);
  CHECK(a.best_epoch == b.best_epoch);
  CHECK(a.rating_unit == b.rating_unit);
  CHECK(a.metric_given == b.metric_given);
  REQUIRE(a.divergence.has_value() == b.divergence.has_value());
  if (!a.divergence) return;
  CHECK(a.divergence->epoch == b.divergence->epoch);
  CHECK(a.divergence->learning_rate == b.divergence->learning_rate);
}

}  // namespace asysvd::test
