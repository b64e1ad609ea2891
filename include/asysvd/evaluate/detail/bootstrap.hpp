// SPDX-License-Identifier: MIT
/// \file
/// How much averages over users depend on which users there are.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <asysvd/detail/tasks.hpp>
#include <asysvd/evaluate/ranking_metrics.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/random.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// The least and the greatest of `values` when ⌊(1 − confidence)/2 · n⌋ of the n are left out at either end. At least
/// one value; they are in ascending order afterwards.
[[nodiscard]] inline std::pair<double, double> percentiles(std::span<double> values, double confidence) {
  std::ranges::sort(values);
  // 1 − 0.9 is a bit less than 0.1: what rounding takes from a whole number must not cost one.
  const double tail = (1 - confidence) / 2 * static_cast<double>(values.size()) + 1e-9;
  const auto left_out = std::min(static_cast<std::size_t>(tail), (values.size() - 1) / 2);
  return {values[left_out], values[values.size() - 1 - left_out]};
}

/// The metrics of `samples` draws of as many users as there are, with replacement; the same draws for every cutoff.
/// By cutoff and sample. Each sample has random numbers of its own, so threads do not matter.
[[nodiscard]] inline std::vector<std::vector<ListMetrics>> resample(const std::vector<std::vector<ListMetrics>>& values,
                                                                    int samples, std::uint64_t seed, int threads) {
  std::vector<std::vector<ListMetrics>> means(values.size(), std::vector<ListMetrics>(samples));
  const auto users = values.front().size();
  run_tasks(samples, threads, [&](Size sample) {
    Random random(seed, static_cast<std::uint64_t>(sample));
    std::vector<Size> times(users, 0);
    for (std::size_t draw = 0; draw < users; ++draw) ++times[random.below(std::uint64_t{users})];
    for (std::size_t c = 0; c < values.size(); ++c) {
      auto& mean = means[c][sample];
      for (std::size_t user = 0; user < users; ++user) {
        if (times[user] == 0) continue;
        const double weight = static_cast<double>(times[user]) / static_cast<double>(users);
        for (const auto& [name, member] : ListMetrics::all()) mean.*member += weight * values[c][user].*member;
      }
    }
  });
  return means;
}

/// The percentile interval of each metric over `samples` of its mean.
[[nodiscard]] inline MetricIntervals intervals_of(std::span<const ListMetrics> samples, double confidence) {
  MetricIntervals intervals;
  std::vector<double> values(samples.size());
  for (const auto& [name, member] : ListMetrics::all()) {
    for (std::size_t sample = 0; sample < samples.size(); ++sample) values[sample] = samples[sample].*member;
    std::tie(intervals.lower.*member, intervals.upper.*member) = percentiles(values, confidence);
  }
  return intervals;
}

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
