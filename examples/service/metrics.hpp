// SPDX-License-Identifier: MIT
/// \file
/// What the service counts, in the text format of Prometheus.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <utility>

namespace service {

/// Counts since the start. Safe to use from many threads at once.
class Metrics {
 public:
  /// `route` must be one of a few: each has lines of its own for as long as the service runs.
  void answered(const std::string& route, int status, double seconds) {
    const std::lock_guard lock(mutex_);
    ++requests_[{route, status}];
    sum_ += seconds;
    for (std::size_t b = 0; b < bounds.size(); ++b) within_[b] += seconds <= bounds[b];
  }
  void loaded(bool well) {
    const std::lock_guard lock(mutex_);
    ++(well ? loads_ : failed_loads_);
  }

  [[nodiscard]] std::string text() const {
    const std::lock_guard lock(mutex_);
    std::ostringstream out;
    out << "# TYPE asysvd_requests_total counter\n";
    std::uint64_t all = 0;
    for (const auto& [kind, count] : requests_) {
      out << "asysvd_requests_total{route=\"" << kind.first << "\",status=\"" << kind.second << "\"} " << count << '\n';
      all += count;
    }
    out << "# TYPE asysvd_request_seconds histogram\n";
    for (std::size_t b = 0; b < bounds.size(); ++b) {
      out << "asysvd_request_seconds_bucket{le=\"" << bounds[b] << "\"} " << within_[b] << '\n';
    }
    out << "asysvd_request_seconds_bucket{le=\"+Inf\"} " << all << "\nasysvd_request_seconds_sum " << sum_
        << "\nasysvd_request_seconds_count " << all << '\n'
        << "# TYPE asysvd_model_loads_total counter\n"
        << "asysvd_model_loads_total{result=\"ok\"} " << loads_ << '\n'
        << "asysvd_model_loads_total{result=\"failed\"} " << failed_loads_ << '\n'
        << "# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total "
        << static_cast<double>(std::clock()) / CLOCKS_PER_SEC << '\n';
    return out.str();
  }

 private:
  static constexpr std::array bounds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.1, 1.0};

  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, std::uint64_t> requests_;
  std::array<std::uint64_t, bounds.size()> within_{};  // a bound, or less
  double sum_ = 0;
  std::uint64_t loads_ = 0;
  std::uint64_t failed_loads_ = 0;
};

}  // namespace service
